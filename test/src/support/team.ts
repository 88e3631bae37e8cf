/**
 * @module Threads that join the kernels of a test.
 */
import { Worker } from 'node:worker_threads';
import type { TeamInvitation } from '@weft/primitives/kernel/team';

/** Joins, and sleeps up to `sleep` ms at every fifth step that other threads see. */
const HELPER = `
const { workerData: { invitation, thread, sleep, kernels, suites } } = require('node:worker_threads');
const { add } = Atomics;
const dummy = new Int32Array(new SharedArrayBuffer(4));
let state = thread;
Atomics.add = (words, i, x) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  if (sleep > 0 && state % 5 === 0) Atomics.wait(dummy, 0, 0, (state / 2 ** 32) * sleep);
  return add(words, i, x);
};
Promise.all([import(kernels), import(suites)]).then(([{ joinTeam }, { POSEIDON2_KOALABEAR }]) => {
  joinTeam(POSEIDON2_KOALABEAR, invitation, thread);
});
`;

/** Helpers of a test's kernels. */
export class HelperThreads {
  readonly #threads: Worker[] = [];

  /** Starts a helper. @param sleep - milliseconds that it is at times late by, at most. */
  start(invitation: TeamInvitation, thread: number, sleep = 0): Worker {
    const kernels = import.meta.resolve('@weft/primitives/kernel/kernels');
    const suites = import.meta.resolve('@weft/primitives/hash/suite');
    const worker = new Worker(HELPER, { eval: true, workerData: { invitation, thread, sleep, kernels, suites } });
    this.#threads.push(worker);
    return worker;
  }

  /** Starts helpers and waits until all are there. */
  async startAll(invitation: TeamInvitation, count: number, sleep = 0): Promise<void> {
    for (let thread = 1; thread <= count; thread++) this.start(invitation, thread, sleep);
    await this.joined(invitation, count);
  }

  async joined({ control }: TeamInvitation, count: number): Promise<void> {
    // The first word counts those that are there.
    while (Atomics.load(new Int32Array(control), 0) !== count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((worker) => worker.terminate()));
  }
}
