/**
 * @module What laying a program out gives: columns for a key, plans for the tables of a run.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import type { CircuitProgram } from '../circuit/program.ts';
import type { ByKind, RecursionMachine } from '../machine/machine.ts';

/** What fills the committed cells of a chip's rows. */
export interface FillPlan {
  readonly rows: number;
  /** Operands of all rows: numbers of wires, of literals from behind the wires on, or numbers themselves. */
  readonly operands: Uint32Array;
}

/** A program laid out. The fixed columns are what a key is made of; none depends on any proof. */
export interface LoweredProgram {
  readonly program: CircuitProgram;
  readonly machine: RecursionMachine;
  /** Per chip, by name, its fixed columns. */
  readonly columns: Readonly<Record<string, readonly Uint32Array[]>>;
  /** Per chip, by name, how many of its rows are in use. */
  readonly rows: Readonly<Record<string, number>>;
  readonly plans: ByKind<FillPlan>;
  /** Values that plans name behind the program's wires. */
  readonly literalFelts: readonly Felt[];
  readonly literalExts: readonly Ext[];
}

/** log2 of the rows of tables, by the name of their chips. */
export type Heights = Readonly<Record<string, number>>;
