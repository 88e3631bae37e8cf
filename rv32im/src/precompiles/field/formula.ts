/**
 * @module What a chip of field or curve arithmetic computes in a row, apart from where its numbers come from and go to.
 */
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { packedEvents } from '@weft/prover/air/tables';
import type { EventSource } from '@weft/prover/air/trace';
import type { Congruences } from '@weft/prover/kit/field/congruences';
import type { LimbColumns } from '@weft/prover/kit/field/limbs';
import type { Values } from '@weft/prover/kit/field/witness';

/** The numbers of a row, by name. */
export type Numbers = Readonly<Record<string, LimbColumns>>;

/** A bit of a row, and how it is filled. */
export interface Flag {
  readonly bit: Expr;
  readonly fill: Fill;
}

/** Congruences that pin the outputs of a row to its inputs, and how the prover finds a row. */
export interface Formula {
  readonly system: Congruences;
  /** Names of the numbers that a row is asked about, and of those that it answers. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A bit that a row is asked about besides. */
  readonly flag?: string;
  /**
   * What holds of the numbers besides. Assumes: `real` is 0 or 1; where it is 0 all numbers are. Zeros satisfy it then.
   * @param flag - the bit.
   */
  readonly assert?: (c: ChipBuilder, real: Expr, numbers: Numbers, flag: Flag | undefined) => void;
  /**
   * All numbers of each row, from its inputs, the flag as a number among them; what is inverted is inverted for all rows at once.
   * @throws {ConstraintError} OPERAND when inputs have no row, such as equal points.
   */
  solve(inputs: readonly Values[]): Values[];
}

/** The rows of a formula without anything beside them, as events. @throws {ConstraintError} OPERAND */
export function formulaEvents(formula: Formula, inputs: readonly Values[]): EventSource {
  const fields = formulaFields(formula);
  const words = new Uint32Array(fields.length * inputs.length);
  writeRows(formula, inputs, words, fields.length, 0);
  return packedEvents(fields, words);
}

/** Fields of the events that fill a row of a formula. */
export function formulaFields({ system, flag }: Formula): string[] {
  return [...(flag === undefined ? [] : [flag]), ...system.fields];
}

/**
 * Writes {@link formulaFields} of each row, `stride` words from row to row, the first at word `at`.
 * @throws {ConstraintError} OPERAND
 */
export function writeRows(
  { system, flag, solve }: Formula,
  inputs: readonly Values[],
  out: Uint32Array,
  stride: number,
  at: number,
): void {
  for (const [row, values] of solve(inputs).entries()) {
    let next = at + stride * row;
    if (flag !== undefined) out[next++] = Number(inputs[row]![flag]);
    system.write(values, out, next);
  }
}

/** Ties the numbers of a row to whoever asked for them, where `real` is 1: calls, memory. */
export type Connect = (c: ChipBuilder, real: Expr, numbers: Numbers, flag: Flag | undefined) => void;

/**
 * A chip with a formula a row, which takes events of its name.
 * @param maxLogHeight - log2 of the rows that a table has at most.
 */
export function formulaChip(
  name: string,
  { system, flag: flagName, assert }: Formula,
  maxLogHeight: number,
  connect: Connect,
): Chip {
  return defineChip(name, { events: name, maxLogHeight }, (c) => {
    const real = c.bool('is_real', c.literal(1));
    const fill = flagName === undefined ? undefined : c.event(flagName);
    const flag = fill === undefined ? undefined : { bit: c.bool(flagName!, fill), fill };
    const numbers = system.constrain(c, real);
    assert?.(c, real, numbers, flag);
    connect(c, real, numbers, flag);
  });
}
