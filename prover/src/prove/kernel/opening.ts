/**
 * @module Column values and openings on the kernels. The lowest bits of a cell's place are row bits of every column: summing over them with
 * eq of the point that columns are opened at gives the columns' values, and what an opening starts with. The highest number the vector's parts,
 * the lowest variables of the polynomial that is opened: when they are bound, it is the sum of the parts, each with a factor of its own.
 */
import { add as addFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, ONE, powers, sub } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { LANES } from '@weft/primitives/wasm/extension';
import { toMontgomery } from '@weft/primitives/wasm/field';
import type { WhirRound } from '../../protocol/parameters.ts';
import { LOG_PARTS, provedParts, SHARED_ROW_BITS } from '../../protocol/stacking.ts';
import type { Commitment, OpeningSums } from '../engine.ts';
import { commitVector } from './commit.ts';
import type { PlacedTable } from './tables.ts';

const MIN_KERNEL_LENGTH = 8;

/** A stacked vector in kernel memory: its last parts, those before being zeros. */
export interface PlacedVector {
  /** log2 of its cells. */
  readonly variables: number;
  /** Cells in use, the last. */
  readonly cells: number;
  /** Address of the {@link provedParts}. */
  readonly values: number;
}

/** Row bits over which cells are summed first: below those that number the parts, and shared by all columns. */
export function summedBits(variables: number): number {
  return Math.min(SHARED_ROW_BITS, variables - LOG_PARTS);
}

/** Eq tables of all prefixes of a point, unfactored: entry i has 2^i elements. */
function prefixTables(kernels: Kernels, point: readonly Ext[]): number[] {
  const { memory, vectors, fractions } = kernels;
  const out: number[] = [];
  let small: Ext[] = [ONE];
  for (let i = 0; i <= point.length; i++) {
    const at = memory.allocate(VectorKernels.bytes(2 ** i));
    if (2 ** i <= LANES) {
      if (i > 0) {
        const high = small.map((x) => mul(x, point[i - 1]!));
        small = [...small.map((x, k) => sub(x, high[k]!)), ...high];
      }
      vectors.clear(at, LANES);
      for (const [k, x] of small.entries()) vectors.set(at, k, x);
    } else {
      fractions.expand(out[i - 1]!, at, 2 ** (i - 1) / LANES, point[i - 1]!);
    }
    out.push(at);
  }
  return out;
}

/** Cells of a vector that are in kernel memory. */
function placedCells(kernels: Kernels, { variables, cells }: PlacedVector): number {
  return provedParts(kernels.suite, cells, variables) * 2 ** (variables - LOG_PARTS);
}

/**
 * Sums of runs of 2^{@link summedBits} cells of a vector.
 * @param weights - of the cells of a run, in kernel memory.
 * @param out - as many elements as the whole vector has runs.
 */
function sumRuns(kernels: Kernels, { variables, cells, values }: PlacedVector, weights: number, out: number): void {
  const { vectors } = kernels;
  const bits = summedBits(variables);
  const perPart = 2 ** (variables - LOG_PARTS - bits);
  const parts = provedParts(kernels.suite, cells, variables);
  const empty = (2 ** LOG_PARTS - parts) * perPart;
  vectors.clear(out, empty);
  vectors.contractLow(values, 2 ** bits, parts * perPart, weights, out + VectorKernels.bytes(empty));
}

/** to[first + i] = c from[i], also for less than a group. */
function putScaled({ vectors }: Kernels, from: number, to: number, first: number, length: number, c: Ext): void {
  if (length >= LANES) vectors.scale(from, to + VectorKernels.bytes(first), length, c);
  else for (let i = 0; i < length; i++) vectors.set(to, first + i, mul(c, vectors.get(from, i)));
}

/** The values of all columns of one committed vector at one point. */
export class ColumnEvaluator {
  readonly #kernels: Kernels;
  readonly #vector: PlacedVector;
  readonly #bits: number;
  readonly #low: number;
  readonly #tables: readonly number[];
  readonly #sums: number;

