/**
 * @module Eq tables for sums over vectors whose variables are bound from the lowest up: of all suffixes of a point, in two factors of which the
 * lower, one for all blocks, stays in the cache.
 */
import { type Ext, ONE, ZERO } from '../field/ext.ts';
import { eqTable } from '../field/multilinear.ts';
import { GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { BLOCK_GROUPS, type PairWeights } from './eq-table.ts';
import { type FractionKernels, LEAST_RUN } from './fractions.ts';
import type { VectorKernels } from './vectors.ts';

const LANE_BITS = Math.log2(LANES);

/** Tables over group numbers, each from the one over a variable less. */
class Chains {
  readonly #vectors: VectorKernels;
  readonly #fractions: FractionKernels;
  readonly #point: readonly Ext[];
  #end: number;

  /** @param at - where the first table goes. */
  constructor(vectors: VectorKernels, fractions: FractionKernels, at: number, point: readonly Ext[]) {
    this.#vectors = vectors;
    this.#fractions = fractions;
    this.#point = point;
    this.#end = at;
  }

  /** Tables over the variables from i up to `last`, for all i from there down to `first`, times the weights of a group's elements. */
  add(first: number, last: number, lanes: readonly Ext[]): Map<number, number> {
    const tables = new Map([[last, this.#end]]);
    for (const [lane, x] of lanes.entries()) this.#vectors.set(this.#end, lane, x);
    this.#end += GROUP_BYTES;
    for (let i = last - 1; i >= first; i--) {
      tables.set(i, this.#end);
      const groups = 2 ** (last - 1 - i);
      this.#fractions.grow(tables.get(i + 1)!, this.#end, groups, this.#point[i]!);
      this.#end += 2 * groups * GROUP_BYTES;
    }
    return tables;
  }
}

const ALL_LANES = [ONE, ONE, ONE, ONE];
const BLOCK_BITS = Math.log2(BLOCK_GROUPS);
/** Variables that are bound before what is left of blocks is moved together. */
const PERIOD = Math.log2(BLOCK_GROUPS / LEAST_RUN);

/** Bytes of {@link eqVector} of `variables` variables. */
export function eqVectorBytes(variables: number): number {
  return 2 ** (Math.max(0, variables - LANE_BITS) + 1) * GROUP_BYTES;
}

/**
 * A vector of eq(point, .), as kernels read it. What a group has beyond it is zero.
 * @param at - {@link eqVectorBytes} bytes of kernel memory.
 */
export function eqVector(
  vectors: VectorKernels,
  fractions: FractionKernels,
  at: number,
  point: readonly Ext[],
): number {
  const lanes = eqTable(point.slice(0, LANE_BITS));
  while (lanes.length < LANES) lanes.push(ZERO);
  const rest = point.slice(LANE_BITS);
  return new Chains(vectors, fractions, at, rest).add(0, rest.length, lanes).get(0)!;
}

/** Variables of the lower factor while variable i is bound: from the next one on, and up to the one that numbers the second block. */
function period(i: number, length: number, first: 0 | 1): readonly [start: number, last: number] {
  const start = i < first ? 0 : first + Math.floor((i - first) / PERIOD) * PERIOD;
  return [start, Math.min(length, start + BLOCK_BITS)];
}

/** Bytes of {@link pairTables}. */
export function pairTablesBytes(lengths: Iterable<number>, first: 0 | 1 = 0): number {
  let groups = 0;
  const lower = new Map<string, number>();
  for (const length of new Set(lengths)) {
    groups += 2 ** (Math.max(0, length - BLOCK_BITS) + 1);
    for (let i = 0; i <= length; i++) {
      const [start, last] = period(i, length, first);
      lower.set(`${start} ${last}`, 2 ** Math.max(1, last - start));
    }
  }
  for (const size of lower.values()) groups += size;
  return groups * GROUP_BYTES;
}

/**
 * For vectors of 2^length groups, and every variable of the number of a group, the weights of messages while it is the lowest that is not bound: eq
 * of the coordinates above it, as far as the vector has them. Those of variable `length` are for the one group that is left in the end.
 * @param at - {@link pairTablesBytes} bytes of kernel memory.
 * @param lanes - weights of a group's four elements.
 * @param first - variables that are bound before vectors are cut into blocks: 0, or 1 where the first binding makes others of them.
 * @returns per length, per variable.
 */
export function pairTables(
  vectors: VectorKernels,
  fractions: FractionKernels,
  at: number,
  lanes: readonly Ext[],
  point: readonly Ext[],
  lengths: Iterable<number>,
  first: 0 | 1 = 0,
): ReadonlyMap<number, readonly PairWeights[]> {
  const chains = new Chains(vectors, fractions, at, point);
  const lower = new Map<string, Map<number, number>>();
  const lowerFrom = (start: number, last: number): Map<number, number> => {
    const name = `${start} ${last}`;
    if (!lower.has(name)) lower.set(name, chains.add(start + 1, last, ALL_LANES));
    return lower.get(name)!;
  };
  const weightsOf = (length: number): PairWeights[] => {
    const upper = chains.add(Math.min(length, BLOCK_BITS), length, lanes);
    return Array.from({ length: length + 1 }, (_, i) => {
      const [start, last] = period(i, length, first);
      return { low: lowerFrom(start, last).get(Math.min(i + 1, last))!, high: upper.get(last)! };
    });
  };
  return new Map([...new Set(lengths)].map((length) => [length, weightsOf(length)]));
}
