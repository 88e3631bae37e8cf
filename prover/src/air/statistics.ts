/**
 * @module Statistics of chips, for golden files and benchmarks.
 */
import { type Chip, checkChip } from './chip.ts';
import { nodeDegrees } from './expr.ts';

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
  checkChip('chip', chip);
  const degrees = nodeDegrees(chip.nodes);
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