  /**
   * @param logHeight - of the highest table.
   * @param sums - where the sums of the vector's runs go, which an opening at the same point starts with.
   */
  constructor(kernels: Kernels, vector: PlacedVector, rho: readonly Ext[], logHeight: number, sums: number) {
    this.#kernels = kernels;
    this.#vector = vector;
    this.#sums = sums;
    this.#bits = summedBits(vector.variables);
    this.#low = prefixTables(kernels, rho.slice(0, this.#bits)).at(-1)!;
    this.#tables = prefixTables(kernels, rho.slice(this.#bits, logHeight));
    sumRuns(kernels, vector, this.#low, sums);
  }

  table({ frame, columns }: PlacedTable): Ext[] {
    return columns.map((at) => this.#column(at, frame.logHeight));
  }

  #column(at: number, logHeight: number): Ext {
    const { memory, vectors } = this.#kernels;
    const eq = this.#tables[logHeight - this.#bits]!;
    const runs = 2 ** (logHeight - this.#bits);
    const end = this.#vector.values + 4 * placedCells(this.#kernels, this.#vector);
    const isInside = at >= this.#vector.values && at < end;
    const mark = memory.mark();
    let sums = this.#sums;
    // Counted from the vector's end, where the sums end too.
    let first = 2 ** (this.#vector.variables - this.#bits) - (end - at) / 4 / 2 ** this.#bits;
    if (!isInside) {
      // Fixed columns lie by themselves.
      sums = memory.allocate(VectorKernels.bytes(Math.max(LANES, runs)));
      vectors.contractLow(at, 2 ** this.#bits, runs, this.#low, sums);
      first = 0;
    }
    let value: Ext = [0, 0, 0, 0, 0];
    if (runs >= LANES) value = vectors.dot(sums + VectorKernels.bytes(first), eq, runs);
    else for (let i = 0; i < runs; i++) value = add(value, mul(vectors.get(sums, first + i), vectors.get(eq, i)));
    memory.release(mark);
    return value;
  }
}

/** A column's place in the vector that is opened. */
export interface OpenedColumn {
  /** First cell. */
  readonly offset: number;
  readonly logHeight: number;
  readonly gamma: Ext;
}

/** A factor of the cells of a run times one of the runs: weights of all cells. And the sums of runs with the first. */
interface RunWeights {
  readonly within: number;
  readonly sums: number;
  readonly weights: number;
}

/** The powers of z by which coefficients count, z^(128 i + j) for cell i of part j, and the sums with them. */
function powersOf(kernels: Kernels, vector: PlacedVector, z: Ext, coefficient: Ext): RunWeights {
  const { memory, vectors } = kernels;
  const bits = summedBits(vector.variables);
  const perPart = 2 ** (vector.variables - LOG_PARTS - bits);
  const runs = perPart * 2 ** LOG_PARTS;
  const [within, sums, weights] = [2 ** bits, runs, runs].map((n) => memory.allocate(VectorKernels.bytes(n))) as [
    number,
    number,
    number,
  ];
  vectors.powers(within, 2 ** bits, power(z, LOG_PARTS), mul);
  const mark = memory.mark();
  const overRuns = memory.allocate(VectorKernels.bytes(perPart));
  vectors.powers(overRuns, perPart, power(z, LOG_PARTS + bits), mul);
  for (const [part, x] of powers(z, 2 ** LOG_PARTS).entries())
    putScaled(kernels, overRuns, weights, part * perPart, perPart, mul(coefficient, x));
  memory.release(mark);
  sumRuns(kernels, vector, within, sums);
  return { within, sums, weights };
}

/** z^(2^k) */
function power(z: Ext, k: number): Ext {
  let x = z;
  for (let i = 0; i < k; i++) x = mul(x, x);
  return x;
}

/** A vector as the coefficients of a polynomial, at a point. */
export function evaluateVector(kernels: Kernels, vector: PlacedVector, z: Ext): Ext {
  const { memory, vectors } = kernels;
  const mark = memory.mark();
  const { sums, weights } = powersOf(kernels, vector, z, ONE);
  const value = vectors.dot(sums, weights, 2 ** (vector.variables - summedBits(vector.variables)));
  memory.release(mark);
  return value;
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
  readonly #f: number;
  readonly #w: number;
  #remaining: number;

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
    this.#f = memory.allocate(VectorKernels.bytes(this.#remaining));
    this.#w = memory.allocate(VectorKernels.bytes(this.#remaining));
    const within = memory.allocate(VectorKernels.bytes(2 ** bits));
    const weights = memory.allocate(VectorKernels.bytes(runs));
    const made = sums ?? memory.allocate(VectorKernels.bytes(runs));
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

  async message(): Promise<readonly [Ext, Ext]> {
    if (this.#runs.length === 0) return this.#pairMessage();
    const messages = this.#runs.map(({ sums, weights }) => this.#partMessage(sums, weights));
    return messages.reduce(([g0, leading], [more, moreLeading]) => [add(g0, more), add(leading, moreLeading)]);
  }

  /** Elements that the sums of runs are down to. */
  get #runsLeft(): number {
    return this.#perPart * 2 ** (LOG_PARTS - this.#alphas.length);
  }

  #partMessage(f: number, w: number): readonly [Ext, Ext] {
    const { vectors } = this.#kernels;
    const block = this.#perPart;
    if (block >= LANES) return vectors.blockMessage(f, w, this.#runsLeft, block);
    return this.#plainMessage(f, w, this.#runsLeft, block);
  }

  #pairMessage(): readonly [Ext, Ext] {
    if (this.#remaining < MIN_KERNEL_LENGTH) return this.#plainMessage(this.#f, this.#w, this.#remaining, 1);
    return this.#kernels.vectors.pairMessage(this.#f, this.#w, this.#remaining);
  }

  /** The message where blocks are shorter than kernels take. */
  #plainMessage(f: number, w: number, length: number, block: number): readonly [Ext, Ext] {
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
    const { vectors } = this.#kernels;
    if (this.#runs.length === 0) {
      for (const v of [this.#f, this.#w]) {
        if (this.#remaining < MIN_KERNEL_LENGTH) this.#plainFold(v, this.#remaining, 1, challenge);
        else vectors.pairFold(v, this.#remaining, challenge);
      }
      this.#remaining /= 2;
      return;
    }
    const block = this.#perPart;
    for (const v of this.#runs.flatMap(({ sums, weights }) => [sums, weights])) {
      if (block < LANES) this.#plainFold(v, this.#runsLeft, block, challenge);
      else vectors.blockFold(v, this.#runsLeft, block, challenge);
    }
    this.#alphas.push(challenge);
    if (this.#alphas.length === LOG_PARTS) this.#joinParts();
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
    vectors.addRows(rows, this.#w, this.#remaining);
    memory.release(mark);
  }

  async coefficients(): Promise<Ext[]> {
    return Array.from({ length: this.#remaining }, (_, i) => this.#kernels.vectors.get(this.#f, i));
  }
}
