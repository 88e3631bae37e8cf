/**
 * @module What a row costs, for profiles.
 */
import type { CostModel } from '@weft/executor/observe/budget';

/** Cells that a fraction is counted as: what proving one takes, in time of a column (`docs/precompiles.md`). */
const CELLS_PER_FRACTION = 2.5;

/**
 * Cells of a row of each class: its columns, and its fractions as {@link CELLS_PER_FRACTION} each.
 * @param classes - names; those that the machine has no table for cost nothing.
 */
export function rowCells({ tables }: CostModel, classes: readonly string[]): number[] {
  return classes.map((name) => {
    const table = tables[name];
    return table === undefined ? 0 : table.cells + CELLS_PER_FRACTION * table.fractions;
  });
}
