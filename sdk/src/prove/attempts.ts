/**
 * @module Having a proof made by a worker, and believing nobody: it is verified here before it counts, made again by another worker
 * while attempts are left, and given up when nothing is heard of it.
 */
import { plainView, ResourceError, VerificationError, WeftError } from '@weft/primitives';
import { describeValue } from '@weft/primitives/arguments';
import { MAX_PROOF_BYTES } from '@weft/rv32im/run/file-reader';
import type { TaskRunner } from '@weft/tasks/runner';
import { loadFrom, type ProofStore } from './store.ts';

/** Who makes proofs, where they go, and how long anyone waits for them. */
export interface Workshop {
  readonly runner: TaskRunner;
  readonly store: ProofStore;
  /** A worker that says nothing for so long is given up. Default ten minutes. */
  readonly silenceMs?: number | undefined;
}

/** A proof to be made. */
export interface Order<T> {
  /** In the store. */
  readonly name: string;
  readonly task: 'proveShard' | 'proveStep';
  /** What it is called in messages. */
  readonly title: string;
  /** The error when all attempts are spent, and what it says besides. */
  readonly failure: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
  /** The task's input. Moved to the worker, so made anew for each. */
  readonly input: () => Uint8Array | Promise<Uint8Array>;
  /** @throws {VerificationError} for a proof that is not the one that was ordered. */
  readonly check: (proof: Uint8Array) => T;
  readonly onProgress?: ((stage: string, fraction: number) => void) | undefined;
}

/** Times that an order is given to a worker. */
export const ATTEMPTS = 3;
const SILENCE_MS = 600_000;
/** The part of an order that is done when its worker has answered. */
const ANSWERED = 0.99;
/** Looks at a worker's silence: only when there were so many it is given up, so time that a page or a machine slept does not count. */
const LOOKS = 10;

/** What `check` says of the stored proof; `undefined` when there is none, or none that holds. */
export async function checkStored<T>(
  store: ProofStore,
  { name, check }: Pick<Order<T>, 'name' | 'check'>,
): Promise<T | undefined> {
  const stored = await loadFrom(store, name);
  if (stored === undefined) return undefined;
  try {
    return check(stored);
  } catch (error) {
    // As good as none.
    if (error instanceof VerificationError) return undefined;
    throw error;
  }
}

/**
 * Has a proof made and stored.
 * @returns what `check` says of it.
 * @throws {ResourceError} with the order's code when its attempts are spent; what the store throws; the signal's reason.
 */
export async function makeProof<T>(shop: Workshop, order: Order<T>, signal: AbortSignal): Promise<T> {
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    signal.throwIfAborted();
    // What the store throws is no worker's fault.
    const input = await order.input();
    // A signal that is aborted already never says so again.
    signal.throwIfAborted();
    let proof: Uint8Array;
    let checked: T;
    try {
      const answer = await runWatched(shop, order, input, signal);
      order.onProgress?.('verify', ANSWERED);
      const view = plainView(answer);
      if (view === undefined || view.length > MAX_PROOF_BYTES)
        throw new ResourceError(
          'WORKER',
          `a worker answered with ${view === undefined ? describeValue(answer) : `${view.length} bytes`}`,
        );
      // A copy: what is verified is what is stored, whatever the runner does with its answer.
      proof = new Uint8Array(view);
      checked = order.check(proof);
    } catch (error) {
      signal.throwIfAborted();
      last = error;
      continue;
    }
    await shop.store.save(order.name, proof);
    return checked;
  }
  const reason = last instanceof Error ? last.message : String(last);
  const code = last instanceof WeftError ? last.code : 'INTERNAL';
  const { failure, title } = order;
  throw new ResourceError(
    failure.code,
    `${title} failed ${ATTEMPTS} times, at last with ${code}: ${reason}`,
    { ...failure.details, attempts: ATTEMPTS, code },
    last,
  );
}

/** Runs a task and gives it up when nothing is heard of it for too long. */
async function runWatched(
  { runner, silenceMs = SILENCE_MS }: Workshop,
  { task, onProgress }: Pick<Order<unknown>, 'task' | 'onProgress'>,
  input: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const silent = new AbortController();
  const giveUp = (): void => silent.abort(new ResourceError('WORKER', `a worker was silent for ${silenceMs} ms`));
  let looks = 0;
  const timer = setInterval(() => {
    if (++looks >= LOOKS) giveUp();
  }, silenceMs / LOOKS);
  const either = AbortSignal.any([signal, silent.signal]);
  // A runner that ignores its signal must not hold up the job. A joined signal that has a listener is never collected, nor
  // what the listener holds: so it is removed.
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(either.reason as Error);
  });
  either.addEventListener('abort', onAbort);
  const onHeard = (stage: string, fraction: number): void => {
    // The next look may come at once.
    looks = -1;
    onProgress?.(stage, fraction);
  };
  try {
    return await Promise.race([runner.run(task, input, { signal: either, onProgress: onHeard }), aborted]);
  } finally {
    clearInterval(timer);
    either.removeEventListener('abort', onAbort);
    aborted.catch(() => {});
  }
}
