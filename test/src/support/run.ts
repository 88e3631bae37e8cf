/**
 * @module Running test programs: with the interpreter alone, or up to the debuggers' verdict on the traces.
 */
import { LiveHost } from '@weft/executor/host';
import { Interpreter } from '@weft/executor/interpreter';
import { createProgram } from '@weft/executor/program';
import { initialState } from '@weft/executor/state';
import { WeftError } from '@weft/primitives';
import { type BrokenConstraint, checkBuses, checkConstraints, type UnbalancedTuple } from '@weft/prover/air/check';
import type { Trace } from '@weft/prover/air/trace';
import { statementTuples } from '@weft/prover/machine/machine';
import type { ProvingKey } from '@weft/prover/setup';
import { fillShard, type ShardTraces } from '@weft/prover/shard';
import { elf } from './asm.ts';
import { recordRun } from './shards.ts';

/** Runs to HALT and returns the interpreter, for its memory and registers. */
export function interpret(words: readonly number[], stdin: readonly Uint8Array[] = [], maxCycles = 1e7): Interpreter {
  const program = createProgram(elf(words));
  const interpreter = new Interpreter(program, initialState(program), new LiveHost(stdin), { maxCycles });
  while (!interpreter.halted) interpreter.run(1 << 16);
  return interpreter;
}

export interface Traced extends ShardTraces {
  readonly pk: ProvingKey;
}

/** Executes with a record and fills all traces. */
export async function traceRun(file: Uint8Array, stdin: readonly Uint8Array[] = []): Promise<Traced> {
  const { pk, record, siblings } = await recordRun(file, stdin);
  return { pk, ...fillShard(pk, record, siblings) };
}

export const trace = (words: readonly number[], stdin: readonly Uint8Array[] = []): Promise<Traced> =>
  traceRun(elf(words), stdin);

/** Everything that the debuggers find wrong. */
export function findings(
  traces: readonly (Trace | undefined)[],
  statement: ShardTraces['statement'],
): { constraints: BrokenConstraint[]; tuples: UnbalancedTuple[] } {
  const present = traces.filter((t) => t !== undefined);
  return {
    constraints: checkConstraints(present, 200),
    tuples: checkBuses(
      present,
      statementTuples(statement, (x) => x),
      200,
    ),
  };
}

/** The code of the error that `work` ends with, or `none`. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
}
