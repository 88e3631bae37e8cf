/** Calls of `prove` that follow each other share their threads. */
import { Worker } from 'node:worker_threads';
import { readGuest } from '@weft/guest-examples';
import { prove } from '@weft/sdk';
import { expect, it } from 'vitest';

/** The number that a process gives its next thread. */
async function nextThread(): Promise<number> {
  const worker = new Worker('', { eval: true });
  const { threadId } = worker;
  await worker.terminate();
  return threadId;
}

it('starts no thread for a second call, and new ones for other options', async () => {
  const call = async (workers: number, memory: number): Promise<number> => {
    const before = await nextThread();
    await prove(readGuest('fibonacci'), [new TextEncoder().encode('10')], { mode: 'core', workers, memory });
    return (await nextThread()) - before - 1;
  };
  expect(await call(1, 2 ** 31)).toBeGreaterThan(0);
  expect(await call(1, 2 ** 31)).toBe(0);
  expect(await call(1, 2 ** 31 + 2 ** 20)).toBe(0);
  expect(await call(1, 2 ** 31)).toBeGreaterThan(0);
  expect(await call(2, 2 ** 31)).toBeGreaterThan(0);
});
