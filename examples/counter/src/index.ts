/**
 * @module Setup, prove and verify for the counter machine.
 */
import {
  eventsOf,
  machineTables,
  type Preprocessed,
  type PreprocessedKey,
  preprocess,
  proveTables,
  VerificationError,
  verifyBytes,
} from '@weft/prover';
import { key, machine } from './machine.ts';

export * from './machine.ts';

/** What a proof says: the program, started with (0, start), is at (steps, end) after `steps` steps. */
export interface Statement {
  readonly start: number;
  readonly steps: number;
  readonly end: number;
}

/**
 * Commits to a program.
 * @param operands - bytes; padded with zeros to a power of two of at least 2^7.
 */
export async function setup(operands: Uint8Array): Promise<Preprocessed> {
  const rows = 2 ** Math.max(7, Math.ceil(Math.log2(operands.length)));
  const indices = Uint32Array.from({ length: rows }, (_, i) => i);
  return await preprocess(key, { program: [indices, Uint32Array.from(indices, (i) => operands[i] ?? 0)] });
}

/** Runs `steps` steps of a program from (0, start) and proves the run. */
export async function prove(
  program: Preprocessed,
  start: number,
  steps: number,
): Promise<{ readonly statement: Statement; readonly proof: Uint8Array }> {
  const operands = program.columns[0]![1]!;
  let x = start;
  const events = Array.from({ length: steps }, (_, index) => {
    const operand = operands[index]!;
    const event = { index, x, operand };
    x += operand;
    return event;
  });
  const { tables } = machineTables(machine, program.columns, new Map([['step', eventsOf(events)]]));
  const statement = { start, steps, end: x };
  return { statement, proof: await proveTables(key, program, tables, wordsOf(statement)) };
}

/**
 * Checks a proof.
 * @param program - what {@link setup} gives as `key`: derived from the program, never taken from a proof.
 * @throws {VerificationError} when the proof does not show the statement, and nothing else, whatever the arguments are.
 */
export function verify(program: PreprocessedKey, statement: Statement, proof: Uint8Array): void {
  const words = wordsOf((statement ?? {}) as Statement);
  if (!words.every((x) => Number.isInteger(x) && x >= 0 && x < 2 ** 30))
    throw new VerificationError('statement', 'no statement of three numbers below 2^30');
  verifyBytes(key, program, words, proof);
}

/** The words of a statement, in the machine's order. */
function wordsOf({ start, steps, end }: Statement): number[] {
  return [start, steps, end];
}
