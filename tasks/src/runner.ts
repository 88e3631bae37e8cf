/**
 * @module Task runners. A task is a name and bytes in, bytes out: it holds all it needs, so that it may run in this
 * process, a worker thread or on another machine.
 */

export interface TaskOptions {
  /** Aborts the task within a moment, wherever it runs. */
  readonly signal?: AbortSignal | undefined;
  /** Stage and completed fraction of the task. */
  readonly onProgress?: ((stage: string, fraction: number) => void) | undefined;
}

/** What a task is given besides its input. */
export interface TaskContext {
  readonly progress: (stage: string, fraction: number) => void;
}

/** A task as its worker module exports it. */
export type Task = (input: Uint8Array, context: TaskContext) => Promise<Uint8Array> | Uint8Array;

export interface TaskRunner {
  /**
   * The input is moved to the task where it fills its buffer: it must not be used again.
   * @throws what the task throws, as a `WeftError` of the same code; the signal's reason when aborted.
   */
  run(task: string, input: Uint8Array, options?: TaskOptions): Promise<Uint8Array>;
  close(): Promise<void>;
}
