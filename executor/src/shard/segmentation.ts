/**
 * @module Metered segmentation: one fast pass over a run that finds where shards end and what each starts from. Cuts
 * follow from program, input and limits alone.
 */
import { ExecutionError, ResourceError } from '@weft/primitives';
import { checkInteger, checkObject, checkOptions, copyItems, type OptionChecks } from '@weft/primitives/arguments';
import { nextTurn } from '@weft/primitives/turn';
import { type CallSet, checkCallSet } from '../calls/call-set.ts';
import { STANDARD_CALLS } from '../calls/index.ts';
import { explain } from '../debug/explain.ts';
import type { SymbolTable } from '../debug/symbols.ts';
import { checkPublicValues, type ExecutionResult, RUN_OPTIONS } from '../executor.ts';
import { Budget, type CostModel, type ShardLimits } from '../observe/budget.ts';
import { ACCESS_ROWS, Meter, REGISTER_LEAF_INDICES, type StateRows } from '../observe/meter.ts';
import { CELL, CLOCK_STEP, FIRST_CLOCK } from '../program/layout.ts';
import { checkProgram, type Program } from '../program/program.ts';
import { LiveHost } from '../run/host.ts';
import { Interpreter } from '../run/interpreter.ts';
import { type RunLimits, runLimits } from '../run/limits.ts';
import { initialState } from '../run/state.ts';
import { type Checkpoint, type LeafWords, leafWords } from './checkpoint.ts';

/** A shard as the fast pass leaves it. */
export interface CutShard {
  readonly index: number;
  readonly checkpoint: Checkpoint;
  /** What the checkpoint's leaves hold at the end. */
  readonly final: LeafWords;
  readonly endPc: number;
  /** Instructions that retired in it. */
  readonly cycles: number;
  /** Cells that were reserved for its tables. */
  readonly cells: number;
  /** Rows by class of steps and by table of the state; of `hash` and `bump` at most so many. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface SegmentOptions extends RunLimits {
  readonly model: CostModel;
  readonly limits: ShardLimits;
  readonly signal?: AbortSignal | undefined;
  readonly symbols?: SymbolTable | undefined;
  /** What the program may call; the standard calls by default. */
  readonly calls?: CallSet | undefined;
}

/** Options of a metered run, those apart that the machine decides, and their checks. */
export const CUT_OPTIONS: OptionChecks<Omit<SegmentOptions, 'model' | 'calls'>> = {
  ...RUN_OPTIONS,
  limits: (name, value) => {
    checkObject(name, value, 'limits of a shard', ['cells', 'fractions']);
    const { cells, fractions, overhead, steps } = value as ShardLimits;
    checkInteger(`${name}.cells`, cells, 1);
    checkInteger(`${name}.fractions`, fractions, 1);
    if (overhead !== undefined) checkInteger(`${name}.overhead`, overhead, 0);
    if (steps !== undefined) checkInteger(`${name}.steps`, steps, 1);
  },
};

const OPTIONS: OptionChecks<SegmentOptions> = {
  ...CUT_OPTIONS,
  calls: checkCallSet,
  model: (name, value) => checkObject(name, value, 'a cost model', ['tables', 'fixed']),
};

/** Steps between two looks at the bumps of registers, which are reserved in advance. */
const SLICE_STEPS = 2 ** 14;
/** An unconstrained block may end within a slice and another slice's worth of steps follow. */
const AHEAD = 2 * CLOCK_STEP * SLICE_STEPS;
/** The clock stays below 2^28. */
const MAX_STEPS = 2 ** 25;
/** Rows granted beyond those used, most first. */
const MARGINS: readonly number[] = [SLICE_STEPS, 2 ** 11, 2 ** 8];
/** Slices between two turns of the event loop. */
const SLICES_PER_TURN = 64;

/**
 * Runs a program and yields its shards in order; the last one ends with HALT.
 * @throws {ExecutionError} {@link RangeError} as `execute` does, {@link ResourceError} SHARD_TOO_SMALL when the limits hold no
 * instruction.
 * @throws the signal's reason when aborted.
 */
export function segmentRun(
  program: Program,
  stdin: readonly Uint8Array[],
  options: SegmentOptions,
): AsyncGenerator<CutShard, ExecutionResult> {
  // Now, not when the first shard is asked for.
  checkProgram(program);
  return segments(program, copyItems('stdin', stdin), checkOptions('options', options, OPTIONS));
}

