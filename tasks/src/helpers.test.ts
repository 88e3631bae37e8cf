/** Who helps whom: tasks come first, threads without one help whoever has the fewest helpers, and nobody waits for a lost one. */
import { MAX_THREADS } from '@weft/primitives/kernel/memory';
import { isDismissed } from '@weft/primitives/kernel/team';
import { describe, expect, it } from 'vitest';
import { Helpers } from './helpers.ts';
import type { HelpMessage } from './worker.ts';

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const invitation = () => ({ memory, control: new SharedArrayBuffer(256) });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Helpers whose threads leave, or are lost, when the test says so. */
function desk(threads: number) {
  const started: (HelpMessage & { readonly leave: () => void; readonly lose: (error: Error) => void })[] = [];
  const helpers = new Helpers(
    threads,
    (message) => new Promise((leave, lose) => void started.push({ ...message, leave, lose })),
  );
  return { helpers, started };
}

/** Whether the helper's thread would leave: it looks at the word that was set for it. */
const wasDismissed = ({ invitation: { control }, thread }: HelpMessage): boolean => isDismissed(control, thread);

describe('threads without a task', () => {
  it('help the only task, each under a number of its own', () => {
    const { helpers, started } = desk(4);
    helpers.invite(helpers.begin(), invitation());
    expect(started.map((s) => s.thread)).toEqual([1, 2, 3]);
  });
  it('are not there when every thread has a task, or waits for one', () => {
    const { helpers, started } = desk(2);
    const tasks = [helpers.begin(), helpers.begin(), helpers.begin()];
    for (const task of tasks) helpers.invite(task, invitation());
    helpers.end(tasks[0]!);
    expect(started).toHaveLength(0);
    helpers.end(tasks[1]!);
    expect(started).toHaveLength(1);
  });
  it('help whoever has the fewest helpers', () => {
    const { helpers, started } = desk(6);
    const [a, b] = [invitation(), invitation()];
    const [first, second] = [helpers.begin(), helpers.begin()];
    helpers.invite(first, a);
    expect(started).toHaveLength(4);
    helpers.invite(second, b);
    started[0]!.leave();
    return settle().then(() => expect(started.map((s) => s.invitation)).toEqual([a, a, a, a, b]));
  });
  it('are called away when there is a task for them, and only as many as that takes', () => {
    const { helpers, started } = desk(4);
    helpers.invite(helpers.begin(), invitation());
    helpers.begin();
    expect(started.map(wasDismissed)).toEqual([true, false, false]);
    // The one that was told to leave has not left: two are to stay, so nobody else is told.
    const third = helpers.begin();
    expect(started.filter(wasDismissed)).toHaveLength(2);
    helpers.end(third);
    expect(started).toHaveLength(3);
  });
  it('are sent home when the task is done, and join the next one when they are there', async () => {
    const { helpers, started } = desk(2);
    const first = helpers.begin();
    helpers.invite(first, invitation());
    helpers.end(first);
    expect(started.map(wasDismissed)).toEqual([true]);
    helpers.invite(helpers.begin(), invitation());
    // Its thread is still at the first task.
    expect(started).toHaveLength(1);
    started[0]!.leave();
    await settle();
    expect(started).toHaveLength(2);
  });
  it('that are lost end the task that they helped, and no other', async () => {
    const { helpers, started } = desk(3);
    const [task, other] = [helpers.begin(), helpers.begin()];
    helpers.invite(task, invitation());
    const reason = new Error('gone');
    started[0]!.lose(reason);
    await settle();
    expect(task.lost.reason).toBe(reason);
    expect(other.lost.aborted).toBe(false);
  });
  it('have all left when the desk is closed', async () => {
    const { helpers, started } = desk(3);
    helpers.invite(helpers.begin(), invitation());
    let isClosed = false;
    const closed = helpers.close().then(() => {
      isClosed = true;
    });
    expect(started.map(wasDismissed)).toEqual([true, true]);
    started[0]!.leave();
    await settle();
    expect(isClosed).toBe(false);
    started[1]!.lose(new Error('also gone'));
    await closed;
    helpers.invite(helpers.begin(), invitation());
    expect(started).toHaveLength(2);
  });
  it('are no more than a memory has room for', () => {
    const { helpers, started } = desk(40);
    helpers.invite(helpers.begin(), invitation());
    expect(started).toHaveLength(MAX_THREADS - 1);
  });
});
