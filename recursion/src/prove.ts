/**
 * @module Proofs that a recorded program accepts: its machine's key and fixed columns, made once, and a proof per run.
 */
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { MachineKey } from '@weft/prover/protocol/key';
import { type Preprocessed, preprocess } from '@weft/prover/prove/preprocess';
import { type ProveOptions, proveTables } from '@weft/prover/prove/prove';
import type { CircuitProgram } from './circuit/program.ts';
import type { VerifierRun } from './circuit/verifier.ts';
import { type CircuitForm, ORDINARY, recursionKey } from './key.ts';
import { checkColumns } from './lower/check.ts';
import { circuitTables } from './lower/fill.ts';
import type { Heights, LoweredProgram } from './lower/layout.ts';
import { lowerProgram } from './lower/lower.ts';

/** What proving runs of one program takes. */
export interface CircuitProver {
  /** The same for all programs of as many inputs. */
  readonly key: MachineKey;
  readonly lowered: LoweredProgram;
  /** Its key names the program. */
  readonly preprocessed: Preprocessed;
}

/**
 * Lays a program out, checks the layout and commits to it.
 * @param suite - of the proofs that the program verifies.
 * @param heights - of tables that programs have in common.
 * @param form - of the circuit: its machine, and how its proofs are made.
 * @throws {ConstraintError} when the layout would be no sound one, or does not fit.
 */
export async function setupCircuit(
  program: CircuitProgram,
  suite: HashSuite,
  heights: Heights = {},
  form: CircuitForm = ORDINARY,
): Promise<CircuitProver> {
  const { machine, key } = recursionKey(suite, program.inputs, form);
  const lowered = lowerProgram(program, machine, heights);
  checkColumns(machine, lowered.columns, lowered.rows);
  return await committed(key, lowered);
}

/**
 * A circuit that was set up before. Nothing is checked here: with the root of one that was, these are its columns, or opening
 * them says that they are not.
 * @param digests - of the commitment to its columns.
 * @throws {RangeError} for digests of another number.
 */
export async function restoreCircuit(
  key: MachineKey,
  lowered: LoweredProgram,
  digests: Uint32Array,
): Promise<CircuitProver> {
  return await committed(key, lowered, digests);
}

/** Columns are kept once: as the commitment has them. */
async function committed(key: MachineKey, lowered: LoweredProgram, digests?: Uint32Array): Promise<CircuitProver> {
  const preprocessed = await preprocess(key, lowered.columns, undefined, digests);
  const { chips, preprocessedChips } = key.machine;
  const columns = Object.fromEntries(preprocessedChips.map((k, i) => [chips[k]!.name, preprocessed.columns[i]!]));
  return { key, lowered: { ...lowered, columns }, preprocessed };
}

/**
 * Proves that the program accepts: that there is a proof to read with which it does.
 * @param run - one that accepted; its inputs are the statement of the proof.
 */
export async function proveCircuit(
  { key, lowered, preprocessed }: CircuitProver,
  { inputs, values }: VerifierRun,
  options: ProveOptions = {},
): Promise<Uint8Array> {
  return await proveTables(key, preprocessed, circuitTables(lowered, values), inputs, options);
}
