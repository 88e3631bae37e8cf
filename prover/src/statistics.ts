/**
 * @module Statistics of chips and of runs, for golden files, the tour and benchmarks.
 */
import type { Chip } from './air/chip.ts';
import type { TableFrame } from './air/trace.ts';
import { packBlocks } from './pcs/stacking.ts';
import { chooseShape } from './prove/prove.ts';
import type { ProvingKey } from './setup.ts';
import type { ShardTables } from './shard.ts';
import { committedWidths } from './verify/key.ts';

export interface ChipStatistics {
  readonly columns: number;
  readonly fixedColumns: number;
  readonly constraints: number;
  /** Largest degree of a constraint, tuple element or count. */
  readonly degree: number;
  readonly interactions: number;
  readonly nodes: number;
}

export function chipStatistics(chip: Chip): ChipStatistics {
  const degrees: number[] = [];
  for (const node of chip.nodes) {
    if (node.op === 'constant') degrees.push(0);
    else if (node.op === 'column') degrees.push(1);
    else
      degrees.push(
        node.op === 'mul' ? degrees[node.a]! + degrees[node.b]! : Math.max(degrees[node.a]!, degrees[node.b]!),
      );
  }
  const used = [...chip.constraints.map((c) => c.node), ...chip.interactions.flatMap((i) => [i.count, ...i.tuple])];
  return {
    columns: chip.columns.length,
    fixedColumns: chip.fixedColumns.length,
    constraints: chip.constraints.length,
    degree: Math.max(0, ...used.map((n) => degrees[n]!)),
    interactions: chip.interactions.length,
    nodes: chip.nodes.length,
  };
}

export interface ShardStatistics {
  /** Cells of rows in use; of lookup tables, all. */
  readonly realCells: number;
  /** Cells of all tables, heights rounded up to powers of two. */
  readonly paddedCells: number;
  /** Cells of the commitment. */
  readonly committedCells: number;
  /** Fractions of rows in use; of lookup tables, all. */
  readonly fractions: number;
  /** Fractions of all rows. */
  readonly paddedFractions: number;
}

/** Counts what a shard's tables hold. */
export function shardStatistics(pk: ProvingKey, { tables, rows }: ShardTables): ShardStatistics {
  const sum = (f: (table: TableFrame, rows: number) => number): number =>
    tables.reduce((total, t, k) => total + (t === undefined ? 0 : f(t, rows[k] ?? 2 ** t.logHeight)), 0);
  const logHeights = tables.map((t) => t?.logHeight);
  return {
    realCells: sum((t, n) => n * t.chip.columns.length),
    paddedCells: packBlocks(committedWidths(pk.key.machine), logHeights).cells,
    committedCells: 2 ** chooseShape(pk.key, logHeights).variables,
    fractions: sum((t, n) => n * t.chip.interactions.length),
    paddedFractions: sum((t) => 2 ** t.logHeight * t.chip.interactions.length),
  };
}
