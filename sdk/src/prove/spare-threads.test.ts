/** Threads between calls of `prove`. */
import type { TaskRunner } from '@weft/tasks/runner';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SpareThreads } from './spare-threads.ts';

/** Makes runners by number, and notes which are closed. */
function runners() {
  const made: number[] = [];
  const closed: number[] = [];
  const names = new Map<TaskRunner, number>();
  const spare = new SpareThreads(async (threads) => {
    const name = made.push(threads) - 1;
    const runner: TaskRunner = {
      run: async (_task, input) => input,
      close: async () => {
        await Promise.resolve();
        closed.push(name);
      },
    };
    names.set(runner, name);
    return runner;
  });
  const use = (threads: number, memory: number): Promise<number> =>
    spare.with(threads, memory, async (runner) => names.get(runner)!);
  return { spare, made, closed, use };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('are those of the call before', async () => {
  const { use, made, closed } = runners();
  expect(await use(2, 100)).toBe(0);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(await use(2, 200)).toBe(0);
  // From the later call on.
  await vi.advanceTimersByTimeAsync(9_000);
  expect(await use(2, 200)).toBe(0);
  expect([made, closed]).toEqual([[2], []]);
});
it('end when nobody wants them for a while', async () => {
  const { use, made, closed } = runners();
  await use(2, 100);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(closed).toEqual([0]);
  expect(await use(2, 100)).toBe(1);
  expect(made).toEqual([2, 2]);
});
it.each([
  ['another number of threads', 3, 100],
  ['less memory', 2, 99],
])('end before new ones start: %s', async (_, threads, memory) => {
  const { use, closed } = runners();
  await use(2, 100);
  expect(await use(threads, memory)).toBe(1);
  expect(closed).toEqual([0]);
});
it('end when the work fails', async () => {
  const { spare, use, closed } = runners();
  await use(2, 100);
  await expect(spare.with(2, 100, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(closed).toEqual([0]);
  expect(await use(2, 100)).toBe(1);
});
it('are never those of another call that is under way', async () => {
  const { spare, use, closed } = runners();
  let inner = -1;
  await spare.with(2, 100, async () => {
    inner = await use(2, 100);
  });
  expect(inner).toBe(1);
  // Of two calls the later one's stay.
  expect(closed).toEqual([1]);
  expect(await use(2, 100)).toBe(0);
});
it('are all ended but the last ones when several calls end at a time', async () => {
  const { spare, made, closed, use } = runners();
  await use(2, 100);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const calls = [3, 4, 5].map((threads) => spare.with(threads, 100, () => gate));
  await vi.advanceTimersByTimeAsync(0);
  open();
  await Promise.all(calls);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(made.toSorted()).toEqual([2, 3, 4, 5]);
  expect(closed.toSorted()).toEqual([0, 1, 2, 3]);
});
