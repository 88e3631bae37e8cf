/**
 * @module Running test programs: with the interpreter alone, or up to the debuggers' verdict on the traces.
 */

import { Meter } from '@weft/executor/observe/meter';
import { elf } from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { LiveHost } from '@weft/executor/run/host';
import { Interpreter } from '@weft/executor/run/interpreter';
import { initialState } from '@weft/executor/run/state';
import { WeftError } from '@weft/primitives';
import { type BrokenConstraint, checkBuses, checkConstraints, type UnbalancedTuple } from '@weft/prover/air/check';
import type { Trace } from '@weft/prover/air/trace';
import type { ProvingKey } from '@weft/rv32im/setup';
import { fillShard, type ShardTraces } from '@weft/rv32im/shard/tables';
import { statementTuples } from '@weft/rv32im/statement';
import { expect } from 'vitest';
import { recordRun } from './shards.ts';

/** An account of every leaf and node costs nothing here. */
const ROOM = { leaf: 2 ** 30, node: 2 ** 30, hash: 2 ** 30, bump: 2 ** 30 };

/**
 * Runs to HALT and returns the interpreter, for its memory and registers. Runs three times: instruction by instruction, as
 * compiled blocks from the first arrival on, and the same under a meter; all must agree, or fail with the same error.
 */
export function interpret(words: readonly number[], stdin: readonly Uint8Array[] = [], maxCycles = 1e7): Interpreter {
  const program = createProgram(elf(words));
  const run = (hotAfter: number, isMetered: boolean): Interpreter | Error => {
    const state = initialState(program);
    const meter = isMetered ? new Meter(state.memory) : undefined;
    meter?.limit(ROOM, 0);
    const interpreter = new Interpreter(program, state, new LiveHost(stdin), { maxCycles, hotAfter, meter });
    try {
      while (!interpreter.halted) interpreter.run(1 << 16);
    } catch (error) {
      return error as Error;
    }
    return interpreter;
  };
  const plain = run(Number.POSITIVE_INFINITY, false);
  for (const isMetered of [false, true]) expect(outcome(run(0, isMetered))).toEqual(outcome(plain));
  if (plain instanceof Error) throw plain;
  return plain;
}

function outcome(run: Interpreter | Error): unknown {
  if (run instanceof Error) return [run.message, run instanceof WeftError ? run.details : undefined];
  const { pc, clock, cycles, registers, memory } = run;
  const pages = memory.pages.flatMap((page, i) => (page?.some((w) => w !== 0) === true ? [[i, page]] : []));
  return { pc, clock, cycles, registers, pages };
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

/** For proofs: the test runner's own comparison takes seconds for a megabyte. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
