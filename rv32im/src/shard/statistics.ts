/**
 * @module Statistics of chips and of runs, for golden files, the tour and benchmarks.
 */

import { committedWidths } from '@weft/prover/air/machine';
import type { TableBase } from '@weft/prover/air/trace';
import { ofShape } from '@weft/prover/protocol/key';
import { cellsOf, LOG_PARTS, provedParts } from '@weft/prover/protocol/stacking';
import { kernelEngine } from '@weft/prover/prove/kernel/engine';
import { shapeTables } from '@weft/prover/prove/sparse';
import type { ProvingKey } from '../setup.ts';
import type { ShardTables } from './tables.ts';

export interface ShardStatistics {
  /** Cells of rows in use; of lookup tables, all. */
  readonly realCells: number;
  /** Cells of all tables, heights rounded up to powers of two. */
  readonly paddedCells: number;
  /** Cells of the commitment that are encoded and hashed. */
  readonly committedCells: number;
  /** log2 of the cells that it has room for. */
  readonly variables: number;
  /** Fractions of rows in use; of lookup tables, all. */
  readonly fractions: number;
  /** Fractions of all rows. */
  readonly paddedFractions: number;
}

/** Counts what a shard's tables hold, as they are proven. */
export async function shardStatistics(pk: ProvingKey, shard: ShardTables): Promise<ShardStatistics> {
  const { shape, tables } = await shapeTables(pk.key, shard.tables, kernelEngine);
  const rows = ofShape(pk.key, shape, shard.rows);
  const sum = (f: (table: TableBase, rows: number) => number): number =>
    tables.reduce((total, t, k) => total + (t === undefined ? 0 : f(t, rows[k] ?? 2 ** t.logHeight)), 0);
  const logHeights = tables.map((t) => t?.logHeight);
  const { machine, variables } = shape;
  const cells = cellsOf(committedWidths(machine), logHeights);
  return {
    realCells: sum((t, n) => n * t.chip.columns.length),
    paddedCells: cells,
    committedCells: provedParts(pk.key.suite, cells, variables) * 2 ** (variables - LOG_PARTS),
    variables,
    fractions: sum((t, n) => n * t.chip.interactions.length),
    paddedFractions: sum((t) => 2 ** t.logHeight * t.chip.interactions.length),
  };
}
