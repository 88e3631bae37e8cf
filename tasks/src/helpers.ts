/**
 * @module Threads that have no task help those that have one: who helps whom, and when they are called away. Tasks always come
 * first.
 */
import { MAX_THREADS } from '@weft/primitives/kernel/memory';
import { dismiss, type TeamInvitation } from '@weft/primitives/kernel/team';
import type { HelpMessage } from './worker.ts';

/** A task that was given out. */
export class HelpedTask {
  invitation: TeamInvitation | undefined;
  /** Helpers by their number in the team; `false` when they were told to leave. */
  readonly helpers: Map<number, boolean> = new Map();
  readonly #lost = new AbortController();

  /** Aborted when a thread ended that helped the task: the task would wait for it for ever. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  lose(reason: unknown): void {
    this.#lost.abort(reason);
  }

  /** Tells a helper to leave. */
  dismiss(thread: number): void {
    this.helpers.set(thread, false);
    dismiss(this.invitation!.control, thread);
  }

  get staying(): number[] {
    return [...this.helpers].filter(([, stays]) => stays).map(([thread]) => thread);
  }
}

export class Helpers {
  readonly #threads: number;
  readonly #start: (message: HelpMessage) => Promise<void>;
  readonly #tasks = new Set<HelpedTask>();
  /** Threads that help, also those that were told to leave. */
  readonly #helping = new Set<Promise<void>>();
  #isClosed = false;

  /**
   * @param threads - of the pool.
   * @param start - has a thread join a team, and resolves when it has left.
   */
  constructor(threads: number, start: (message: HelpMessage) => Promise<void>) {
    this.#threads = threads;
    this.#start = start;
  }

  /** A task is given out: it has a thread to itself. */
  begin(): HelpedTask {
    const task = new HelpedTask();
    this.#tasks.add(task);
    const excess = this.#tasks.size + this.#staying - this.#threads;
    if (excess > 0) {
      const most = [...this.#tasks].reduce((a, b) => (b.staying.length > a.staying.length ? b : a));
      for (const thread of most.staying.slice(0, excess)) most.dismiss(thread);
    }
    return task;
  }

  /** The task can be helped. */
  invite(task: HelpedTask, invitation: TeamInvitation): void {
    task.invitation = invitation;
    this.#assign();
  }

  /** The task is answered, or has failed. */
  end(task: HelpedTask): void {
    this.#tasks.delete(task);
    for (const thread of task.staying) task.dismiss(thread);
    this.#assign();
  }

  get #staying(): number {
    return [...this.#tasks].reduce((count, task) => count + task.staying.length, 0);
  }

  /** Has threads without a task help whoever has the fewest helpers. */
  #assign(): void {
    while (!this.#isClosed && this.#tasks.size + this.#helping.size < this.#threads) {
      const open = [...this.#tasks].filter((t) => t.invitation !== undefined && t.helpers.size < MAX_THREADS - 1);
      if (open.length === 0) return;
      this.#send(open.reduce((a, b) => (b.helpers.size < a.helpers.size ? b : a)));
    }
  }

  #send(task: HelpedTask): void {
    let thread = 1;
    while (task.helpers.has(thread)) thread++;
    task.helpers.set(thread, true);
    const helping = this.#start({ invitation: task.invitation!, thread })
      .catch((error: unknown) => task.lose(error))
      .then(() => {
        task.helpers.delete(thread);
        this.#helping.delete(helping);
        this.#assign();
      });
    this.#helping.add(helping);
  }

  /** Sends all helpers home for good, and resolves when they have left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#tasks) for (const thread of task.staying) task.dismiss(thread);
    await Promise.all(this.#helping);
  }
}
