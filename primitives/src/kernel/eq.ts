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
  let end = at;
  /** Tables over the variables from `i` up to `last`, for all `i` from there down to `first`. */
  const chain = (first: number, last: number, start: readonly Ext[]): Map<number, number> => {
    const tables = new Map([[last, end]]);
    for (const [lane, x] of start.entries()) vectors.set(end, lane, x);
    end += GROUP_BYTES;
    for (let i = last - 1; i >= first; i--) {
      tables.set(i, end);
      const groups = 2 ** (last - 1 - i);
      fractions.grow(tables.get(i + 1)!, end, groups, point[i]!);
      end += 2 * groups * GROUP_BYTES;
    }
    return tables;
  };
  const variables = point.length;
  const upper = chain(Math.min(variables, BLOCK_BITS), variables, lanes);
  const ones = [ONE, ONE, ONE, ONE];
  const out: PairWeights[] = [];
  for (let start = 0; start < variables; start += PERIOD) {
    const last = boundary(start, variables);
    const lower = chain(start + 1, last, ones);
    for (let i = start; i < Math.min(start + PERIOD, variables); i++)
      out.push({ low: lower.get(i + 1)!, high: upper.get(last)! });
  }
  return out;
}
