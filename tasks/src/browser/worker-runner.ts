/**
 * @module Tasks on web workers. A page needs no special headers for them; where it is isolated from other origins, which takes two, workers
 * share memories, and those without a task help those that have one.
 */
import { checkFunction, checkInteger, checkOptions, type OptionChecks } from '@weft/primitives/arguments';
import { ResourceError } from '@weft/primitives/errors';
import { adoptModules } from '@weft/primitives/wasm/assembler';
import { answerOf, checkRun, movableBuffers, workerFailure } from '../answer.ts';
import { type HelpedTask, Helpers } from '../helpers.ts';
import type { TaskOptions, TaskRunner } from '../runner.ts';
import type { HelpMessage } from '../worker.ts';
import {
  lockManager,
  openChannel,
  type ReadyMessage,
  type WebHelpMessage,
  type WebTaskMessage,
  type WebWorker,
} from './web.ts';

export interface WorkerRunnerOptions {
  /** Starts a worker whose script calls `serveTasks`. */
  readonly worker: () => WebWorker;
  /** Workers at most. One starts at once and one is always there, others start when there is work for them. */
  readonly workers: number;
}

const OPTIONS: OptionChecks<WorkerRunnerOptions> = { worker: checkFunction, workers: () => {} };

/** Milliseconds in which a worker has to load. */
const LOADING_MS = 60_000;

/** A task that was given to the runner. */
interface Job {
  readonly task: string;
  readonly input: Uint8Array;
  readonly options: TaskOptions;
  readonly helped: HelpedTask;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker is wanted that helps another. */
interface HelpJob {
  readonly help: HelpMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A worker, and what it is at. */
interface Staff {
  readonly worker: WebWorker | undefined;
  /** Ends its task with an error: the worker is lost, or is not wanted any more. */
  fail: ((error: Error) => void) | undefined;
  /** Sends it its task, which it gets when it is ready: before that nobody would hear of its end. */
  send: (() => void) | undefined;
  /** Why it could not start: its first task hears of it. */
  failure: Error | undefined;
  isReady: boolean;
  /** Aborted when it is dismissed. */
  readonly ended: AbortController;
}

/**
 * A runner over up to `workers` web workers. A worker that ends is replaced; its task fails.
 * @throws {TypeError} {@link RangeError} for an option that is none.
 */
export function createWorkerRunner(options: WorkerRunnerOptions): TaskRunner {
  const { worker: start, workers } = checkOptions('options', options, OPTIONS);
  checkInteger('options.workers', workers, 1);
  const staff = new Set<Staff>();
  const waiting: Job[] = [];
  const waitingHelp: HelpJob[] = [];
  let isClosed = false;
  const helpers = new Helpers(workers, (help) => {
    const helping = new Promise<void>((resolve, reject) => void waitingHelp.push({ help, resolve, reject }));
    assign();
    return helping;
  });

  const dismiss = (one: Staff): void => {
    staff.delete(one);
    one.ended.abort();
    one.worker?.terminate();
  };

  /** A worker ended, or never began. */
  const lose = (one: Staff, error: Error): void => {
    if (!staff.has(one)) return;
    const { fail } = one;
    // One that failed as it started stays for a task to hear of it: starting others for nobody would never end.
    if (fail === undefined && !one.isReady) {
      one.failure = error;
      assign();
      return;
    }
    dismiss(one);
    fail?.(error);
    assign();
  };

  const hire = (): Staff => {
    const one: Staff = begin(start);
    staff.add(one);
    const loading = setTimeout(() => lose(one, new Error('its script does not load')), LOADING_MS);
    one.ended.signal.addEventListener('abort', () => clearTimeout(loading));
    one.worker?.addEventListener('error', (event) => {
      // The task's error says it.
      event.preventDefault();
      lose(one, new Error(event.message ?? 'its script could not be loaded'));
    });
    one.worker?.addEventListener('messageerror', () => lose(one, new Error('it sent what cannot be read')));
    one.worker?.addEventListener('message', ({ data }) => {
      // Scripts of bundlers may have things of their own to say.
      if (!isReadyMessage(data)) return;
      one.isReady = true;
      clearTimeout(loading);
      one.send?.();
      const { ready } = data;
      if (ready === undefined) return;
      const { signal } = one.ended;
      // Granted when the worker ends, for whatever reason.
      const granted = lockManager()?.request(ready, { signal }, () =>
        lose(one, new Error('it ended without an answer')),
      );
      granted?.catch(() => {});
    });
    return one;
  };

  const assign = (): void => {
    while (waiting.length + waitingHelp.length > 0) {
      const free = [...staff].find((one) => one.fail === undefined) ?? (staff.size < workers ? hire() : undefined);
      if (free === undefined) break;
      // Tasks first.
      const job = waiting.shift() ?? waitingHelp.shift()!;
      if (free.failure === undefined) {
        if ('help' in job) join(free, job);
        else perform(free, job);
      } else {
        dismiss(free);
        job.reject(workerFailure(free.failure));
      }
    }
    if (staff.size === 0 && !isClosed) hire();
  };

  const join = (one: Staff, { help, resolve, reject }: HelpJob): void => {
    const { port1, port2 } = openChannel();
    const end = (settle: () => void): void => {
      port1.close();
      one.fail = undefined;
      settle();
    };
    one.fail = (error) => end(() => reject(error));
    // It has left.
    port1.onmessage = () => {
      end(resolve);
      assign();
    };
    const message: WebHelpMessage = { help, port: port2 };
    one.send = () => post(one, message, [port2]);
    if (one.isReady) one.send();
  };

  const perform = (one: Staff, job: Job): void => {
    const { task, input, helped, resolve, reject } = job;
    const { signal, onProgress } = job.options;
    const { port1, port2 } = openChannel();
    let failed: { readonly error: unknown } | undefined;
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      helped.lost.removeEventListener('abort', onLost);
      port1.close();
      one.fail = undefined;
      settle();
    };
    const leave = (reason: unknown): void => {
      dismiss(one);
      end(() => reject(reason));
      assign();
    };
    const onAbort = (): void => leave(signal!.reason);
    // It would wait for its helper for ever.
    const onLost = (): void => leave(workerFailure(helped.lost.reason));
    helped.lost.addEventListener('abort', onLost);
    one.fail = (error) => end(() => reject(workerFailure(error)));
    signal?.addEventListener('abort', onAbort);
    port1.onmessage = ({ data }) => {
      if ('invitation' in data) return helpers.invite(helped, data.invitation);
      // While the page holds them the engine does not compile them anew for workers that start later.
      if ('modules' in data) return adoptModules(data.modules);
      if ('stage' in data) {
        try {
          onProgress?.(data.stage, data.fraction);
        } catch (error) {
          failed ??= { error };
        }
        return;
      }
      end(() => {
        try {
          if (failed !== undefined) throw failed.error;
          resolve(answerOf(data));
        } catch (error) {
          reject(workerFailure(error));
        }
      });
      assign();
    };
    const message: WebTaskMessage = { task, input, port: port2 };
    one.send = () => post(one, message, [port2, ...movableBuffers(input)]);
    if (one.isReady) one.send();
  };

