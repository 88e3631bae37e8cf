/**
 * @module What a chip of field or curve arithmetic computes in a row, apart from where its numbers come from and go to.
 */
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { packedEvents } from '@weft/prover/air/tables';
import type { EventSource } from '@weft/prover/air/trace';
import type { Congruences } from '@weft/prover/kit/field/congruences';
import type { LimbColumns } from '@weft/prover/kit/field/limbs';
import type { Values } from '@weft/prover/kit/field/witness';

/** Congruences that pin the outputs of a row to its inputs, and how the prover finds a row. */
export interface Formula {
  readonly system: Congruences;
  /** Names of the numbers that a row is asked about, and of those that it answers. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * All numbers of each row, from its inputs; what is inverted is inverted for all rows at once.
   * @throws {ConstraintError} OPERAND when inputs have no row, such as equal points.
   */
  solve(inputs: readonly Values[]): Values[];
}

/** The rows of a formula without anything beside them, as events. @throws {ConstraintError} OPERAND */
export function formulaEvents({ system, solve }: Formula, inputs: readonly Values[]): EventSource {
  const stride = system.fields.length;
  const words = new Uint32Array(stride * inputs.length);
  for (const [row, values] of solve(inputs).entries()) system.write(values, words, stride * row);
  return packedEvents(system.fields, words);
}

/** Ties the numbers of a row to whoever asked for them, where `real` is 1: calls, memory. */
export type Connect = (c: ChipBuilder, real: Expr, numbers: Readonly<Record<string, LimbColumns>>) => void;

/**
 * A chip with a formula a row, which takes events of its name.
 * @param maxLogHeight - log2 of the rows that a table has at most.
 */
export function formulaChip(name: string, { system }: Formula, maxLogHeight: number, connect: Connect): Chip {
  return defineChip(name, { events: name, maxLogHeight }, (c) => {
    const real = c.bool('is_real', c.literal(1));
    connect(c, real, system.constrain(c, real));
  });
}
