/**
 * @module Tasks on Node worker threads, by Piscina. The only file of this package that imports Node modules.
 *
 * Errors cross threads as plain data, because structured cloning keeps neither classes nor codes.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ElfError, ExecutionError, ResourceError, WeftError } from '../errors.ts';
import type { Task, TaskOptions, TaskRunner } from './runner.ts';

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

const ERROR_CLASSES: Readonly<Record<string, typeof WeftError>> = { ElfError, ExecutionError, ResourceError };

export interface PiscinaRunnerOptions {
  /** Module whose exports, made by {@link workerTask}, are the tasks. */
  readonly module: URL;
  readonly workers: number;
}

/** A runner over `workers` threads; they start with the first task. */
export function createPiscinaRunner({ module, workers }: PiscinaRunnerOptions): TaskRunner {
  const pool = new Piscina({ filename: module.href, minThreads: 0, maxThreads: workers, idleTimeout: 2000 });
  return {
    run: async (task, input, options: TaskOptions = {}) => {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', ({ stage, fraction }: { stage: string; fraction: number }) =>
        options.onProgress?.(stage, fraction),
      );
      const message: WorkerMessage = { input, port: port2 };
      try {
        const answer = (await pool.run(message, {
          name: task,
          transferList: [port2],
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        })) as WorkerAnswer;
        if ('ok' in answer) return answer.ok;
        const { name, code, message: text, details } = answer.error;
        throw new (ERROR_CLASSES[name] ?? WeftError)(code, text, details);
      } catch (error) {
        options.signal?.throwIfAborted();
        throw error instanceof WeftError
          ? error
          : new ResourceError('WORKER', `a worker failed: ${(error as Error).message}`, {}, error);
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}

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
