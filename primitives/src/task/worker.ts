/**
 * @module The worker's end of a task: what it is sent and what it answers. Apart from the runner, so that workers do not
 * load a thread pool.
 */
import type { MessagePort } from 'node:worker_threads';
import { WeftError } from '../errors.ts';
import type { Task } from './runner.ts';

/** What a worker is sent. */
export interface WorkerMessage {
  readonly input: Uint8Array;
  readonly port: MessagePort;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly ok: Uint8Array }
  | {
      readonly error: {
        readonly name: string;
        readonly code: string;
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
      };
    };

/** Wraps a task for export from a worker module. */
export function workerTask(task: Task): (message: WorkerMessage) => Promise<WorkerAnswer> {
  return async ({ input, port }) => {
    try {
      return { ok: await task(input, { progress: (stage, fraction) => port.postMessage({ stage, fraction }) }) };
    } catch (error) {
      if (error instanceof WeftError) {
        return { error: { name: error.name, code: error.code, message: error.message, details: error.details } };
      }
      const { message, stack } = error as Error;
      return {
        error: { name: 'WeftError', code: 'INTERNAL', message: `internal error: ${message}`, details: { stack } },
      };
    } finally {
      port.close();
    }
  };
}
