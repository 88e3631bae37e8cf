/**
 * @module What a web worker does: waits for tasks, and says when it is ready for them.
 */
import type { HelpMessage, WorkerMessage } from '../worker.ts';
import { lockManager, type ReadyMessage, type WebHelpMessage, type WebTaskMessage } from './web.ts';

/** The worker's own global. */
interface WorkerScope {
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: WebTaskMessage | WebHelpMessage }) => void,
  ): void;
  postMessage(message: ReadyMessage): void;
}

/**
 * @param tasks - by name, made by `workerTask`.
 * @param help - joins another worker's team, and returns when it was dismissed.
 */
export function serveTasks(
  tasks: Readonly<Record<string, (message: WorkerMessage) => Promise<void>>>,
  help: (message: HelpMessage) => void,
): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.addEventListener('message', ({ data }) => {
    if ('help' in data) {
      help(data.help);
      data.port.postMessage({ ok: new Uint8Array() }, []);
      return;
    }
    const { task, input, port } = data;
    const run = tasks[task];
    if (run !== undefined) return void run({ input, port });
    const details = { task };
    const message = `this worker has no task '${task}'`;
    port.postMessage({ error: { name: 'ResourceError', code: 'WORKER', message, details } }, []);
    port.close();
  });
  const locks = lockManager();
  if (locks === undefined) {
    scope.postMessage({ ready: undefined });
    return;
  }
  const name = `weft-worker-${Math.random().toString(36).slice(2)}`;
  // Held until the worker ends: a page that waits for it hears of the end, which nothing else tells.
  const held = locks.request(name, {}, () => {
    scope.postMessage({ ready: name });
    return new Promise(() => {});
  });
  held.catch(() => scope.postMessage({ ready: undefined }));
}