  hire();
  return {
    run: async (task, input, options: TaskOptions = {}) => {
      checkRun(task, input, options);
      const { signal } = options;
      signal?.throwIfAborted();
      if (isClosed) throw closed();
      let leave = (): void => {};
      const helped = helpers.begin();
      try {
        return await new Promise<Uint8Array>((resolve, reject) => {
          const job: Job = { task, input, options, helped, resolve, reject };
          leave = () => {
            const place = waiting.indexOf(job);
            if (place < 0) return;
            waiting.splice(place, 1);
            reject(signal!.reason);
          };
          signal?.addEventListener('abort', leave);
          waiting.push(job);
          assign();
        });
      } finally {
        signal?.removeEventListener('abort', leave);
        helpers.end(helped);
      }
    },
    close: async () => {
      isClosed = true;
      const left = helpers.close();
      for (const one of [...staff]) {
        const { fail } = one;
        dismiss(one);
        fail?.(closed());
      }
      for (const job of [...waiting.splice(0), ...waitingHelp.splice(0)]) job.reject(closed());
      await left;
    },
  };
}

function post({ worker, fail }: Staff, message: WebTaskMessage | WebHelpMessage, moved: object[]): void {
  try {
    worker!.postMessage(message, moved);
  } catch (error) {
    fail?.(error as Error);
  }
}

const isReadyMessage = (data: unknown): data is ReadyMessage =>
  typeof data === 'object' && data !== null && 'ready' in data;

const closed = (): ResourceError => new ResourceError('WORKER', 'the runner is closed');

/** Starts a worker; where the page is not allowed to, its first task hears of it. */
function begin(start: () => WebWorker): Staff {
  const rest = { fail: undefined, send: undefined, isReady: false, ended: new AbortController() };
  try {
    return { worker: start(), failure: undefined, ...rest };
  } catch (error) {
    return { worker: undefined, failure: error as Error, ...rest };
  }
}
