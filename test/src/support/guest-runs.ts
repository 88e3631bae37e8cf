/**
 * @module Runs of guests that nobody proves, and how often they call each precompile.
 */
import { CALLS, createCallSet } from '@weft/executor';
import type { SystemCall } from '@weft/executor/calls/call';
import { checkPublicValues } from '@weft/executor/executor';
import { CELL } from '@weft/executor/program/layout';
import { createProgram } from '@weft/executor/program/program';
import { LiveHost } from '@weft/executor/run/host';
import { Interpreter } from '@weft/executor/run/interpreter';
import { initialState } from '@weft/executor/run/state';
import { type GuestName, readGuest } from '@weft/guest-examples';

const MAX_OUTPUT = 1 << 20;

export interface GuestRun {
  readonly exitCode: number;
  readonly cycles: number;
  readonly publicValues: Uint8Array;
  /** Calls of each precompile, by its name; those that are never called are left out. */
  readonly calls: Readonly<Record<string, number>>;
}

/**
 * Runs a guest to its HALT.
 * @param makeHost - who serves it; its public values are what is returned.
 * @throws {ExecutionError} when it traps, or commits to other public values than it wrote.
 */
export function runGuest(
  name: GuestName,
  stdin: readonly Uint8Array[],
  makeHost: (stdin: readonly Uint8Array[]) => LiveHost = (items) => new LiveHost(items, MAX_OUTPUT),
): GuestRun {
  const calls: Record<string, number> = {};
  const counted = CALLS.map((call): SystemCall => {
    if (call.precompile === undefined) return call;
    return {
      ...call,
      run: (machine) => {
        calls[call.name] = (calls[call.name] ?? 0) + 1;
        return call.run(machine);
      },
    };
  });
  const program = createProgram(readGuest(name));
  const state = initialState(program);
  const host = makeHost(stdin);
  const interpreter = new Interpreter(program, state, host, { maxCycles: 1e8, calls: createCallSet(counted) });
  try {
    while (!interpreter.halted) interpreter.run(1 << 20);
    checkPublicValues(state.registers, host.publicValues(), interpreter);
  } finally {
    state.memory.release();
  }
  const exitCode = state.registers[CELL.exitCode]! >>> 0;
  return { exitCode, cycles: interpreter.cycles, publicValues: host.publicValues(), calls };
}