async function* segments(
  program: Program,
  stdin: readonly Uint8Array[],
  options: SegmentOptions,
): AsyncGenerator<CutShard, ExecutionResult> {
  const { maxCycles, maxOutput } = runLimits(options);
  const { calls = STANDARD_CALLS } = options;
  // Output was shown by the run before; here it is counted only.
  const host = new LiveHost(stdin, maxOutput);
  const state = initialState(program);
  const { registers, memory } = state;
  const meter = new Meter(memory);
  const interpreter = new Interpreter(program, state, host, { maxCycles, meter, calls });
  let publicValues: Uint8Array;
  try {
    for (let index = 0; !interpreter.halted; index++) {
      const [pc, cycles, before] = [interpreter.pc, interpreter.cycles, registers.slice()];
      interpreter.clock = FIRST_CLOCK;
      meter.begin();
      const { cells, used } = await runShard(calls, interpreter, meter, options);
      const steps = (interpreter.clock - FIRST_CLOCK) / CLOCK_STEP;
      if (steps === 0)
        throw new ResourceError('SHARD_TOO_SMALL', 'a shard of this shape has no room for an instruction');
      const touched = meter.touchedLeaves();
      const leaves = join(touched.indices, REGISTER_LEAF_INDICES);
      yield {
        index,
        checkpoint: {
          pc,
          steps,
          leaves,
          words: join(touched.words, new Uint32Array(before.buffer)),
          hints: meter.hints.words,
        },
        final: leafWords(leaves, memory, registers),
        endPc: interpreter.pc,
        cycles: interpreter.cycles - cycles,
        cells,
        rows: { ...used, ...meter.rows(interpreter.clock) },
      };
    }
    publicValues = host.publicValues();
    checkPublicValues(registers, publicValues, interpreter);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const { symbols, signal } = options;
    throw await explain(error, { program, stdin, maxCycles, maxOutput, calls, symbols, registers, signal });
  } finally {
    memory.release();
    meter.release();
  }
  return {
    exitCode: registers[CELL.exitCode]! >>> 0,
    cycles: interpreter.cycles,
    publicValues,
  };
}

function join(a: Uint32Array, b: Uint32Array): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/**
 * Runs until the shard is full, or cheapest, or the run over. At first every class is granted as many rows as the slice has steps, so
 * that none of them stops the run; later, and of precompiles always, the rows of its reserved capacity.
 * @returns the cells that were reserved, and the rows of steps by class.
 */
async function runShard(
  calls: CallSet,
  interpreter: Interpreter,
  meter: Meter,
  { model, limits, signal }: SegmentOptions,
): Promise<{ cells: number; used: Record<string, number> }> {
  const budget = new Budget(calls, model, limits);
  const maxSteps = limits.steps ?? MAX_STEPS;
  const { rowsLeft } = interpreter;
  /** Rows of every class so far, and what `rowsLeft` was set to then. */
  const used = new Float64Array(rowsLeft.length);
  const granted = new Int32Array(rowsLeft.length);
  const account = (): void => {
    for (const k of calls.stepClasses.keys()) {
      used[k]! += granted[k]! - rowsLeft[k]!;
      granted[k] = rowsLeft[k]!;
    }
  };
  const full = (cells: number = budget.cells) => {
    const classes = calls.stepClasses.map((name, k) => [name, used[k]!] as const);
    return { cells, used: Object.fromEntries(classes) };
  };
  const grow = (state: StateRows): boolean => {
    const steps = (interpreter.clock - FIRST_CLOCK) / CLOCK_STEP;
    if (!budget.holds(used, state) && budget.isCheapest(used, state, steps)) return false;
    return budget.reserve(used, 0, state);
  };
  for (const k of calls.stepClasses.keys()) rowsLeft[k] = 0;
  for (let slice = 1; ; slice++) {
    if (slice % SLICES_PER_TURN === 0) {
      signal?.throwIfAborted();
      // Lets an abort, and the workers' answers, arrive.
      await nextTurn();
    }
    if (interpreter.isUnconstrained) {
      // Nothing counts in here, so no shard ends here either.
      interpreter.run(limits.steps === undefined ? SLICE_STEPS : 1);
      continue;
    }
    account();
    const rest = maxSteps - (interpreter.clock - FIRST_CLOCK) / CLOCK_STEP;
    const rows = meter.rows(interpreter.clock + AHEAD);
    const state = {
      leaf: rows.leaf + ACCESS_ROWS.leaf,
      node: rows.node + ACCESS_ROWS.node,
      hash: rows.hash + ACCESS_ROWS.hash,
      bump: rows.bump + ACCESS_ROWS.bump,
    };
    if (rest === 0 || !grow(state)) return full();
    const margin = budget.isFilling ? undefined : MARGINS.find((n) => budget.reserve(used, n, state, true));
    for (const k of calls.stepClasses.keys()) {
      granted[k] = margin === undefined || !calls.isGranted[k]! ? budget.capacity(k) - used[k]! : margin;
      rowsLeft[k] = granted[k]!;
    }
    meter.limit(budget.stateRoom(), interpreter.clock + AHEAD);
    const stop = interpreter.run(Math.min(rest, margin ?? SLICE_STEPS));
    account();
    if (stop === 'halted')
      return full(budget.reserve(used, 0, meter.rows(interpreter.clock)) ? budget.cells : limits.cells);
    if (typeof stop !== 'number') continue;
    // A class that ran out gets the step of capacity that its next rows need, or the shard is full.
    const { wanted } = interpreter;
    used[stop]! += wanted;
    const grows = grow(rows);
    used[stop]! -= wanted;
    if (!grows) return full();
  }
}
