/**
 * @module Running a program: from the entry to HALT, with the checks that decide whether a finished run is provable.
 */

import { ExecutionError } from '@weft/primitives';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkMethods,
  checkOptions,
  checkSignal,
  copyItems,
  type OptionChecks,
} from '@weft/primitives/arguments';
import { nextTurn } from '@weft/primitives/turn';
import { type CallSet, checkCallSet } from './calls/call-set.ts';
import { STANDARD_CALLS } from './calls/index.ts';
import { explain } from './debug/explain.ts';
import type { SymbolTable } from './debug/symbols.ts';
import { type CellCosts, type Profile, Profiler } from './observe/profiler.ts';
import { RegionTracker } from './observe/regions.ts';
import { CELL } from './program/layout.ts';
import { checkProgram, type Program } from './program/program.ts';
import { publicValuesFault } from './program/public-values.ts';
import { LiveHost, type OutputListener } from './run/host.ts';
import { Interpreter } from './run/interpreter.ts';
import { type RunLimits, runLimits } from './run/limits.ts';
import { initialState } from './run/state.ts';

export interface ExecuteOptions extends RunLimits {
  readonly onOutput?: OutputListener | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the cycles so far. */
  readonly onProgress?: ((cycles: number) => void) | undefined;
  /** Names for messages. */
  readonly symbols?: SymbolTable | undefined;
  /** What the program may call; by default what the machine that comes with Weft proves. */
  readonly calls?: CallSet | undefined;
  /** Cells of a row by the number of its class in `calls`: cycles and cells are counted by function then. */
  readonly profile?: CellCosts | undefined;
}

export interface ExecutionResult {
  /** 32 bits, unsigned. */
  readonly exitCode: number;
  /** Retired instructions of the proven run: the HALT included, unconstrained blocks left out. */
  readonly cycles: number;
  readonly publicValues: Uint8Array;
}

/** A run with what an estimate of its proof needs. */
export interface CountedExecution extends ExecutionResult {
  /** Rows of every class of steps. */
  readonly rows: Readonly<Record<string, number>>;
  /** Pages of 4 KiB that the run used. */
  readonly pages: number;
  /** Where it spent its time, if that was asked for. */
  readonly profile?: Profile;
}

/** Options of a run and their checks; a metered one has some of its own besides. */
export const RUN_OPTIONS: OptionChecks<Omit<ExecuteOptions, 'calls' | 'profile'>> = {
  maxCycles: (name, value) => checkInteger(name, value, 1),
  onOutput: checkFunction,
  signal: checkSignal,
  onProgress: checkFunction,
  symbols: (name, value) => checkMethods(name, value, 'a SymbolTable', ['lookup']),
  maxOutput: (name, value) => checkInteger(name, value, 0, 2 ** 31),
};

const OPTIONS: OptionChecks<ExecuteOptions> = { ...RUN_OPTIONS, calls: checkCallSet, profile: checkArray };

const SLICE = 1 << 20;

/**
 * Runs a program on a list of input items.
 * @throws {ExecutionError} when the guest traps, exceeds `maxCycles` or `maxOutput`, or commits to other public values than
 * it wrote. {@link ResourceError} MEMORY when the guest uses more memory than this process gets.
 * @throws {TypeError} {@link RangeError} for an argument or option that is none.
 * @throws the signal's reason when aborted.
 */
export async function execute(
  program: Program,
  stdin: readonly Uint8Array[],
  options: ExecuteOptions = {},
): Promise<CountedExecution> {
  checkProgram(program);
  const items = copyItems('stdin', stdin);
  const checked = checkOptions<ExecuteOptions>('options', options, OPTIONS);
  const { onOutput, signal, onProgress, symbols, calls = STANDARD_CALLS, profile } = checked;
  const { maxCycles, maxOutput } = runLimits(checked);
  const profiler = profile === undefined ? undefined : new Profiler(program, calls, profile, symbols);
  const regions = new RegionTracker();
  const host = new LiveHost(items, maxOutput, (descriptor, bytes) => {
    if (profiler !== undefined) regions.write(descriptor, bytes, profiler.totals);
    onOutput?.(descriptor, bytes);
  });
  const state = initialState(program);
  const { registers, memory } = state;
  const interpreter = new Interpreter(program, state, host, { maxCycles, calls, profiler });
  const { stepClasses } = calls;
  const counts = new Array<number>(stepClasses.length).fill(0);
  let publicValues: Uint8Array;
  try {
    while (!interpreter.halted) {
      signal?.throwIfAborted();
      interpreter.rowsLeft.fill(SLICE);
      interpreter.run(SLICE);
      for (const k of counts.keys()) counts[k]! += SLICE - interpreter.rowsLeft[k]!;
      onProgress?.(interpreter.cycles);
      // Lets an abort arrive.
      await nextTurn();
    }
    publicValues = host.publicValues();
    checkPublicValues(registers, publicValues, interpreter);
  } catch (error) {
    memory.release();
    if (!(error instanceof ExecutionError)) throw error;
    throw await explain(error, { program, stdin: items, maxCycles, maxOutput, calls, symbols, registers, signal });
  }
  const pages = memory.usedPages.length;
  memory.release();
  return {
    exitCode: registers[CELL.exitCode]! >>> 0,
    cycles: interpreter.cycles,
    publicValues,
    rows: Object.fromEntries(stepClasses.map((name, k) => [name, counts[k]!])),
    pages,
    ...(profiler === undefined ? {} : { profile: { nodes: profiler.nodes(), regions: regions.regions() } }),
  };
}

/**
 * Applies the rule for public values to the end of a run.
 * @throws {ExecutionError} PUBLIC_VALUES
 */
export function checkPublicValues(
  registers: Int32Array,
  publicValues: Uint8Array,
  place: { readonly pc: number; readonly cycles: number },
): void {
  const cells = (first: number): number[] => Array.from(registers.subarray(first, first + 8), (x) => x >>> 0);
  const committed = cells(CELL.committed).reduce((mask, flag, i) => mask + flag * 2 ** i, 0);
  const fault = publicValuesFault(committed, cells(CELL.digest), publicValues);
  if (fault !== undefined) throw new ExecutionError('PUBLIC_VALUES', fault, { pc: place.pc, cycle: place.cycles });
}
