/**
 * @module Proving a run of the program at hand.
 */
import { computed, signal } from '@preact/signals';
import type { Estimate, Proof, ProveProgress, Verified } from '@weft/sdk';
import { EngineError } from '../engine/client.ts';
import type { EngineEvent, Failure } from '../engine/protocol.ts';
import { formatMs } from './format.ts';
import { stdin } from './input.ts';
import { program } from './program.ts';
import { dropSession, keepSession } from './session.ts';
import { announce, engine, resources } from './settings.ts';
import { record, type Track } from './timeline.ts';

/** What is known of a job while it is under way, and stays known. Times are milliseconds of `performance.now()`. */
export interface JobRecord {
  readonly name: string;
  readonly began: number;
  /** When the run was over and proving began. */
  readonly proving?: number;
  readonly estimate?: Estimate;
  readonly progress?: ProveProgress;
  readonly tracks: readonly Track[];
  /** Whether a reload loses nothing that is proven. */
  readonly isKept?: boolean;
}

export interface Finished {
  readonly proof: Proof;
  /** What the proof says, by itself and the key. */
  readonly verified: Verified;
  readonly verifyMs: number;
  /** From the click to the verified proof. */
  readonly totalMs: number;
}

export type ProofState =
  | { readonly status: 'idle' }
  | { readonly status: 'proving'; readonly job: JobRecord }
  | { readonly status: 'cancelled'; readonly job: JobRecord }
  | { readonly status: 'failed'; readonly job: JobRecord; readonly failure: Failure }
  | { readonly status: 'done'; readonly job: JobRecord; readonly finished: Finished };

export const proof = signal<ProofState>({ status: 'idle' });
/** The clock of what is shown while a proof is made. */
export const now = signal(0);

const TICK_MS = 250;
/** The fraction from which what is left can be extrapolated. */
const KNOWN_FROM = 0.05;
/** Parts of a proof after which its progress is read out. */
const SAID_EVERY = 0.25;

let controller: AbortController | undefined;

export function cancelProof(): void {
  controller?.abort();
}

/** Milliseconds that are left, as far as anyone can tell. */
export const timeLeft = computed<number | undefined>(() => {
  if (proof.value.status !== 'proving') return undefined;
  const { proving, estimate, progress } = proof.value.job;
  if (proving === undefined || estimate === undefined) return undefined;
  const elapsed = now.value - proving;
  const fraction = progress?.fraction ?? 0;
  if (fraction < KNOWN_FROM) return Math.max(0, estimate.proveMs - elapsed);
  return (elapsed * (1 - fraction)) / fraction;
});

function advance(job: JobRecord, event: EngineEvent): JobRecord {
  if (event.type === 'estimate') return { ...job, estimate: event.estimate, proving: performance.now() };
  if (event.type === 'keeping') return { ...job, isKept: true };
  if (event.type !== 'progress') return job;
  const { progress } = event;
  const { task } = progress;
  const tracks = task === undefined ? job.tracks : record(job.tracks, task, performance.now() - job.began);
  return { ...job, progress, tracks };
}

/** Proves, and verifies what came of it as anyone would: from the bytes and the key. */
export async function startProof(): Promise<void> {
  const given = stdin.value;
  if (program.value === undefined || given === undefined || proof.value.status === 'proving') return;
  const { name, elf } = program.value;
  const own = new AbortController();
  controller = own;
  let job: JobRecord = { name, began: performance.now(), tracks: [] };
  let said = 0;
  const show = (next: JobRecord): void => {
    job = next;
    now.value = performance.now();
    proof.value = { status: 'proving', job };
    const fraction = job.progress?.fraction ?? 0;
    if (fraction < said + SAID_EVERY) return;
    said = Math.floor(fraction / SAID_EVERY) * SAID_EVERY;
    announce(`Proof ${Math.round(100 * said)} percent done`);
  };
  show(job);
  const clock = setInterval(() => {
    now.value = performance.now();
  }, TICK_MS);
  try {
    const made = await engine.call(
      'prove',
      { elf, stdin: given, ...resources() },
      {
        signal: own.signal,
        onEvent: (event) => {
          if (event.type === 'keeping') void keepSession();
          show(advance(job, event));
        },
      },
    );
    await dropSession();
    const checking = performance.now();
    const verified = await engine.call('verify', { program: elf, proof: made.proof });
    const end = performance.now();
    const finished = { proof: made, verified, verifyMs: end - checking, totalMs: end - job.began };
    proof.value = { status: 'done', job, finished };
    announce(`Proof made and verified in ${formatMs(finished.totalMs)}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    proof.value = error.isCancelled ? { status: 'cancelled', job } : { status: 'failed', job, failure: error.failure };
    // A failure is an alert by itself.
    if (error.isCancelled) announce('Proof cancelled');
  } finally {
    clearInterval(clock);
  }
}
