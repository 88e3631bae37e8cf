/**
 * @module The coordinator: finds a run's shards in one fast pass, has them proven while the pass goes on, and believes
 * nobody. What it holds at a time is bounded: the pass waits when enough shards are under way.
 */

import type { SymbolTable } from '@weft/executor/program/symbols';
import type { CutShard } from '@weft/executor/shard/segmentation';
import { plainView, ResourceError, VerificationError, WeftError } from '@weft/primitives';
import { checkBytes, describeValue } from '@weft/primitives/arguments';
import type { Shape } from '@weft/prover/protocol/key';
import type { MemoryPlan } from '@weft/rv32im/cost/cost';
import { MAX_SHARD_PROOF_BYTES } from '@weft/rv32im/run/proof-file';
import { verifyShard } from '@weft/rv32im/run/verify';
import type { ProvingKey } from '@weft/rv32im/setup';
import { cutRun, type StatedShard } from '@weft/rv32im/shard/cut';
import type { ShardStatement } from '@weft/rv32im/statement';
import type { TaskRunner } from '@weft/tasks/runner';
import PQueue from 'p-queue';
import { encodeTask } from './messages.ts';

/** Where finished shard proofs go. */
export interface ShardStore {
  /** The proof that is stored under a shard's index, if any. It is verified before it counts. */
  load(index: number): Promise<Uint8Array | undefined>;
  /** Stores a proof; when this returns it is as durable as the store can make it. */
  save(index: number, proof: Uint8Array): Promise<void>;
}

export function createMemoryStore(): ShardStore {
  const proofs = new Map<number, Uint8Array>();
  return {
    load: async (index) => proofs.get(index),
    save: async (index, proof) => void proofs.set(index, proof),
  };
}

/** What {@link proveShards} reports. */
export interface ShardListener {
  /** A shard's cut was found. */
  readonly onCut?: (shard: CutShard) => void;
  /** Completed fraction of a shard under way. */
  readonly onShard?: (index: number, fraction: number) => void;
  readonly onDone?: (shard: CutShard) => void;
}

/** What a run's shards say, in order, and the shapes that their proofs have. */
export interface ProvenShards {
  readonly statements: readonly ShardStatement<number>[];
  readonly shapes: readonly Shape[];
}

export interface ShardJob extends ShardListener {
  readonly pk: ProvingKey;
  readonly stdin: readonly Uint8Array[];
  readonly plan: MemoryPlan;
  readonly runner: TaskRunner;
  /** Tasks under way at once. */
  readonly workers: number;
  readonly store: ShardStore;
  readonly maxCycles?: number | undefined;
  readonly maxOutput?: number | undefined;
  readonly symbols?: SymbolTable | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A worker that says nothing for so long is given up. Default ten minutes. */
  readonly silenceMs?: number | undefined;
}

/** Times that a shard is given to a worker. */
export const ATTEMPTS = 3;
const SILENCE_MS = 600_000;

/** @throws {TypeError} when the store gives something else than bytes or nothing. */
export async function loadFrom(store: ShardStore, index: number): Promise<Uint8Array | undefined> {
  const proof: unknown = await store.load(index);
  if (proof !== undefined) checkBytes(`what options.store.load(${index}) gives`, proof);
  return proof as Uint8Array | undefined;
}

/** A stored proof that does not verify is as good as none. */
function shapeIfValid(check: () => Shape): Shape | undefined {
  try {
    return check();
  } catch (error) {
    if (error instanceof VerificationError) return undefined;
    throw error;
  }
}

/**
 * Proves all shards of a run into the store.
 * @throws {ExecutionError} as `execute`, {@link ResourceError} SHARD_FAILED when a shard's budget of attempts is spent, or
 * what the store throws.
 * @throws the signal's reason when aborted.
 */
