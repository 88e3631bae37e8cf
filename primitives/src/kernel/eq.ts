/**
 * @module Eq tables of all prefixes of a point, in two factors: the first nine variables in one table of up to 512
 * elements, which stays in the first-level cache, the others in another.
 */
import { type Ext, mul, ONE, sub } from '../field/ext.ts';
import { GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { type EqTable, LOW_GROUPS } from './eq-table.ts';
import type { FractionKernels } from './fractions.ts';
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
