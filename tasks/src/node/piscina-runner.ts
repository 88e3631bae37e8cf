/**
 * @module Tasks on Node worker threads, by Piscina. With the files beside it, all of this
 * package that imports Node modules.
 *
 * Errors cross threads as plain data, because structured cloning keeps neither classes nor codes.
 */
import { MessageChannel } from 'node:worker_threads';
import { checkInteger, checkObject, checkOptions, type OptionChecks } from '@weft/primitives/arguments';
import { ResourceError } from '@weft/primitives/errors';
import { adoptModules, keptModules } from '@weft/primitives/wasm/assembler';
import { Piscina } from 'piscina';
import { answerOf, checkRun, movableBuffers, workerFailure } from '../answer.ts';
import { Helpers } from '../helpers.ts';
import type { TaskOptions, TaskRunner } from '../runner.ts';
import { HELP_TASK, type HelpMessage, type PortMessage, type WorkerAnswer, type WorkerMessage } from '../worker.ts';

export interface PiscinaRunnerOptions {
  /** Module whose exports, made by `workerTask`, are the tasks. */
  readonly module: URL;
  /** Threads at most. Two load their module at once, others when there is work for them: a task of their own, or part of another's. */
  readonly workers: number;
}

/** A runner whose threads can be ended, as a test of crashes does. */
export interface PiscinaRunner extends TaskRunner {
  /** Ends a thread at once, as a crash would: the first, or one by its number. @returns whether there was one. */
  crash(thread?: number): Promise<boolean>;
  /** Threads that are alive. */
  readonly threads: number;
}

/** The one that has the first task, and one to help it: what a small job waits for most is threads that load their modules. */
const THREADS_AT_ONCE = 2;

/**
 * Megabytes that a thread's heap has for what was made last. A task's data lies in arrays of its own; with what Node gives a thread by default,
 * eight of them took 130 MB more for one proof, which was no faster.
 */
const YOUNG_MB = 16;

const OPTIONS: OptionChecks<PiscinaRunnerOptions> = { module: () => {}, workers: () => {} };

/**
 * A runner over up to `workers` threads. A thread that ends is replaced; its task fails.
 * @throws {TypeError} {@link RangeError} for an option that is none.
 */
export function createPiscinaRunner(options: PiscinaRunnerOptions): PiscinaRunner {
  const { module, workers } = checkOptions('options', options, OPTIONS);
  checkObject('options.module', module, 'a URL', ['href']);
  checkInteger('options.workers', workers, 1);
  const pool = new Piscina({
    filename: new URL('./bootstrap.cjs', import.meta.url).href,
    argv: [module.href],
    // Threads that start later do without compiling, and without the slow code that the engine makes at first.
    workerData: keptModules(),
    minThreads: Math.min(workers, THREADS_AT_ONCE),
    maxThreads: workers,
    // A thread that waits for its first task by atomics would not load its module meanwhile.
    atomics: 'disabled',
    // A prover's thread is expensive to warm up: it stays until the runner is closed.
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const helpers = new Helpers(workers, (message: HelpMessage) => pool.run(message, { name: HELP_TASK }));
  let isClosed = false;
  return {
    run: async (task, input, options: TaskOptions = {}) => {
      checkRun(task, input, options);
      // The pool would start threads that nobody ends.
      if (isClosed) throw new ResourceError('WORKER', 'the runner is closed');
      const helped = helpers.begin();
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise<WorkerAnswer>((resolve, reject) => {
        port1.on('message', (message: PortMessage) => {
          if ('invitation' in message) return helpers.invite(helped, message.invitation);
          if ('modules' in message) return adoptModules(message.modules);
          if (!('stage' in message)) return resolve(message);
          try {
            options.onProgress?.(message.stage, message.fraction);
          } catch (error) {
            reject(error as Error);
          }
        });
        port1.on('close', () => reject(new Error('it ended without an answer')));
      });
      // Closing the port, below, rejects it when nobody waits any more.
      answered.catch(() => {});
      const message: WorkerMessage = { input, port: port2 };
      try {
        await pool.run(message, {
          name: task,
          transferList: [port2, ...movableBuffers(input)],
          signal: options.signal === undefined ? helped.lost : AbortSignal.any([options.signal, helped.lost]),
        });
        return answerOf(await answered);
      } catch (error) {
        options.signal?.throwIfAborted();
        throw workerFailure(error);
      } finally {
        helpers.end(helped);
        port1.close();
      }
    },
    crash: async (number = 0) => {
      const thread = pool.threads[number];
      await thread?.terminate();
      return thread !== undefined;
    },
    get threads() {
      return pool.threads.length;
    },
    close: async () => {
      isClosed = true;
      // The pool takes no answer from a thread after it is destroyed.
      await helpers.close();
      await pool.destroy();
    },
  };
}
