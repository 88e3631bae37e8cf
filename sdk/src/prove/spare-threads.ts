/**
 * @module Threads between calls of `prove` that are given none. A thread that has proven before has loaded its modules, runs code that the engine has
 * optimised, and has touched its memory: for a small job that is most of the time. So those of a call stay for a moment when it has its proof.
 */
import type { TaskRunner } from '@weft/tasks/runner';

/** How long threads without work stay: a caller's next job follows at once or not soon. */
const IDLE_MS = 10_000;

interface Spare {
  readonly threads: number;
  /** Bytes that the call before allowed them: a thread keeps what it has taken. */
  readonly memory: number;
  readonly runner: TaskRunner;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class SpareThreads {
  readonly #create: (threads: number) => Promise<TaskRunner>;
  #spare: Spare | undefined;

  constructor(create: (threads: number) => Promise<TaskRunner>) {
    this.#create = create;
  }

  /**
   * Does some work on threads: those of the call before if they are as many and have not been allowed more memory, else new ones.
   * Those of work that fails are ended.
   */
  async with<T>(threads: number, memory: number, work: (runner: TaskRunner) => Promise<T>): Promise<T> {
    const spare = this.#replace(undefined);
    const fits = spare?.threads === threads && spare.memory <= memory;
    if (!fits) await spare?.runner.close();
    const runner = fits ? spare.runner : await this.#create(threads);
    let result: T;
    try {
      result = await work(runner);
    } catch (error) {
      await runner.close();
      throw error;
    }
    const timer = setTimeout(() => void this.#replace(undefined)?.runner.close(), IDLE_MS);
    // Neither the threads nor the timer keep a process of Node from its end.
    (timer as { unref?: () => void }).unref?.();
    await this.#replace({ threads, memory, runner, timer })?.runner.close();
    return result;
  }

  /** Puts others in the place of those that are spare, and answers with these: nobody else ends or uses them. */
  #replace(next: Spare | undefined): Spare | undefined {
    const spare = this.#spare;
    clearTimeout(spare?.timer);
    this.#spare = next;
    return spare;
  }
}