export async function proveShards(job: ShardJob): Promise<ProvenShards> {
  const { pk, plan, workers, store } = job;
  const failed = new AbortController();
  const signal = job.signal === undefined ? failed.signal : AbortSignal.any([job.signal, failed.signal]);
  // One task more than there are workers, so that none waits while an answer is verified.
  const queue = new PQueue({ concurrency: workers + 1 });
  const statements: ShardStatement<number>[] = [];
  const shapes = new Set<Shape>();
  // Called when a message comes from a thread, where nobody would catch what it throws.
  const onShard: ShardListener['onShard'] = (index, fraction) => {
    try {
      job.onShard?.(index, fraction);
    } catch (error) {
      failed.abort(error);
    }
  };
  const { maxCycles, maxOutput, symbols } = job;
  const limits = { limits: plan.limits, maxCycles, maxOutput };
  try {
    for await (const shard of cutRun(pk, job.stdin, { ...limits, signal, symbols })) {
      statements.push(shard.statement);
      job.onCut?.(shard);
      const stored = await loadFrom(store, shard.index);
      const shape =
        stored === undefined ? undefined : shapeIfValid(() => verifyShard(pk.key, pk.vk, shard.statement, stored));
      if (shape !== undefined) {
        shapes.add(shape);
        job.onDone?.(shard);
        continue;
      }
      const work = queue.add(async () => {
        shapes.add(await proveOne({ ...job, onShard }, shard, signal));
        job.onDone?.(shard);
      });
      work.catch((error: unknown) => failed.abort(error));
      await queue.onSizeLessThan(1);
      signal.throwIfAborted();
    }
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
  return { statements, shapes: [...shapes] };
}

/** Has one shard proven, verified and stored; gives it to other workers while attempts are left. */
async function proveOne(
  job: ShardJob,
  { index, checkpoint, statement, siblings }: StatedShard,
  signal: AbortSignal,
): Promise<Shape> {
  const { pk } = job;
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    signal.throwIfAborted();
    let proof: Uint8Array;
    let shape: Shape;
    try {
      // Moved to the worker, so made anew for each.
      const answer = await runWatched(job, index, encodeTask({ elf: pk.program.elf, checkpoint, siblings }), signal);
      const view = plainView(answer);
      if (view === undefined || view.length > MAX_SHARD_PROOF_BYTES)
        throw new ResourceError(
          'WORKER',
          `a worker answered with ${view === undefined ? describeValue(answer) : `${view.length} bytes`}`,
        );
      // A copy: what is verified is what is stored, whatever the runner does with its answer.
      proof = new Uint8Array(view);
      shape = verifyShard(pk.key, pk.vk, statement, proof);
    } catch (error) {
      signal.throwIfAborted();
      last = error;
      continue;
    }
    await job.store.save(index, proof);
    return shape;
  }
  const reason = last instanceof Error ? last.message : String(last);
  const code = last instanceof WeftError ? last.code : 'INTERNAL';
  throw new ResourceError(
    'SHARD_FAILED',
    `shard ${index} failed ${ATTEMPTS} times, at last with ${code}: ${reason}`,
    { shard: index, attempts: ATTEMPTS, code },
    last,
  );
}

/** Runs a task and gives it up when nothing is heard of it for too long. */
async function runWatched(job: ShardJob, index: number, input: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const { silenceMs = SILENCE_MS } = job;
  const silent = new AbortController();
  const giveUp = (): void => silent.abort(new ResourceError('WORKER', `a worker was silent for ${silenceMs} ms`));
  let timer = setTimeout(giveUp, silenceMs);
  const either = AbortSignal.any([signal, silent.signal]);
  // A runner that ignores its signal must not hold up the job. A joined signal that has a listener is never collected, nor
  // what the listener holds: so it is removed.
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(either.reason as Error);
  });
  either.addEventListener('abort', onAbort);
  const onProgress = (_: string, fraction: number): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, silenceMs);
    job.onShard?.(index, fraction);
  };
  try {
    return await Promise.race([job.runner.run('proveShard', input, { signal: either, onProgress }), aborted]);
  } finally {
    clearTimeout(timer);
    either.removeEventListener('abort', onAbort);
    aborted.catch(() => {});
  }
}
