/**
 * @module Openings on the kernels. They start with sums of runs of cells (`runs`), which the lowest bits of a cell's place number. The highest
 * number the vector's parts, the lowest variables of the polynomial that is opened: when they are bound, it is the sum of the parts, each with
 * a factor of its own.
 */
import { add as addFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, sub } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { LANES } from '@weft/primitives/wasm/extension';
import { toMontgomery } from '@weft/primitives/wasm/field';
import type { WhirRound } from '../../protocol/parameters.ts';
import { LOG_PARTS, provedParts } from '../../protocol/stacking.ts';
import type { Commitment, OpeningSums } from '../engine.ts';
import { commitVector } from './commit.ts';
import { type PlacedVector, powersOf, prefixTables, putScaled, type RunWeights, summedBits, sumRuns } from './runs.ts';

const MIN_KERNEL_LENGTH = 8;

/** A column's place in the vector that is opened. */
export interface OpenedColumn {
  /** First cell. */
  readonly offset: number;
  readonly logHeight: number;
  readonly gamma: Ext;
}

/** g(0) and the leading coefficient. */
type Message = readonly [Ext, Ext];

function addMessages(messages: readonly Message[]): Message {
  return messages.reduce(([g0, leading], [more, moreLeading]) => [add(g0, more), add(leading, moreLeading)]);
}

export class KernelOpening implements OpeningSums {
  readonly #kernels: Kernels;
  readonly #vector: PlacedVector;
  /** What the claim sums, until the variables of the parts are bound: the columns' weights, and one for each sample. */
  #runs: RunWeights[];
  /** Challenges for these variables. */
  readonly #alphas: Ext[] = [];
  /** Elements of a part's sums. */
  readonly #perPart: number;
  /** From then on the polynomial that is left and its weights. */
  #f: number;
  #w: number;
  #remaining: number;
  /** Where half of each goes when a variable is bound. */
  #otherF: number;
  #otherW: number;
  /** The next message, if the last variable's fold gave it and weights have not changed since. */
  #next: Message | undefined;

