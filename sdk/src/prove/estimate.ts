/**
 * @module What a proof will take, predicted from a plain execution: shards, time, memory.
 */
import { STANDARD_CALLS } from '@weft/executor';
import type { CountedExecution } from '@weft/executor/executor';
import type { CellCosts } from '@weft/executor/observe/profiler';
import { hashPairs } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { foldMemory, foldMs, foldSteps, type Staff } from '@weft/recursion/rv32im/cost';
import {
  type ClassCost,
  cellsByClass,
  costModel,
  helpedTime,
  predictMemory,
  proofMs,
  SHARED_WORK,
} from '@weft/rv32im/cost/cost';
import { rowCells } from '@weft/rv32im/cost/row-cells';
import { machineKey, type RiscvKey } from '@weft/rv32im/key';
import type { PlannedShard } from '@weft/rv32im/shard/plan';
import type { ProofMode } from '../mode.ts';

export interface Estimate {
  readonly cycles: number;
  readonly shards: number;
  /** The shards that a proof will have, in order: they follow from program, input, memory limit and mode alone. */
  readonly plan: readonly PlannedShard[];
  /** Workers that will have something to do. */
  readonly workers: number;
  /** Proofs about proofs; 0 where shards are all that is asked for. */
  readonly steps: number;
  /** Of shards and steps. */
  readonly proveMs: number;
  /** Part of it that steps take. */
  readonly foldMs: number;
  readonly peakBytes: number;
  /** Committed cells of all shards: what time and memory go by. */
  readonly cells: number;
  /**
   * Rows and cells by kind of instruction or call, most cells first. The rest of `cells` are lookup tables, the state of
   * memory, and padding up to powers of two.
   */
  readonly chips: readonly ClassCost[];
}

/** Time of a permutation on the machine that `proofMs` was measured on, and what a job takes there besides. */
const REFERENCE_NS = 245;
const FIXED_MS = 800;

/** Turns of a measurement at least, however long they are kept waiting. */
const TURNS = 20;
/** Work of a measurement, in milliseconds: the engine's first compiler is slow, and after that its second has taken over. */
const WORK_MS = 15;
/** Milliseconds after which a measurement ends once it has had its least turns. */
const MAX_MS = 100;
/** Permutations in a turn: tens of microseconds, so that even on a busy machine most turns are not interrupted. */
const PERMUTATIONS = 128;

/** Ticks of the clock that a sample takes at least: pages have coarse clocks. */
const TICKS = 10;

/**
 * The time that a turn takes when nothing interrupts it: the quickest of many short samples. On a busy machine a sample may wait for a
 * whole time slice, so what counts as work is a number of turns, not time on the clock.
 * @param now - a clock, in milliseconds.
 * @param leastMs - of a sample; it has one turn where that takes as long.
 * @returns milliseconds, more than 0.
 */
export function quickestTurn(turn: () => void, now: () => number, leastMs: number = 0): number {
  const began = now();
  let best = Number.POSITIVE_INFINITY;
  for (let turns = 0, at = began; turns < TURNS || (turns * best < WORK_MS && at - began < MAX_MS); ) {
    const started = now();
    let sample = 0;
    do {
      turn();
      sample++;
      at = now();
    } while (at - started < leastMs);
    turns += sample;
    best = Math.min(best, (at - started) / sample);
  }
  return best;
}

/** The least time that a clock shows, in its unit: 0.1 ms in an ordinary page. */
export function clockTick(now: () => number): number {
  const started = now();
  let at = started;
  while (at === started) at = now();
  return at - started;
}

/** Milliseconds for which a measurement holds: a small job would wait for another one longer than for its hash. */
const HOLDS_MS = 60_000;
let measured: { readonly ns: number; readonly at: number } | undefined;

/** Nanoseconds of a permutation here and now: machines differ, and so do their moods. */
function permutationNs(): number {
  if (measured === undefined || performance.now() - measured.at > HOLDS_MS)
    measured = { ns: measurePermutation(), at: performance.now() };
  return measured.ns;
}

function measurePermutation(): number {
  const rows = new Uint32Array(16 * PERMUTATIONS);
  const turn = (): void => void hashPairs(POSEIDON2_KOALABEAR, rows);
  // The first call assembles the kernels.
  turn();
  const now = (): number => performance.now();
  return (quickestTurn(turn, now, TICKS * clockTick(now)) * 1e6) / PERMUTATIONS;
}

/** Who proves what, and how. */
interface Proving {
  /** Has all families that the run calls. */
  readonly machine: RiscvKey;
  /** log2 of the rows of the program's table. */
  readonly programLogHeight: number;
  readonly staff: Staff;
  readonly mode: ProofMode;
}

/** @param run - as it went. @param plan - its shards. */
export function estimate(
  run: CountedExecution,
  plan: readonly PlannedShard[],
  { machine, programLogHeight, staff, mode }: Proving,
): Estimate {
  const [isFolded, isWrapped] = [mode !== 'core', mode === 'wrapped'];
  const shards = plan.length;
  const busy = Math.min(staff.workers, shards);
  const helpers = Math.max(0, staff.threads - busy);
  const slowness = permutationNs() / REFERENCE_NS;
  // The last round of shards may keep only some workers busy.
  const rounds = Math.ceil(shards / busy) / (shards / busy);
  const alone = (plan.reduce((ms, { committedCells }) => ms + proofMs(committedCells), 0) * rounds) / busy;
  const shardMs = FIXED_MS + alone * helpedTime(1 + Math.floor(helpers / busy), SHARED_WORK);
  const { key, omitted } = machine;
  const steps = isFolded ? foldSteps(key, plan, programLogHeight, isWrapped) : 0;
  const folding = isFolded ? foldMs(steps, { workers: busy, threads: busy + helpers }, isWrapped) : 0;
  const peak = predictMemory(Math.max(...plan.map(({ committedCells }) => committedCells)), busy, helpers, run.pages);
  const costs = costModel(key, { logHeights: [programLogHeight], root: [] }, omitted);
  return {
    cycles: run.cycles,
    shards,
    plan,
    workers: busy,
    steps,
    proveMs: Math.round((shardMs + folding) * slowness),
    foldMs: Math.round(folding * slowness),
    peakBytes: isFolded ? foldMemory(peak, busy, isWrapped) : peak,
    cells: plan.reduce((sum, { committedCells }) => sum + committedCells, 0),
    chips: cellsByClass(costs, run.rows),
  };
}

/** Cells of a row by the number of its class, for profiles. */
export const cellCosts = (): CellCosts => rowCells(machineKey(), STANDARD_CALLS.stepClasses);
