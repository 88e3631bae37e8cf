/**
 * @module Running test programs with the interpreter alone, in every way that it has.
 */
import { WeftError } from '@weft/primitives';
import { expect } from 'vitest';
import { STANDARD_CALLS } from '../calls/index.ts';
import { Meter } from '../observe/meter.ts';
import { ChunkPool } from '../observe/record.ts';
import { Recorder } from '../observe/recorder.ts';
import { elf } from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';
import { LiveHost } from './host.ts';
import { Interpreter } from './interpreter.ts';
import { runLimits } from './limits.ts';
import { initialState } from './state.ts';

/** An account of every leaf and node costs nothing here. */
const ROOM = { leaf: 2 ** 30, node: 2 ** 30, hash: 2 ** 30, bump: 2 ** 30 };

/** How a program is run: arrivals before code is compiled, who watches, and rows at a time. */
interface Way {
  readonly hotAfter: number;
  readonly observer?: 'meter' | 'recorder';
  readonly slice?: number;
}

const PLAIN: Way = { hotAfter: Number.POSITIVE_INFINITY };
const OTHER_WAYS: readonly Way[] = [
  { hotAfter: 0 },
  { hotAfter: 0, observer: 'meter' },
  { ...PLAIN, observer: 'recorder' },
  { hotAfter: 0, observer: 'recorder' },
  { hotAfter: 0, observer: 'recorder', slice: 100 },
  { ...PLAIN, observer: 'meter' },
  { ...PLAIN, slice: 1 },
  { hotAfter: 0, observer: 'meter', slice: 100 },
];

/**
 * Runs to HALT and returns the interpreter, for its memory and registers. Runs several times: instruction by instruction, as
 * compiled blocks from the first arrival on, each under a meter as well, with a record, and in slices; all must agree, records
 * as well, or fail with the same error.
 * @param program - instructions, or a whole ELF file.
 */
export function interpret(
  program: readonly number[] | Uint8Array,
  stdin: readonly Uint8Array[] = [],
  { maxCycles = 1e5, maxOutput }: { maxCycles?: number; maxOutput?: number } = {},
): Interpreter {
  const decoded = createProgram(program instanceof Uint8Array ? program : elf(program));
  let record: unknown;
  const run = ({ hotAfter, observer, slice = 1 << 16 }: Way): Interpreter | Error => {
    const state = initialState(decoded);
    const meter = observer === 'meter' ? new Meter(state.memory) : undefined;
    meter?.limit(ROOM, 0);
    const recorder = observer === 'recorder' ? new Recorder(state, STANDARD_CALLS, new ChunkPool()) : undefined;
    const host = new LiveHost(stdin, runLimits({ maxOutput }).maxOutput);
    const interpreter = new Interpreter(decoded, state, host, { maxCycles, hotAfter, meter, recorder });
    try {
      while (!interpreter.halted) interpreter.run(slice);
      if (recorder !== undefined) {
        const noted = recorded(recorder);
        record ??= noted;
        expect(noted, `record of ${JSON.stringify({ hotAfter, slice })}`).toEqual(record);
      }
    } catch (error) {
      return error as Error;
    }
    return interpreter;
  };
  const plain = run(PLAIN);
  const expected = outcome(plain);
  for (const way of OTHER_WAYS) {
    const other = run(way);
    expect(outcome(other), JSON.stringify(way)).toEqual(expected);
    if (other instanceof Interpreter) other.memory.release();
  }
  if (plain instanceof Error) throw plain;
  return plain;
}

/** The error that a program ends with in every way; fails the test when it ends well. */
export function trapOf(...run: Parameters<typeof interpret>): WeftError {
  try {
    interpret(...run);
  } catch (error) {
    if (error instanceof WeftError) return error;
    throw error;
  }
  throw new Error('the program ends well');
}

/** The events of every class that has some, and the timestamps of registers. */
function recorded({ events, clocks }: Recorder): unknown {
  const lists = Object.entries(events).flatMap(([name, buffer]) => {
    const words = new Uint32Array(buffer.count * buffer.stride);
    buffer.copy(0, buffer.count, words, 0);
    const all = Array.from({ length: buffer.count }, (_, i) => [
      ...words.subarray(i * buffer.stride, (i + 1) * buffer.stride),
    ]);
    return all.length === 0 ? [] : [[name, all]];
  });
  return [Object.fromEntries(lists), [...clocks]];
}

function outcome(run: Interpreter | Error): unknown {
  if (run instanceof Error) return [run.message, run instanceof WeftError ? [run.code, run.details] : undefined];
  const { pc, clock, cycles, registers, memory } = run;
  const pages: [number, number[]][] = [];
  // There are half a million: no closure for each.
  for (let i = 0; i < memory.pages.length; i++) {
    const page = memory.pages[i];
    if (page?.some((word) => word !== 0) === true) pages.push([i, [...page]]);
  }
  return { pc, clock, cycles, registers, pages };
}
