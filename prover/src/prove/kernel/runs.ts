/**
 * @module Sums over a committed vector's cells on the kernels. The lowest bits of a cell's place are row bits of every column: summing over
 * them with eq of the point that columns are opened at gives the columns' values, and what an opening starts with.
 */
import { add, type Ext, mul, ONE, powers, sub } from '@weft/primitives/field/ext';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { LANES } from '@weft/primitives/wasm/extension';
import { LOG_PARTS, provedParts, SHARED_ROW_BITS } from '../../protocol/stacking.ts';
import type { PlacedTable } from './tables.ts';

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
export function prefixTables(kernels: Kernels, point: readonly Ext[]): number[] {
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
export function sumRuns(
  kernels: Kernels,
  { variables, cells, values }: PlacedVector,
  weights: number,
  out: number,
): void {
  const { vectors } = kernels;
  const bits = summedBits(variables);
  const perPart = 2 ** (variables - LOG_PARTS - bits);
  const parts = provedParts(kernels.suite, cells, variables);
  const empty = (2 ** LOG_PARTS - parts) * perPart;
  vectors.clear(out, empty);
  vectors.contractLow(values, 2 ** bits, parts * perPart, weights, out + VectorKernels.bytes(empty));
}

/** to[first + i] = c from[i], also for less than a group. */
export function putScaled({ vectors }: Kernels, from: number, to: number, first: number, length: number, c: Ext): void {
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

/** A factor of the cells of a run times one of the runs: weights of all cells. And the sums of runs with the first. */
export interface RunWeights {
  readonly within: number;
  readonly sums: number;
  readonly weights: number;
}

/** The powers of z by which coefficients count, z^(128 i + j) for cell i of part j, and the sums with them. */
export function powersOf(kernels: Kernels, vector: PlacedVector, z: Ext, coefficient: Ext): RunWeights {
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
