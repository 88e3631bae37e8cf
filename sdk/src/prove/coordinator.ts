/**
 * @module The coordinator: finds a run's shards in one fast pass, has them proven while the pass goes on, and folds what is proven
 * where one proof is asked for. What it holds at a time is bounded: the pass waits when enough is under way.
 */

import type { SymbolTable } from '@weft/executor/debug/symbols';
import type { CutShard } from '@weft/executor/shard/segmentation';
import type { Shape } from '@weft/prover/protocol/key';
import type { MemoryPlan } from '@weft/rv32im/cost/cost';
import { verifyShard } from '@weft/rv32im/run/verify';
import type { ProvingKey } from '@weft/rv32im/setup';
import { cutRun, type StatedShard } from '@weft/rv32im/shard/cut';
import type { ShardStatement } from '@weft/rv32im/statement';
import PQueue from 'p-queue';
import type { ProofMode } from '../mode.ts';
import { checkStored, makeProof, type Order, type Workshop } from './attempts.ts';
import { type FoldListener, FoldTree } from './fold.ts';
import { encodeTask } from './messages.ts';
import { shardName } from './store.ts';

/** What {@link proveShards} reports. */
export interface ShardListener {
  /** A shard's cut was found. */
  readonly onCut?: (shard: CutShard) => void;
  /** What a shard under way is at, and its completed fraction. */
  readonly onShard?: (index: number, stage: string, fraction: number) => void;
  readonly onDone?: (shard: CutShard) => void;
}

/** What a run's shards say, in order, and the shapes that their proofs have. */
export interface ProvenShards {
  readonly statements: readonly ShardStatement<number>[];
  readonly shapes: readonly Shape[];
  /** What they were folded into, where that was asked for: the circuit, and its proof's name in the store. */
  readonly whole: { readonly circuit: string; readonly name: string } | undefined;
}

export interface ShardJob extends ShardListener, FoldListener, Workshop {
  readonly pk: ProvingKey;
  /** Of precompiles that the run calls, by name. */
  readonly families: readonly string[];
  readonly stdin: readonly Uint8Array[];
  readonly plan: MemoryPlan;
  /** Whether the shards are folded into one proof, and how small. */
  readonly mode: ProofMode;
  /** Tasks that are worked on at once. */
  readonly workers: number;
  /** Tasks that a runner may hold besides, one by default: then no worker waits while an answer is verified. A runner with more workers begins them. */
  readonly ahead?: number | undefined;
  readonly maxCycles?: number | undefined;
  readonly maxOutput?: number | undefined;
  readonly symbols?: SymbolTable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Proves all shards of a run into the store, and folds them.
 * @throws {ExecutionError} as `execute`, {@link ResourceError} SHARD_FAILED or FOLD_FAILED when a budget of attempts is spent, or
 * what the store throws.
 * @throws the signal's reason when aborted.
 */
export async function proveShards(job: ShardJob): Promise<ProvenShards> {
  const { pk, plan, workers } = job;
  const failed = new AbortController();
  const signal = job.signal === undefined ? failed.signal : AbortSignal.any([job.signal, failed.signal]);
  const queue = new PQueue({ concurrency: workers + (job.ahead ?? 1) });
  const statements: ShardStatement<number>[] = [];
  const shapes = new Set<Shape>();
  const fail = (error: unknown): void => failed.abort(error);
  const guarded = guardListener(job, fail);
  const tree = job.mode === 'core' ? undefined : new FoldTree({ ...guarded, queue, signal, fail });
  const onProven = (shard: StatedShard, shape: Shape): void => {
    shapes.add(shape);
    job.onDone?.(shard);
    tree?.add(shard.index, shard.statement, shape);
  };
  const { maxCycles, maxOutput, symbols } = job;
  const limits = { limits: plan.limits, maxCycles, maxOutput };
  let whole: ProvenShards['whole'];
  try {
    for await (const shard of cutRun(pk, job.stdin, { ...limits, signal, symbols })) {
      statements.push(shard.statement);
      job.onCut?.(shard);
      const order = orderOf(guarded, shard);
      const stored = await checkStored(job.store, order);
      if (stored !== undefined) onProven(shard, stored);
      else queue.add(async () => onProven(shard, await makeProof(job, order, signal))).catch(fail);
      await queue.onSizeLessThan(1);
      signal.throwIfAborted();
    }
    whole = await tree?.finish(statements.length);
    await queue.onIdle();
    signal.throwIfAborted();
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    queue.clear();
    // Nothing of the job is left when it ends.
    await queue.onIdle();
  }
  return { statements, shapes: [...shapes], whole };
}

/** Listeners that are called when a message comes from a thread, where nobody would catch what they throw. */
function guardListener(job: ShardJob, fail: (error: unknown) => void): ShardJob {
  const guard =
    <A extends unknown[]>(listener: ((...args: A) => void) | undefined) =>
    (...args: A): void => {
      try {
        listener?.(...args);
      } catch (error) {
        fail(error);
      }
    };
  return { ...job, onShard: guard(job.onShard), onStep: guard(job.onStep) };
}

function orderOf({ pk, families, onShard }: ShardJob, shard: StatedShard): Order<Shape> {
  const { index, checkpoint, statement, siblings } = shard;
  return {
    name: shardName(index),
    task: 'proveShard',
    title: `shard ${index}`,
    failure: { code: 'SHARD_FAILED', details: { shard: index } },
    input: () => encodeTask({ elf: pk.program.elf, families, checkpoint, siblings }),
    check: (proof) => verifyShard(pk.key, pk.vk, statement, proof),
    onProgress: (stage, fraction) => onShard?.(index, stage, fraction),
  };
}
