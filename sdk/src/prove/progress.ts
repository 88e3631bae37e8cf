/**
 * @module How far a job is: what shards and steps of folding report, added up.
 */
import type { ShardJob } from './coordinator.ts';
import type { Estimate } from './estimate.ts';

/** The stage of a task whose proof has been verified and kept. */
export const DONE = 'done';

/** How far one of the tasks is that a proof is made of. */
export interface TaskProgress {
  /** A shard of the run, or a step of folding: a proof about proofs. */
  readonly kind: 'shard' | 'step';
  /** From 0, in the order in which shards, or steps, became known. */
  readonly index: number;
  /** What a worker is at: `setup`, `execute`, then stages of proving, from `fill` to `open`. Then `verify`, here, and `done`. */
  readonly stage: string;
  /** From 0 to 1. */
  readonly fraction: number;
}

/** How far a proof is. */
export interface ProveProgress {
  /** `fold`: all shards are proven, and proofs about them are left. */
  readonly stage: 'execute' | 'prove' | 'fold';
  /** From 0 to 1, of proving and folding together. */
  readonly fraction: number;
  readonly shardsDone: number;
  /** Shards of the run: predicted until the last cut is found. */
  readonly shards: number;
  /** Cycles in finished shards. */
  readonly cyclesDone: number;
  readonly cycles: number;
  /** Proofs about proofs, done and of the run: predicted until the last cut is found; 0 in mode `core`. */
  readonly stepsDone: number;
  readonly steps: number;
  /** The task whose report this is; absent where nobody proves yet. One that an earlier attempt finished reports its end alone. */
  readonly task?: TaskProgress;
}

export type Report = (progress: Partial<ProveProgress>) => void;

export function createReporter(onProgress: ((progress: ProveProgress) => void) | undefined): Report {
  const nothing: ProveProgress = {
    ...{ stage: 'execute', fraction: 0, shardsDone: 0, shards: 0, cyclesDone: 0, cycles: 0 },
    ...{ stepsDone: 0, steps: 0 },
  };
  return (progress) => onProgress?.({ ...nothing, ...progress });
}

type Tracker = Required<Pick<ShardJob, 'onCut' | 'onShard' | 'onDone' | 'onSteps' | 'onStep'>>;

/**
 * @param cycles - of the run.
 * @param predicted - what counts until the last cut is found.
 */
export function createTracker(cycles: number, predicted: Estimate, report: Report): Tracker {
  const underWay = new Map<number, { readonly cycles: number; fraction: number }>();
  const steps = new Map<number, number>();
  const foldPart = predicted.foldMs / predicted.proveMs;
  let [cut, cutCycles, shardsDone, cyclesDone, stepsKnown, stepsDone] = [0, 0, 0, 0, 0, 0];
  const update = (task: TaskProgress): void => {
    let part = 0;
    for (const shard of underWay.values()) part += shard.cycles * shard.fraction;
    const isCut = cutCycles === cycles;
    const proven = Math.min(1, (cyclesDone + part) / cycles);
    const stage = isCut && shardsDone === cut && predicted.steps > 0 ? 'fold' : 'prove';
    const known = stage === 'fold' ? stepsKnown : Math.max(predicted.steps, stepsKnown);
    let folded = 0;
    for (const fraction of steps.values()) folded += fraction;
    const fraction = (1 - foldPart) * proven + (known === 0 ? 0 : foldPart * Math.min(1, folded / known));
    const shards = isCut ? cut : Math.max(predicted.shards, cut);
    report({ stage, fraction, shardsDone, shards, cyclesDone, cycles, stepsDone, steps: known, task });
  };
  return {
    onCut: (slice) => {
      underWay.set(slice.index, { cycles: slice.cycles, fraction: 0 });
      cut++;
      cutCycles += slice.cycles;
    },
    onShard: (index, stage, fraction) => {
      const shard = underWay.get(index);
      if (shard !== undefined) shard.fraction = fraction;
      update({ kind: 'shard', index, stage, fraction });
    },
    onDone: (slice) => {
      underWay.delete(slice.index);
      shardsDone++;
      cyclesDone += slice.cycles;
      update({ kind: 'shard', index: slice.index, stage: DONE, fraction: 1 });
    },
    onSteps: (count) => {
      stepsKnown += count;
    },
    onStep: (index, stage, fraction) => {
      if (fraction === 1) stepsDone++;
      steps.set(index, fraction);
      update({ kind: 'step', index, stage, fraction });
    },
  };
}
