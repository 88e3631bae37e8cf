/**
 * @module Column values and openings on the kernels. Seven row bits are common to all columns, so the committed vector
 * counts as rows of 128 values: contracting a row with eq of those bits gives the columns' values, contracting the rows
 * with the weights of the other bits starts an opening.
 */
import { add as addFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, ONE, sub } from '@weft/primitives/field/ext';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { LANES } from '@weft/primitives/wasm/extension';
import { toMontgomery } from '@weft/primitives/wasm/field';
import type { WhirRound } from '../../protocol/parameters.ts';
import { SHARED_ROW_BITS } from '../../protocol/stacking.ts';
import type { Commitment, OpeningSums } from '../engine.ts';
import { commitVector } from './commit.ts';
import type { PlacedTable } from './tables.ts';

const ROW = 2 ** SHARED_ROW_BITS;
const MIN_KERNEL_LENGTH = 8;

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

/** The values of all columns of one committed vector at one point. */
export class ColumnEvaluator {
  readonly #kernels: Kernels;
  readonly #tables: readonly number[];
  readonly #low: number;
  #contracted: { readonly values: number; readonly cells: number; readonly out: number } | undefined;

  constructor(kernels: Kernels, rho: readonly Ext[]) {
    this.#kernels = kernels;
    this.#low = prefixTables(kernels, rho.slice(0, SHARED_ROW_BITS)).at(-1)!;
    this.#tables = prefixTables(kernels, rho.slice(SHARED_ROW_BITS));
  }

