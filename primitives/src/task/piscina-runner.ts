/**
 * @module Tasks on Node worker threads, by Piscina. With `worker`, the only file of this package that
 * imports Node modules.
 *
 * Errors cross threads as plain data, because structured cloning keeps neither classes nor codes.
 */
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ElfError, ExecutionError, ResourceError, WeftError } from '../errors.ts';
import type { TaskOptions, TaskRunner } from './runner.ts';
import type { WorkerAnswer, WorkerMessage } from './worker.ts';

const ERROR_CLASSES: Readonly<Record<string, typeof WeftError>> = { ElfError, ExecutionError, ResourceError };

export interface PiscinaRunnerOptions {
  /** Module whose exports, made by `workerTask`, are the tasks. */
  readonly module: URL;
  readonly workers: number;
}

/** A runner over `workers` threads, which load their module at once. */
export function createPiscinaRunner({ module, workers }: PiscinaRunnerOptions): TaskRunner {
  const pool = new Piscina({ filename: module.href, minThreads: workers, maxThreads: workers, idleTimeout: 2000 });
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
