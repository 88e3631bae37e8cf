/**
 * @module Running test programs with the interpreter alone, in every way that it has.
 */
import { WeftError } from '@weft/primitives';
import { expect } from 'vitest';
import { Meter } from '../observe/meter.ts';
import { elf } from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';
import { LiveHost } from './host.ts';
import { Interpreter } from './interpreter.ts';
import { initialState } from './state.ts';

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