  /**
   * Opens a vector.
   * @param sums - what a {@link ColumnEvaluator} at `rho` left; made here when there are none. Overwritten.
   */
  constructor(
    kernels: Kernels,
    vector: PlacedVector,
    rho: readonly Ext[],
    columns: readonly OpenedColumn[],
    sums?: number,
  ) {
    const { memory, vectors } = kernels;
    this.#kernels = kernels;
    this.#vector = vector;
    const bits = summedBits(vector.variables);
    const runs = 2 ** (vector.variables - bits);
    this.#perPart = runs / 2 ** LOG_PARTS;
    this.#remaining = 2 ** (vector.variables - LOG_PARTS);
    const vectorOf = (length: number): number => memory.allocate(VectorKernels.bytes(length));
    [this.#f, this.#w] = [vectorOf(this.#remaining), vectorOf(this.#remaining)];
    [this.#otherF, this.#otherW] = [vectorOf(this.#remaining / 2), vectorOf(this.#remaining / 2)];
    const [within, weights] = [vectorOf(2 ** bits), vectorOf(runs)];
    const made = sums ?? vectorOf(runs);
    const mark = memory.mark();
    const low = prefixTables(kernels, rho.slice(0, bits)).at(-1)!;
    memory.words.copyWithin(within / 4, low / 4, (low + VectorKernels.bytes(2 ** bits)) / 4);
    const highest = Math.max(...columns.map(({ logHeight }) => logHeight));
    const tables = prefixTables(kernels, rho.slice(bits, highest));
    vectors.clear(weights, runs);
    for (const { offset, logHeight, gamma } of columns)
      putScaled(kernels, tables[logHeight - bits]!, weights, offset / 2 ** bits, 2 ** (logHeight - bits), gamma);
    memory.release(mark);
    if (sums === undefined) sumRuns(kernels, vector, within, made);
    this.#runs = [{ within, sums: made, weights }];
  }

  async message(): Promise<Message> {
    if (this.#next !== undefined) return this.#next;
    if (this.#runs.length === 0) return this.#pairMessage();
    return addMessages(this.#runs.map(({ sums, weights }) => this.#partMessage(sums, weights)));
  }

  /** Elements that the sums of runs are down to. */
  get #runsLeft(): number {
    return this.#perPart * 2 ** (LOG_PARTS - this.#alphas.length);
  }

  #partMessage(f: number, w: number): Message {
    const { vectors } = this.#kernels;
    const block = this.#perPart;
    if (block >= LANES) return vectors.blockMessage(f, w, this.#runsLeft, block);
    return this.#plainMessage(f, w, this.#runsLeft, block);
  }

  #pairMessage(): Message {
    if (this.#remaining < MIN_KERNEL_LENGTH) return this.#plainMessage(this.#f, this.#w, this.#remaining, 1);
    return this.#kernels.vectors.pairMessage(this.#f, this.#w, this.#remaining);
  }

  /** The message where blocks are shorter than kernels take. */
  #plainMessage(f: number, w: number, length: number, block: number): Message {
    const { vectors } = this.#kernels;
    let g0: Ext = [0, 0, 0, 0, 0];
    let leading: Ext = g0;
    for (let i = 0; i < length / 2; i++) {
      const even = 2 * i - (i % block);
      const [f0, w0] = [vectors.get(f, even), vectors.get(w, even)];
      const [f1, w1] = [vectors.get(f, even + block), vectors.get(w, even + block)];
      g0 = add(g0, mul(f0, w0));
      leading = add(leading, mul(sub(f1, f0), sub(w1, w0)));
    }
    return [g0, leading];
  }

  #plainFold(v: number, length: number, block: number, challenge: Ext): void {
    const { vectors } = this.#kernels;
    for (let i = 0; i < length / 2; i++) {
      const even = 2 * i - (i % block);
      const low = vectors.get(v, even);
      vectors.set(v, i, add(low, mul(challenge, sub(vectors.get(v, even + block), low))));
    }
  }

  async bind(challenge: Ext): Promise<void> {
    if (this.#runs.length === 0) {
      this.#next = this.#bindLowest(challenge);
      this.#remaining /= 2;
      return;
    }
    this.#next = this.#bindPart(challenge);
    this.#alphas.push(challenge);
    if (this.#alphas.length === LOG_PARTS) this.#joinParts();
  }

  /** Binds a variable of the parts. Returns the next message, unless they are too short. */
  #bindPart(challenge: Ext): Message | undefined {
    const { vectors } = this.#kernels;
    const [block, left] = [this.#perPart, this.#runsLeft];
    if (block >= LANES)
      return addMessages(
        this.#runs.map(({ sums, weights }) => vectors.blockFold(sums, weights, left, block, challenge)),
      );
    for (const v of this.#runs.flatMap(({ sums, weights }) => [sums, weights]))
      this.#plainFold(v, left, block, challenge);
    return undefined;
  }

  /** Binds the lowest variable of what is left. Returns the next message, unless that is too short. */
  #bindLowest(challenge: Ext): Message | undefined {
    const { vectors } = this.#kernels;
    const [f, w] = [this.#f, this.#w];
    if (this.#remaining < 2 * MIN_KERNEL_LENGTH) {
      for (const v of [f, w]) this.#plainFold(v, this.#remaining, 1, challenge);
      return undefined;
    }
    const next = vectors.pairFold(f, w, this.#remaining, challenge, this.#otherF, this.#otherW);
    [this.#f, this.#otherF] = [this.#otherF, f];
    [this.#w, this.#otherW] = [this.#otherW, w];
    return next;
  }

  /** The variables of the parts are bound: on to the polynomial that they leave. */
  #joinParts(): void {
    const { memory, vectors } = this.#kernels;
    const { variables, cells, values } = this.#vector;
    const parts = provedParts(this.#kernels.suite, cells, variables);
    const mark = memory.mark();
    const eq = memory.allocate(VectorKernels.bytes(parts));
    const factors = eqTable(this.#alphas).slice(-parts);
    for (const [i, x] of factors.entries()) vectors.set(eq, i, x);
    vectors.contractHigh(values, this.#remaining, parts, eq, this.#f);
    memory.release(mark);
    vectors.clear(this.#w, this.#remaining);
    const run = 2 ** summedBits(variables);
    for (const { within, weights } of this.#runs)
      for (let i = 0; i < this.#perPart; i++)
        vectors.addScaled(within, this.#w + i * VectorKernels.bytes(run), run, vectors.get(weights, i));
    this.#runs = [];
    this.#next = undefined;
  }

  async commit(round: WhirRound): Promise<Commitment> {
    const { memory, vectors } = this.#kernels;
    const words = 5 * this.#remaining;
    const rows = memory.allocate(4 * words);
    vectors.toRows(this.#f, rows, this.#remaining);
    return commitVector(this.#kernels, round, rows, 5);
  }

  async evaluate(z: Ext): Promise<Ext> {
    const { memory, vectors } = this.#kernels;
    const mark = memory.mark();
    const at = memory.allocate(VectorKernels.bytes(this.#remaining));
    vectors.powers(at, this.#remaining, z, mul);
    const value = vectors.dot(this.#f, at, this.#remaining);
    memory.release(mark);
    return value;
  }

  async addPowers(z: Ext, coefficient: Ext): Promise<void> {
    const { memory, vectors } = this.#kernels;
    if (this.#runs.length > 0) {
      this.#runs.push(powersOf(this.#kernels, this.#vector, z, coefficient));
      return;
    }
    const mark = memory.mark();
    const at = memory.allocate(VectorKernels.bytes(this.#remaining));
    vectors.powers(at, this.#remaining, z, mul);
    this.#next = undefined;
    vectors.addScaled(at, this.#w, this.#remaining, coefficient);
    memory.release(mark);
  }

  /** All these geometric series at once are the transposed transform of the coefficients at their positions. */
  async addRows(logSize: number, positions: readonly number[], coefficients: readonly Ext[]): Promise<void> {
    const { memory, vectors, transform } = this.#kernels;
    const mark = memory.mark();
    const table = memory.allocate(TransformKernels.tableBytes(logSize));
    const rows = memory.allocate(32 * 2 ** logSize);
    transform.setTable(table, logSize);
    const { words } = memory;
    words.fill(0, rows / 4, rows / 4 + 8 * 2 ** logSize);
    for (const [q, position] of positions.entries()) {
      for (const [j, c] of coefficients[q]!.entries()) {
        const at = rows / 4 + 8 * position + j;
        words[at] = addFelt(words[at]!, toMontgomery(c));
      }
    }
    const sorted = positions.toSorted((a, b) => a - b);
    transform.transpose(rows, 32, logSize, (first, count) => {
      // Binary search for a position in the block.
      let [from, to] = [0, sorted.length];
      while (from < to) {
        const middle = (from + to) >> 1;
        if (sorted[middle]! < first) from = middle + 1;
        else to = middle;
      }
      return from === sorted.length || sorted[from]! >= first + count;
    });
    this.#next = undefined;
    vectors.addRows(rows, this.#w, this.#remaining);
    memory.release(mark);
  }

  async coefficients(): Promise<Ext[]> {
    return Array.from({ length: this.#remaining }, (_, i) => this.#kernels.vectors.get(this.#f, i));
  }
}
