/**
 * @module Sums of fractions and their sumcheck (LogUp-GKR). The oracle is the prover's plain implementation.
 *
 * A layer of one leaf index lies in four arrays: numerators and denominators of the even and of the odd children, p0, p1,
 * q0, q1, `stride` bytes apart. Leaves of one height follow each other, `partBytes` apart, so that one call serves
 * many small ones. With s = p + (lambda / 2) q, the summand p0 q1 + p1 q0 + lambda q0 q1 is s0 q1 + s1 q0.
 */
import { DEGREE, type Ext, ONE } from '../field/ext.ts';
import { instantiateKept, type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { elementAt, GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { R, toMontgomery } from '../wasm/field.ts';
import { emitExpand, emitFold, emitPlace, emitShift, emitSplit, emitStart } from './emit/fraction-arrays.ts';
import { emitFirst, emitMessage, emitQuadratic } from './emit/fraction-messages.ts';
import { emitProducts, SCRATCH_GROUPS } from './emit/fraction-parts.ts';
import { emitSmallSums, emitSums } from './emit/fraction-sums.ts';
import type { EqTable } from './eq-table.ts';
import type { KernelMemory } from './memory.ts';
import type { Loop, Team } from './team.ts';
import { Totals } from './totals.ts';

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

/** Groups that one iteration works on: some 50 us. A multiple of the eq tables' lower factor. */
const GROUPS_PER_CALL = 256;
/** Fewer where an iteration folds, for both halves of what is left, and sums. */
const FOLDED_PER_CALL = 128;
const E = GROUP_BYTES;

/** What one iteration does: groups [first, first + groups) of parts [part, part + parts). */
type Chunk = readonly [part: number, parts: number, first: number, groups: number];

/** Whole parts that one iteration does, if they are short. */
const partsPerCall = (groups: number, atOnce: number): number => Math.max(1, Math.floor(atOnce / groups));

/** Iterations that work on `parts` parts of `groups` groups takes. @param atOnce - groups of an iteration. */
const chunks = (parts: number, groups: number, atOnce = GROUPS_PER_CALL): number =>
  Math.ceil(parts / partsPerCall(groups, atOnce)) * Math.ceil(groups / atOnce);

function chunk(i: number, parts: number, groups: number, atOnce = GROUPS_PER_CALL): Chunk {
  const perPart = Math.ceil(groups / atOnce);
  const step = partsPerCall(groups, atOnce);
  const part = Math.floor(i / perPart) * step;
  const first = (i % perPart) * atOnce;
  return [part, Math.min(step, parts - part), first, Math.min(atOnce, groups - first)];
}

function buildModule(scratch: number): ModuleBuilder {
  const module = new ModuleBuilder();
  const products = emitProducts(module, scratch);
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
  return module;
}

export class FractionKernels {
  /** What {@link first}, {@link quadratic}, {@link message} and {@link foldMessage} add to: up to four groups. */
  readonly totals: Totals;
  readonly #call: KernelCalls<Names>;
  readonly #memory: KernelMemory;
  /** Parameters of the current calls, the same for all threads. */
  readonly #scalars: number;
  readonly #sums: Loop;
  readonly #smallSums: Loop;
  readonly #start: Loop;
  readonly #first: Loop;
  readonly #quadratic: Loop;
  readonly #message: Loop;
  readonly #fold: Loop;
  readonly #foldMessage: Loop;
  readonly #shiftMessage: Loop;

  constructor(team: Team) {
    const { memory } = team;
    this.#memory = memory;
    this.#scalars = memory.allocate(64);
    this.totals = new Totals(team, 4);
    const scratch = memory.allocateLocal(SCRATCH_GROUPS * E) - memory.threadOffset;
    const call = instantiateKept<Names>(`fractions, scratch ${scratch}`, memory, () => buildModule(scratch));
    this.#call = call;
    const [scalars, totals] = [this.#scalars, this.totals.at];
    this.#sums = team.loop((i, [base, stride, partBytes, parts, toBase, toStride, toPartBytes, groups]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      const [source, target] = [base! + part * partBytes!, toBase! + part * toPartBytes!];
      call.sums(source, stride!, partBytes!, target, toStride!, toPartBytes!, count, first, length);
    });
    this.#smallSums = team.loop((i, [base, partBytes, parts, toBase, toPartBytes]) => {
      const [part, count] = chunk(i, parts!, 1);
      call.smallSums(base! + part * partBytes!, toBase! + part * toPartBytes!, count, R);
    });
    this.#start = team.loop((i, [base, stride, partBytes, parts, groups]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      call.start(base! + part * partBytes!, stride!, partBytes!, count, first, length, scalars);
    });
    this.#first = team.loop((i, [base, stride, partBytes, parts, groups, low, high, weights]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      const [at, half, weight] = [base! + part * partBytes!, groups! * E, elementAt(weights!, part)];
      call.first(at, stride!, partBytes!, count, half, first, length, low!, high!, weight, totals, scalars);
    });
    this.#quadratic = team.loop((i, [base, partBytes, parts, low, weights]) => {
      const [part, count] = chunk(i, parts!, 1);
      const [at, weight] = [base! + part * partBytes!, elementAt(weights!, part)];
      call.quadratic(at, partBytes!, count, low!, weight, totals, scalars);
    });
    this.#message = team.loop((i, [base, stride, partBytes, parts, groups, low, high, weights]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      const [at, half, weight] = [base! + part * partBytes!, groups! * E, elementAt(weights!, part)];
      call.message(at, stride!, partBytes!, count, half, first, length, low!, high!, weight, totals);
    });
    this.#fold = team.loop((i, [base, stride, arrays, partBytes, parts, groups]) => {
      const [part, count, first, length] = chunk(i, parts!, groups!);
      const at = base! + part * partBytes!;
      call.fold(at, stride!, arrays!, partBytes!, count, groups! * E, first, length, scalars);
    });
    const foldMessage = (shifts: 0 | 1): Loop =>
      team.loop((i, [base, stride, partBytes, parts, groups, low, high, weights]) => {
        const [part, count, first, length] = chunk(i, parts!, groups!, FOLDED_PER_CALL);
        const [at, quarter, weight] = [base! + part * partBytes!, groups! * E, elementAt(weights!, part)];
        // What is folded is summed while it lies in the cache.
        for (const from of [first, groups! + first]) {
          call.fold(at, stride!, 4, partBytes!, count, 2 * quarter, from, length, scalars);
          if (shifts === 1) call.shift(at, stride!, partBytes!, count, from, length, scalars + 4 * DEGREE);
        }
        call.message(at, stride!, partBytes!, count, quarter, first, length, low!, high!, weight, totals);
      });
    this.#foldMessage = foldMessage(0);
    this.#shiftMessage = foldMessage(1);
  }

  /** Loops that are run together have the same scalars. */
  #put(...scalars: readonly Ext[]): number {
    const { words } = this.#memory;
    for (const [i, x] of scalars.entries()) {
      for (let j = 0; j < DEGREE; j++) words[this.#scalars / 4 + DEGREE * i + j] = toMontgomery(x[j]!);
    }
    return this.#scalars;
  }

  /** Adds neighbouring fractions. @param pairs - pairs of children per part, a power of two. */
  sums(from: Band, to: Band, pairs: number): void {
    const { base, stride, partBytes, parts } = from;
    if (pairs <= LANES) this.#smallSums(chunks(parts, 1), base, partBytes, parts, to.base, to.partBytes);
    else {
      const groups = pairs / 2 / LANES;
      this.#sums(chunks(parts, groups), base, stride, partBytes, parts, to.base, to.stride, to.partBytes, groups);
    }
  }

  /** Turns numerators p into s = p + halfLambda q. */
  start({ base, stride, partBytes, parts }: Band, groups: number, halfLambda: Ext): void {
    this.#put(halfLambda);
    this.#start(chunks(parts, groups), base, stride, partBytes, parts, groups);
  }

  /**
   * Adds to four totals, all weighted with eq and the part's weight: of what is quadratic in s - halfLambda and q - 1, the
   * values at 0 and 1 of the highest variable and the leading coefficient; of what is linear, the value at 1.
   */
  first(band: Band, halfGroups: number, { low, high }: EqTable, weights: number, halfLambda: Ext): void {
    const { base, stride, partBytes, parts } = band;
    this.#put(halfLambda, ONE);
    this.#first(chunks(parts, halfGroups), base, stride, partBytes, parts, halfGroups, low, high, weights);
  }

  /** Adds weight * eq * (the part that is quadratic in s - halfLambda and q - 1), parts having one group an array. */
  quadratic({ base, partBytes, parts }: Band, { low }: EqTable, weights: number, halfLambda: Ext): void {
    this.#put(halfLambda, ONE);
    this.#quadratic(chunks(parts, 1), base, partBytes, parts, low, weights);
  }

  /** Adds the sums of weight * eq * (s0 q1 + s1 q0) at X = 1 and their leading coefficients to the first two totals. */
  message({ base, stride, partBytes, parts }: Band, halfGroups: number, { low, high }: EqTable, weights: number): void {
    this.#message(chunks(parts, halfGroups), base, stride, partBytes, parts, halfGroups, low, high, weights);
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
    this.#put(r);
    this.#fold(chunks(parts, halfGroups), base, stride, arrays, partBytes, parts, halfGroups);
  }

  /**
   * Binds the highest variable of a layer's arrays in place, and adds the {@link message} of the next: an iteration sums what it has folded.
   * @param quarterGroups - half of what is left.
   * @param shift - what is added to s and to q once they are bound, before the message.
   */
  foldMessage(
    { base, stride, partBytes, parts }: Band,
    quarterGroups: number,
    { low, high }: EqTable,
    weights: number,
    r: Ext,
    shift?: readonly [s: Ext, q: Ext],
  ): void {
    this.#put(r, ...(shift ?? []));
    const loop = shift === undefined ? this.#foldMessage : this.#shiftMessage;
    const count = chunks(parts, quarterGroups, FOLDED_PER_CALL);
    loop(count, base, stride, partBytes, parts, quarterGroups, low, high, weights);
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
