/**
 * @module Eq tables in two factors, of which the lower stays in the first-level cache: of all prefixes of a point, where variables
 * are bound from the highest down, and of all suffixes, where they are bound from the lowest up.
 */
import { type Ext, mul, ONE, sub } from '../field/ext.ts';
import { GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { BLOCK_GROUPS, type EqTable, LOW_GROUPS, type PairWeights } from './eq-table.ts';
import { type FractionKernels, LEAST_RUN } from './fractions.ts';
import type { VectorKernels } from './vectors.ts';

/** Variables of the lower factor. */
const LOW_VARIABLES: number = Math.log2(LOW_GROUPS * LANES);

const groupsOf = (variables: number): number => Math.max(1, 2 ** variables / LANES);

/** Bytes of the tables of all prefixes of `variables` variables. */
export function eqTablesBytes(variables: number): number {
  let groups = 0;
  for (let i = 0; i <= Math.min(variables, LOW_VARIABLES); i++) groups += groupsOf(i);
  for (let i = 0; i <= Math.max(0, variables - LOW_VARIABLES); i++) groups += groupsOf(i);
  return groups * GROUP_BYTES;
}

/**
 * Tables of eq(point_0..i-1, .) for every i up to the point's length. Tables of less than four elements are padded with
 * zeros, so that sums over whole groups stay right.
 * @param at - {@link eqTablesBytes} bytes of kernel memory.
 */
export function eqTables(
  vectors: VectorKernels,
  fractions: FractionKernels,
  at: number,
  point: readonly Ext[],
): EqTable[] {
  const tables = (variables: readonly Ext[], first: number): { tables: number[]; end: number } => {
    const out: number[] = [];
    let end = first;
    let values: Ext[] = [ONE];
    for (let i = 0; i <= variables.length; i++) {
      out.push(end);
      if (2 ** i <= LANES) {
        vectors.clear(end, LANES);
        for (const [k, x] of values.entries()) vectors.set(end, k, x);
      } else {
        fractions.expand(out[i - 1]!, end, groupsOf(i - 1), variables[i - 1]!);
      }
      end += groupsOf(i) * GROUP_BYTES;
      if (2 ** (i + 1) <= LANES && i < variables.length) {
        const high = values.map((x) => mul(x, variables[i]!));
        values = [...values.map((x, k) => sub(x, high[k]!)), ...high];
      }
    }
    return { tables: out, end };
  };
  const low = tables(point.slice(0, LOW_VARIABLES), at);
  const high = tables(point.slice(LOW_VARIABLES), low.end);
  return Array.from({ length: point.length + 1 }, (_, i) => ({
    low: low.tables[Math.min(i, LOW_VARIABLES)]!,
    high: high.tables[Math.max(0, i - LOW_VARIABLES)]!,
  }));
}

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

/** The first variable of the upper factor while variable i is bound: the one that numbers the second block. */
const boundary = (i: number, variables: number): number =>
  Math.min(variables, Math.floor(i / PERIOD) * PERIOD + BLOCK_BITS);

/** Bytes of {@link pairTables} over `variables` variables. */
export function pairTablesBytes(variables: number): number {
  const periods = Math.ceil(variables / PERIOD) + 1;
  return (2 ** (Math.max(0, variables - BLOCK_BITS) + 1) + periods * BLOCK_GROUPS) * GROUP_BYTES;
}

/**
 * For every variable of the number of a group, the weights of messages while it is the lowest that is not bound: eq of the
 * coordinates above it.
 * @param at - {@link pairTablesBytes} bytes of kernel memory.
 * @param lanes - weights of a group's four elements.
 */
export function pairTables(
  vectors: VectorKernels,
  fractions: FractionKernels,
  at: number,
  lanes: readonly Ext[],
  point: readonly Ext[],
): PairWeights[] {
  const chains = new Chains(vectors, fractions, at, point);
  const variables = point.length;
  const upper = chains.add(Math.min(variables, BLOCK_BITS), variables, lanes);
  const out: PairWeights[] = [];
  for (let start = 0; start < variables; start += PERIOD) {
    const last = boundary(start, variables);
    const lower = chains.add(start + 1, last, ALL_LANES);
    for (let i = start; i < Math.min(start + PERIOD, variables); i++)
      out.push({ low: lower.get(i + 1)!, high: upper.get(last)! });
  }
  return out;
}

/** Bytes of {@link pairTablesByLength}. */
export function pairTablesByLengthBytes(lengths: Iterable<number>): number {
  const distinct = [...new Set(lengths)];
  const upper = distinct.reduce((groups, length) => groups + 2 ** (Math.max(0, length - BLOCK_BITS) + 1), 0);
  // Periods that a length cuts short have tables of their own: two at most, and the first one.
  const lower = Math.max(0, ...distinct) / PERIOD + 3 * distinct.length + 2;
  return Math.ceil(upper + lower * BLOCK_GROUPS) * GROUP_BYTES;
}

/**
 * The same weights for vectors of 2^length groups of several lengths, each constant in the variables that it does not have, whose first
 * variable is bound into vectors in one piece. Those of variable `length` are for the one group that is left in the end.
 * @param at - {@link pairTablesByLengthBytes} bytes of kernel memory.
 * @returns per length, per variable.
 */
export function pairTablesByLength(
  vectors: VectorKernels,
  fractions: FractionKernels,
  at: number,
  lanes: readonly Ext[],
  point: readonly Ext[],
  lengths: Iterable<number>,
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
      const start = i === 0 ? 0 : 1 + Math.floor((i - 1) / PERIOD) * PERIOD;
      const last = Math.min(length, start + BLOCK_BITS);
      return { low: lowerFrom(start, last).get(Math.min(i + 1, last))!, high: upper.get(last)! };
    });
  };
  return new Map([...new Set(lengths)].map((length) => [length, weightsOf(length)]));
}