  /** Prepares the columns that lie inside `cells` words at `values`. */
  contract(values: number, cells: number): void {
    const { memory, vectors } = this.#kernels;
    const rows = Math.ceil(cells / ROW / LANES) * LANES;
    const out = memory.allocate(VectorKernels.bytes(rows));
    vectors.contractLow(values, ROW, rows, this.#low, out);
    this.#contracted = { values, cells, out };
  }

  table({ frame, columns }: PlacedTable): Ext[] {
    return columns.map((at) => this.#column(at, frame.logHeight));
  }

  #column(at: number, logHeight: number): Ext {
    const { memory, vectors } = this.#kernels;
    const eq = this.#tables[logHeight - SHARED_ROW_BITS]!;
    const length = 2 ** logHeight / ROW;
    const { values, cells, out } = this.#contracted!;
    const inside = at >= values && at < values + 4 * cells;
    const mark = memory.mark();
    let rows = out;
    let first = (at - values) / 4 / ROW;
    if (!inside) {
      // Fixed columns lie by themselves.
      rows = memory.allocate(VectorKernels.bytes(Math.max(LANES, length)));
      vectors.contractLow(at, ROW, length, this.#low, rows);
      first = 0;
    }
    let value: Ext = [0, 0, 0, 0, 0];
    if (length >= LANES) value = vectors.dot(rows + VectorKernels.bytes(first), eq, length);
    else for (let i = 0; i < length; i++) value = add(value, mul(vectors.get(rows, first + i), vectors.get(eq, i)));
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

/** Weights that are a product: one factor within each row of 128 values, one over the rows. */
interface RowWeights {
  /** Over the rows. */
  readonly rows: number;
  /** Within a row, as far as it is bound; and the values, contracted with `rows`. */
  readonly w: number;
  readonly f: number;
}

/** Rows that hold cells, as many as kernels take at once. @param length - rows of the whole vector. */
function usedRows(cells: number, length: number): number {
  return Math.min(length, Math.ceil(cells / ROW / LANES) * LANES);
}

/** The vector of 2^variables words at `values`, of which `cells` are in use, as coefficients of a polynomial, at a point. */
export function evaluateVector(kernels: Kernels, values: number, cells: number, variables: number, z: Ext): Ext {
  const { memory, vectors } = kernels;
  const length = 2 ** variables / ROW;
  const rows = usedRows(cells, length);
  const mark = memory.mark();
  // Powers fill whole powers of two.
  const [within, over] = [ROW, length].map((n) => memory.allocate(VectorKernels.bytes(n))) as [number, number];
  const contracted = memory.allocate(VectorKernels.bytes(rows));
  vectors.powers(within, ROW, z, mul);
  vectors.powers(over, length, power(z, SHARED_ROW_BITS), mul);
  vectors.contractLow(values, ROW, rows, within, contracted);
  const value = vectors.dot(contracted, over, rows);
  memory.release(mark);
  return value;
}

/** z^(2^k) */
function power(z: Ext, k: number): Ext {
  let x = z;
  for (let i = 0; i < k; i++) x = mul(x, x);
  return x;
}

export class KernelOpening implements OpeningSums {
  readonly #kernels: Kernels;
  readonly #values: number;
  readonly #rows: number;
  /** Weights over the rows of 128 values, until the shared row bits are bound; then what they stand for. */
  readonly #rowWeights: number;
  readonly #length: number;
  /** Beside the first: one for each sample, until the shared row bits are bound. */
  #samples: RowWeights[] = [];
  #f: number;
  #w: number;
  #remaining: number;
  #alphas: Ext[] | undefined = [];

  /** Opens the vector of 2^variables words at `values`, of which `cells` are in use. */
  constructor(
    kernels: Kernels,
    values: number,
    cells: number,
    variables: number,
    rho: readonly Ext[],
    columns: readonly OpenedColumn[],
  ) {
    const { memory, vectors } = kernels;
    this.#kernels = kernels;
    this.#values = values;
    this.#length = 2 ** variables / ROW;
    this.#rows = usedRows(cells, this.#length);
    this.#rowWeights = memory.allocate(VectorKernels.bytes(this.#length));
    this.#f = memory.allocate(VectorKernels.bytes(Math.max(ROW, this.#length)));
    this.#w = memory.allocate(VectorKernels.bytes(ROW));
    const mark = memory.mark();
    const low = prefixTables(kernels, rho.slice(0, SHARED_ROW_BITS)).at(-1)!;
    memory.words.copyWithin(this.#w / 4, low / 4, (low + VectorKernels.bytes(ROW)) / 4);
    const tables = prefixTables(kernels, rho.slice(SHARED_ROW_BITS));
    vectors.clear(this.#rowWeights, this.#length);
    for (const { offset, logHeight, gamma } of columns) {
      const length = 2 ** logHeight / ROW;
      const first = offset / ROW;
      const eq = tables[logHeight - SHARED_ROW_BITS]!;
      if (length >= LANES) vectors.scale(eq, this.#rowWeights + VectorKernels.bytes(first), length, gamma);
      else for (let i = 0; i < length; i++) vectors.set(this.#rowWeights, first + i, mul(gamma, vectors.get(eq, i)));
    }
    memory.release(mark);
    vectors.contractHigh(values, ROW, this.#rows, this.#rowWeights, this.#f);
    this.#remaining = ROW;
  }

  async message(): Promise<readonly [Ext, Ext]> {
    let [g0, leading] = this.#pairMessage(this.#f, this.#w);
    for (const { f, w } of this.#samples) {
      const [more, leadingMore] = this.#pairMessage(f, w);
      g0 = add(g0, more);
      leading = add(leading, leadingMore);
    }
    return [g0, leading];
  }

  #pairMessage(f: number, w: number): readonly [Ext, Ext] {
    const { vectors } = this.#kernels;
    if (this.#remaining >= MIN_KERNEL_LENGTH) return vectors.pairMessage(f, w, this.#remaining);
    let g0: Ext = [0, 0, 0, 0, 0];
    let leading: Ext = g0;
    for (let i = 0; i < this.#remaining; i += 2) {
      const [f0, f1, w0, w1] = [f, f, w, w].map((v, k) => vectors.get(v, i + (k & 1))) as [Ext, Ext, Ext, Ext];
      g0 = add(g0, mul(f0, w0));
      leading = add(leading, mul(sub(f1, f0), sub(w1, w0)));
    }
    return [g0, leading];
  }

  async bind(challenge: Ext): Promise<void> {
    const { vectors } = this.#kernels;
    for (const v of [this.#f, this.#w, ...this.#samples.flatMap(({ f, w }) => [f, w])]) {
      if (this.#remaining >= MIN_KERNEL_LENGTH) {
        vectors.pairFold(v, this.#remaining, challenge);
        continue;
      }
      for (let i = 0; i < this.#remaining / 2; i++) {
        const low = vectors.get(v, 2 * i);
        vectors.set(v, i, add(low, mul(challenge, sub(vectors.get(v, 2 * i + 1), low))));
      }
    }
    this.#remaining /= 2;
    if (this.#alphas === undefined) return;
    this.#alphas.push(challenge);
    if (this.#alphas.length === SHARED_ROW_BITS) this.#enterRows(this.#alphas);
  }

  /** The shared row bits are bound: on to the polynomial over the rows. */
  #enterRows(alphas: readonly Ext[]): void {
    const { memory, vectors } = this.#kernels;
    const scale = vectors.get(this.#w, 0);
    const mark = memory.mark();
    const low = prefixTables(this.#kernels, alphas).at(-1)!;
    vectors.clear(this.#f, Math.max(ROW, this.#length));
    vectors.contractLow(this.#values, ROW, this.#rows, low, this.#f);
    memory.release(mark);
    vectors.scale(this.#rowWeights, this.#rowWeights, this.#length, scale);
    for (const { rows, w } of this.#samples) vectors.addScaled(rows, this.#rowWeights, this.#length, vectors.get(w, 0));
    this.#samples = [];
    this.#w = this.#rowWeights;
    this.#remaining = this.#length;
    this.#alphas = undefined;
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
    const powers = memory.allocate(VectorKernels.bytes(this.#remaining));
    vectors.powers(powers, this.#remaining, z, mul);
    const value = vectors.dot(this.#f, powers, this.#remaining);
    memory.release(mark);
    return value;
  }

  async addPowers(z: Ext, coefficient: Ext): Promise<void> {
    const { memory, vectors } = this.#kernels;
    if (this.#alphas !== undefined) {
      this.#addSample(z, coefficient);
      return;
    }
    const mark = memory.mark();
    const powers = memory.allocate(VectorKernels.bytes(this.#remaining));
    vectors.powers(powers, this.#remaining, z, mul);
    vectors.addScaled(powers, this.#w, this.#remaining, coefficient);
    memory.release(mark);
  }

  /** Before anything is bound: z^(128 i + j) is the product of two powers. */
  #addSample(z: Ext, coefficient: Ext): void {
    const { memory, vectors } = this.#kernels;
    const [w, f, rows] = [ROW, ROW, this.#length].map((n) => memory.allocate(VectorKernels.bytes(n))) as [
      number,
      number,
      number,
    ];
    vectors.powers(w, ROW, z, mul);
    vectors.powers(rows, this.#length, power(z, SHARED_ROW_BITS), mul);
    vectors.scale(rows, rows, this.#length, coefficient);
    vectors.contractHigh(this.#values, ROW, this.#rows, rows, f);
    this.#samples.push({ rows, w, f });
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
