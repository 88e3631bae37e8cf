/**
 * @module The part of the web's interfaces that runner and workers use, by structure: a page's `Worker` is a {@link WebWorker}.
 */
import type { AnswerPort, HelpMessage, PortMessage } from '../worker.ts';

/** One end of a channel. */
export interface WebPort extends AnswerPort {
  onmessage: ((event: { readonly data: PortMessage }) => void) | null;
}

/** A new channel. */
export const openChannel = (): { readonly port1: WebPort; readonly port2: WebPort } =>
  new MessageChannel() as unknown as { readonly port1: WebPort; readonly port2: WebPort };

/** A web worker, as its page sees it. */
export interface WebWorker {
  postMessage(message: unknown, transfer: object[]): void;
  terminate(): void;
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}

/** A message of a worker, or its failure. */
export interface WorkerEvent {
  readonly data?: unknown;
  /** Why it failed, where the browser says so: not for a script that could not be loaded. */
  readonly message?: string;
  preventDefault(): void;
}

/** Locks that all pages and workers of an origin share, and that end with who holds them. */
export interface LockManager {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean },
    held: (lock: object | null) => Promise<void> | void,
  ): Promise<void>;
}

/** `undefined` where the page is not served securely, or there is no browser. */
export function lockManager(): LockManager | undefined {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: LockManager } };
  return navigator?.locks;
}

/** What a worker says once it has loaded: the lock that it holds for life, where there are locks. */
export interface ReadyMessage {
  readonly ready: string | undefined;
}

/** What a worker is sent: a task by name, its input, and where answers go. */
export interface WebTaskMessage {
  readonly task: string;
  readonly input: Uint8Array;
  readonly port: WebPort;
}

/** Or whom to help; it says through the port when it has left. */
export interface WebHelpMessage {
  readonly help: HelpMessage;
  readonly port: WebPort;
}
