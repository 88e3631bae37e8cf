/**
 * @module How many rows of a chip for some registers only (ADR 30) had better be among those of the chip for any: the latter prove them as well.
 * In a small shard the former may stand empty, for a table less; in any, a few rows too many for its height may be among the others. Follows
 * from numbers alone, so that a plan knows it.
 */
import { logHeightOf, MAX_LOG_HEIGHT } from '@weft/prover/air/chip';
import type { Machine } from '@weft/prover/air/machine';
import { splitCapacities, splitHeights } from '@weft/prover/air/tails';

/** Chips for some registers, and the chip for any. `branch_zero` has none: the other chip would read x0, and that is a time that x0's next reader has noted already. */
export const WIDER: readonly (readonly [narrow: string, wide: string])[] = [
  ['add_in_place', 'add'],
  ['addi_in_place', 'addi'],
  ['bitwise_in_place', 'bitwise'],
  ['move', 'addi'],
];

/** Rows that are moved at most: each is read and written by itself. */
const MOST_MOVED = 2 ** 12;

/** Cells of a chip's tables that hold so many rows. */
function cellsOfRows({ chips }: Machine, events: string): (rows: number) => number {
  const [chip, tail] = chips.filter((c) => c.events === events);
  const columns = chip!.columns.length;
  return (rows) => {
    if (rows === 0) return 0;
    if (tail === undefined) return columns * 2 ** logHeightOf(rows);
    const heights = splitHeights(rows);
    return columns * (2 ** heights.head + (heights.tail === undefined ? 0 : 2 ** heights.tail));
  };
}

/** How many of `narrow` rows had better be among `wide` ones: all, for a table less, if that takes no more cells; else what takes least. */
export function bestMove(
  machine: Machine,
  [narrowName, narrow]: [string, number],
  [wideName, wide]: [string, number],
): number {
  const [narrowCells, wideCells] = [cellsOfRows(machine, narrowName), cellsOfRows(machine, wideName)];
  const kept = [0, narrow, ...splitCapacities(MAX_LOG_HEIGHT).filter((capacity) => capacity < narrow)];
  const moves = kept.map((rows) => narrow - rows).filter((moved) => moved <= MOST_MOVED);
  const cells = (moved: number): number => narrowCells(narrow - moved) + wideCells(wide + moved);
  return moves.reduce((best, moved) => (cells(moved) < cells(best) ? moved : best));
}

/** How many rows each class has when some are among those of another: what `mergedEvents` does, for a plan. */
export function mergedRows(machine: Machine, rows: Readonly<Record<string, number>>): Record<string, number> {
  const all = { ...rows };
  for (const [narrow, wide] of WIDER) {
    const [few, others] = [all[narrow] ?? 0, all[wide] ?? 0];
    const moved = bestMove(machine, [narrow, few], [wide, others]);
    [all[narrow], all[wide]] = [few - moved, others + moved];
  }
  return all;
}
