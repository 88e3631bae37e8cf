/**
 * @module What is said of a run that was stopped: where it was, in the words of its source, and how it came there. The call stack
 * takes a second run, which is the same as the first: a run depends on its input alone.
 */
import { ExecutionError } from '@weft/primitives';
import { nextTurn } from '@weft/primitives/turn';
import type { CallSet } from '../calls/call-set.ts';
import { disassemble } from '../program/disassemble.ts';
import { type Program, wordAt } from '../program/program.ts';
import { sectionAt } from '../program/sections.ts';
import { LiveHost } from '../run/host.ts';
import { Interpreter } from '../run/interpreter.ts';
import { initialState } from '../run/state.ts';
import { CallStack } from './call-stack.ts';
import { type LineTable, readLines } from './lines.ts';
import type { SymbolTable } from './symbols.ts';

/** Somewhere in the code; a stripped program has its address only, one without `-g` no line. */
export interface Place {
  readonly pc: number;
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

/** Figures of an {@link ExecutionError} of a run: its `details`. */
export interface TrapDetails extends Place {
  /** Retired instructions before it. */
  readonly cycle: number;
  /** Function and offset. */
  readonly symbol?: string;
  /** The instruction that trapped, disassembled. */
  readonly instruction?: string;
  /** What it accesses, and how many bytes. */
  readonly address?: number;
  readonly size?: number;
  /** The 32 registers before the instruction, by number; unsigned. */
  readonly registers: readonly number[];
  /** The calls that had not returned, the latest first; at most {@link MOST_PLACES}. Absent where the run was too long to repeat. */
  readonly stack?: readonly Place[];
  /** How many there were. */
  readonly depth?: number;
}

/** The run that was stopped. */
export interface StoppedRun {
  readonly program: Program;
  readonly stdin: readonly Uint8Array[];
  readonly maxCycles: number;
  readonly maxOutput: number;
  readonly calls: CallSet;
  readonly symbols: SymbolTable | undefined;
  /** As they were when it stopped. */
  readonly registers: Int32Array;
  readonly signal: AbortSignal | undefined;
}

/** Calls of the stack in `details`. */
const MOST_PLACES = 64;
/** A longer run is not repeated: this takes some seconds. */
const MOST_CYCLES = 2 ** 28;
const SLICE = 1 << 20;

const hex = (x: number): string => `0x${(x >>> 0).toString(16)}`;

/**
 * Adds the place to an error's message, which stays one line, and {@link TrapDetails} to its details.
 * @throws the signal's reason when aborted.
 */
export async function explain(error: ExecutionError, run: StoppedRun): Promise<ExecutionError> {
  const { pc, cycle } = error.details as { pc: number; cycle: number };
  const { program, symbols, registers } = run;
  const lines = readLines(program.elf);
  const word = wordAt(program, pc);
  const instruction = word === undefined ? undefined : disassemble(word, pc);
  // Where no code is, the nearest name has nothing to do with it.
  const symbol = word === undefined ? undefined : symbols?.lookup(pc);
  const stack = await callStack(error, run);
  const origin = error.code === 'PC_OUTSIDE_CODE' ? describeOrigin(pc, run, lines, stack) : '';
  const place = placeOf(pc, word === undefined ? undefined : symbols, lines);
  // A system call has been named, and so has a word that is no instruction.
  const shown = instruction === undefined || /^(ecall|\.word)/.test(instruction) ? '' : `: ${instruction}`;
  const details: TrapDetails = {
    ...error.details,
    ...place,
    cycle,
    ...(symbol === undefined ? {} : { symbol }),
    ...(instruction === undefined ? {} : { instruction }),
    registers: Array.from(registers.subarray(0, 32), (x) => x >>> 0),
    ...(stack === undefined
      ? {}
      : { stack: stack.calls(MOST_PLACES).map((at) => placeOf(at, symbols, lines)), depth: stack.depth }),
  };
  const message = `${error.message}${origin}; ${words(pc, symbol, place)}, cycle ${cycle}${shown}`;
  return new ExecutionError(error.code, message, { ...details });
}

function placeOf(pc: number, symbols: SymbolTable | undefined, lines: LineTable): Place {
  const name = symbols?.functionAt(pc)?.name;
  return { pc, ...(name === undefined ? {} : { function: name }), ...lines.at(pc) };
}

function words(pc: number, symbol: string | undefined, { file, line }: Place): string {
  const known = [...(symbol === undefined ? [] : [symbol]), ...(file === undefined ? [] : [`${file}:${line}`])];
  return `pc ${hex(pc)}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

/** Which jump led out of the code. */
function describeOrigin(pc: number, { program, symbols }: StoppedRun, lines: LineTable, stack?: CallStack): string {
  const section = sectionAt(program.elf, pc);
  const into = section === undefined ? '' : `, into ${section}`;
  const from = stack?.last?.target === pc ? stack.last.pc : undefined;
  if (from !== undefined) return `${into}, from ${words(from, symbols?.lookup(from), placeOf(from, symbols, lines))}`;
  const before = pc - 4;
  if (wordAt(program, before) === undefined) return into;
  return `${into}, behind its end at ${words(before, symbols?.lookup(before), placeOf(before, symbols, lines))}`;
}

/** Runs once more, watching jumps. */
async function callStack(error: ExecutionError, run: StoppedRun): Promise<CallStack | undefined> {
  const { program, stdin, maxCycles, maxOutput, calls, signal } = run;
  const { pc, cycle } = error.details as { pc: number; cycle: number };
  // The end of a run is inside of nothing.
  if (error.code === 'PUBLIC_VALUES' || cycle > MOST_CYCLES) return undefined;
  const jumps = new CallStack();
  const state = initialState(program);
  const interpreter = new Interpreter(program, state, new LiveHost(stdin, maxOutput), { maxCycles, calls, jumps });
  try {
    while (!interpreter.halted) {
      signal?.throwIfAborted();
      interpreter.rowsLeft.fill(SLICE);
      interpreter.run(SLICE);
      await nextTurn();
    }
    return undefined;
  } catch (again) {
    if (!(again instanceof ExecutionError)) throw again;
    const isSame = again.code === error.code && again.details['pc'] === pc && again.details['cycle'] === cycle;
    return isSame ? jumps : undefined;
  } finally {
    state.memory.release();
  }
}
