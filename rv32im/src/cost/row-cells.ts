/**
 * @module What a row costs, for profiles.
 */
import type { MachineKey } from '@weft/prover/protocol/key';

/** Cells that an interaction is counted as: what proving one takes, in time of a column (`docs/precompiles.md`). */
const CELLS_PER_INTERACTION = 2.5;

/**
 * Cells of a row of each class: its columns, and {@link CELLS_PER_INTERACTION} for each interaction.
 * @param classes - names; those that the machine has no table for cost nothing.
 */
export function rowCells({ machine }: MachineKey, classes: readonly string[]): number[] {
  return classes.map((name) => {
    const chip = machine.chips.find(({ events }) => events === name);
    return chip === undefined ? 0 : chip.columns.length + CELLS_PER_INTERACTION * chip.interactions.length;
  });
}
