/**
 * @module What a proof will take, predicted from a plain execution: shards, time, memory.
 */
import type { CountedExecution } from '@weft/executor/executor';
import { hashPairs } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { costModel, type MemoryPlan, predictCells, predictMemory, proofMs } from '@weft/rv32im/cost/cost';
import { machineKey } from '@weft/rv32im/key';

export interface Estimate {
  readonly cycles: number;
  readonly shards: number;
  /** Workers that will have something to do. */
  readonly workers: number;
  readonly proveMs: number;
  readonly peakBytes: number;
}

/** Time of a permutation on the machine that `proofMs` was measured on, and what a job takes there besides. */
const REFERENCE_NS = 245;
const FIXED_MS = 800;

/** Nanoseconds of a permutation here and now: machines differ, and so do their moods. */
function measurePermutation(): number {
  const rows = new Uint32Array(16 * 256);
  let best = Number.POSITIVE_INFINITY;
  // The first call assembles the kernels.
  hashPairs(POSEIDON2_KOALABEAR, rows);
  // The engine's first compiler is slow: after this long its second has taken over.
  for (const end = performance.now() + 15; performance.now() < end; ) {
    const started = performance.now();
    hashPairs(POSEIDON2_KOALABEAR, rows);
    best = Math.min(best, performance.now() - started);
  }
  return (best * 1e6) / 256;
}

export function estimate(run: CountedExecution, plan: MemoryPlan, workers: number): Estimate {
  const { shards, cells } = predictCells(
    costModel(machineKey(), { logHeights: [PROGRAM_LOG_HEIGHT], root: [] }),
    plan,
    run,
  );
  const busy = Math.min(workers, shards);
  const slowness = measurePermutation() / REFERENCE_NS;
  // The last round of shards may keep only some workers busy.
  const rounds = Math.ceil(shards / busy) / (shards / busy);
  const proveMs = (FIXED_MS + (shards * proofMs(cells / shards) * rounds) / busy) * slowness;
  return {
    cycles: run.cycles,
    shards,
    workers: busy,
    proveMs: Math.round(proveMs),
    peakBytes: predictMemory(cells / shards, busy, run.pages),
  };
}

/** The program's own table hardly counts. */
const PROGRAM_LOG_HEIGHT = 12;
