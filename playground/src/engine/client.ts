/**
 * @module The page's side of the engine: calls that end with an answer, or with an {@link EngineError}.
 */
import type { Answer, CallName, Calls, EngineEvent, Failure, Request } from './protocol.ts';

/** What the library threw, or that the engine broke. */
export class EngineError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'EngineError';
    this.failure = failure;
  }
  /** The call was ended by its signal. */
  get isCancelled(): boolean {
    return this.failure.name === 'AbortError';
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EngineEvent) => void;
}

interface Pending {
  readonly resolve: (gives: never) => void;
  readonly reject: (error: EngineError) => void;
  readonly onEvent: ((event: EngineEvent) => void) | undefined;
}

export class Engine {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** @throws {EngineError} */
  call<K extends CallName>(
    call: K,
    takes: Calls[K]['takes'],
    { signal, onEvent }: CallOptions = {},
  ): Promise<Calls[K]['gives']> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    const send = (request: Request): void => worker.postMessage(request);
    const cancel = (): void => send({ id, cancel: true });
    return new Promise<Calls[K]['gives']>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onEvent });
      send({ id, call, takes });
      signal?.addEventListener('abort', cancel);
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'weft engine' });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#take(data);
    worker.onerror = (event) => this.#fail(event.message || 'the page could not load its worker');
    return worker;
  }

  #take(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    if ('event' in answer) {
      pending.onEvent?.(answer.event);
      return;
    }
    this.#pending.delete(answer.id);
    if ('failure' in answer) pending.reject(new EngineError(answer.failure));
    else pending.resolve(answer.gives as never);
  }

  /** All calls under way end; the next one begins with a new worker. */
  #fail(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(new EngineError({ name: 'Error', message }));
    this.#pending.clear();
  }
}
