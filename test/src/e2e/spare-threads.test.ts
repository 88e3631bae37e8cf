/** Calls of `prove` that follow each other share their threads. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Prints how many threads each call has started. A process of its own: threads of other tests count in the one they share. */
const CALLS = `
import { Worker } from 'node:worker_threads';
import { readGuest } from '@weft/guest-examples';
import { prove } from '@weft/sdk';

/** The number that this process gives its next thread. */
async function nextThread() {
  const worker = new Worker('', { eval: true });
  const { threadId } = worker;
  await worker.terminate();
  return threadId;
}

const started = [];
for (const [workers, memory] of [[1, 2 ** 31], [1, 2 ** 31], [1, 2 ** 31 + 2 ** 20], [1, 2 ** 31], [2, 2 ** 31]]) {
  const before = await nextThread();
  await prove(readGuest('fibonacci'), [new TextEncoder().encode('10')], { mode: 'core', workers, memory });
  started.push((await nextThread()) - before - 1);
}
console.log(JSON.stringify(started));`;

it('starts no thread for a second call, and new ones for other options', () => {
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', CALLS], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  const [first, second, moreMemory, lessMemory, two] = JSON.parse(answer) as number[];
  expect(first).toBeGreaterThan(0);
  expect(second).toBe(0);
  expect(moreMemory).toBe(0);
  expect(lessMemory).toBeGreaterThan(0);
  expect(two).toBeGreaterThan(0);
});
