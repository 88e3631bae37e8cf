/**
 * @module Sums of fractions and their sumcheck (LogUp-GKR). The oracle is the prover's plain implementation.
 *
 * A layer of one leaf index lies in four arrays: numerators and denominators of the even and of the odd children, p0, p1,
 * q0, q1, `stride` bytes apart. Leaves of one height follow each other, `partBytes` apart, so that one call serves
 * many small ones. With s = p + (lambda / 2) q, the summand p0 q1 + p1 q0 + lambda q0 q1 is s0 q1 + s1 q0.
 */
import { DEGREE, type Ext, ONE } from '../field/ext.ts';
import { type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { elementAt, GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { R, toMontgomery } from '../wasm/field.ts';
import { emitExpand, emitFold, emitPlace, emitShift, emitSplit, emitStart } from './emit/fraction-arrays.ts';
import { emitFirst, emitMessage, emitQuadratic } from './emit/fraction-messages.ts';
import { emitProducts, SCRATCH_GROUPS } from './emit/fraction-parts.ts';
import { emitSmallSums, emitSums } from './emit/fraction-sums.ts';
import type { EqTable } from './eq-table.ts';
import type { KernelMemory } from './memory.ts';

type Names =
  | 'sums'
  | 'smallSums'
  | 'start'
  | 'first'
  | 'quadratic'
  | 'message'
  | 'fold'
  | 'shift'
  | 'place'
  | 'split'
  | 'expand';

/** Equal-sized parts of a layer. */
export interface Band {
  /** First array of the first part. */
  readonly base: number;
  readonly stride: number;
  readonly partBytes: number;
  readonly parts: number;
}

/** Groups that one call works on: about half a millisecond before the engine has optimised the kernel. */
const GROUPS_PER_CALL = 512;
const E = GROUP_BYTES;

export class FractionKernels {
  readonly #call: KernelCalls<Names>;
  readonly #memory: KernelMemory;
  /** Parameters of the current call. */
  readonly #scalars: number;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#scalars = memory.allocate(64);
    const module = new ModuleBuilder();
    const products = emitProducts(module, memory.allocate(SCRATCH_GROUPS * E));
    emitSums(module, products);
    emitSmallSums(module, products);
    emitStart(module);
    emitMessage(module, products);
    emitFirst(module, products);
    emitQuadratic(module, products);
    emitFold(module);
    emitShift(module);
    emitPlace(module);
    emitSplit(module);
    emitExpand(module);
    this.#call = module.instantiate(memory.memory);
  }

  /** Splits work on `parts` parts of `groups` groups each into short calls. */
  #chunks(
    parts: number,
    groups: number,
    body: (part: number, parts: number, first: number, groups: number) => void,
  ): void {
    const step = Math.max(1, Math.floor(GROUPS_PER_CALL / groups));
    for (let part = 0; part < parts; part += step) {
      for (let first = 0; first < groups; first += GROUPS_PER_CALL) {
        body(part, Math.min(step, parts - part), first, Math.min(GROUPS_PER_CALL, groups - first));
      }
    }
  }

  #put(...scalars: readonly Ext[]): number {
    const { words } = this.#memory;
    for (const [i, x] of scalars.entries()) {
      for (let j = 0; j < DEGREE; j++) words[this.#scalars / 4 + DEGREE * i + j] = toMontgomery(x[j]!);
    }
    return this.#scalars;
  }

  /** Adds neighbouring fractions. @param pairs - pairs of children per part, a power of two. */
  sums(from: Band, to: Band, pairs: number): void {
    if (pairs <= LANES) {
      this.#chunks(from.parts, 1, (part, parts) => {
        this.#call.smallSums(from.base + part * from.partBytes, to.base + part * to.partBytes, parts, R);
      });
      return;
    }
    this.#chunks(from.parts, pairs / 8, (part, parts, first, groups) => {
      const [source, target] = [from.base + part * from.partBytes, to.base + part * to.partBytes];
      this.#call.sums(source, from.stride, from.partBytes, target, to.stride, to.partBytes, parts, first, groups);
    });
  }

  /** Turns numerators p into s = p + halfLambda q. */
  start(band: Band, groups: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda);
    this.#chunks(band.parts, groups, (part, parts, first, count) => {
      this.#call.start(band.base + part * band.partBytes, band.stride, band.partBytes, parts, first, count, scalars);
    });
  }

  /**
   * Adds to four totals, all weighted with eq and the part's weight: of what is quadratic in s - halfLambda and q - 1, the
   * values at 0 and 1 of the highest variable and the leading coefficient; of what is linear, the value at 1.
   */
  first(band: Band, halfGroups: number, eq: EqTable, weights: number, totals: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda, ONE);
    this.#chunks(band.parts, halfGroups, (part, parts, first, groups) => {
      const base = band.base + part * band.partBytes;
      const [half, weight] = [halfGroups * E, elementAt(weights, part)];
      const { low, high } = eq;
      const { stride, partBytes } = band;
      this.#call.first(base, stride, partBytes, parts, half, first, groups, low, high, weight, totals, scalars);
    });
  }

  /** Adds weight * eq * (the part that is quadratic in s - halfLambda and q - 1), parts having one group an array. */
  quadratic(band: Band, eq: EqTable, weights: number, total: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda, ONE);
    this.#chunks(band.parts, 1, (part, parts) => {
      const base = band.base + part * band.partBytes;
      this.#call.quadratic(base, band.partBytes, parts, eq.low, elementAt(weights, part), total, scalars);
    });
  }

  /** Adds the sums of weight * eq * (s0 q1 + s1 q0) at X = 1 and their leading coefficients to the two totals. */
  message(band: Band, halfGroups: number, eq: EqTable, weights: number, totals: number): void {
    this.#chunks(band.parts, halfGroups, (part, parts, first, count) => {
      const base = band.base + part * band.partBytes;
      const { low, high } = eq;
      const [half, weight] = [halfGroups * E, elementAt(weights, part)];
      this.#call.message(base, band.stride, band.partBytes, parts, half, first, count, low, high, weight, totals);
    });
  }

  /** Binds the highest variable of `arrays` vectors per part, in place. */
  fold(
    base: number,
    stride: number,
    arrays: number,
    partBytes: number,
    parts: number,
    halfGroups: number,
    r: Ext,
  ): void {
    const scalars = this.#put(r);
    this.#chunks(parts, halfGroups, (part, count, first, groups) => {
      const half = halfGroups * E;
      const at = base + part * partBytes;
      this.#call.fold(at, stride, arrays, partBytes, count, half, first, groups, scalars);
    });
  }

  shift(band: Band, groups: number, s: Ext, q: Ext): void {
    const scalars = this.#put(s, q);
    this.#chunks(band.parts, groups, (part, parts, first, count) => {
      this.#call.shift(band.base + part * band.partBytes, band.stride, band.partBytes, parts, first, count, scalars);
    });
  }

  /** Writes c v + k of each part's four rows to a joint vector; `list` holds the parts' interactions. */
  place(band: Band, c: Ext, s: Ext, q: Ext, out: number, outStride: number, interactions: number, list: number): void {
    const scalars = this.#put(c, s, q);
    this.#call.place(band.base, band.stride, band.partBytes, band.parts, scalars, out, outStride, interactions, list);
  }

  /** Moves the upper half of a vector of 4 or 2 elements to a group of its own, for each of `arrays` vectors. */
  split(base: number, stride: number, arrays: number, length: 2 | 4): void {
    this.#call.split(base, stride, arrays, length === 4 ? 1 : 0);
  }

  /** Doubles an eq table of `groups` groups. */
  expand(from: number, to: number, groups: number, r: Ext): void {
    const scalars = this.#put(r);
    this.#call.expand(from, to, groups, scalars);
  }
}
