/**
 * @module The memory that all kernels work on: one WebAssembly memory, handed out from the bottom up and taken back in
 * reverse order, so that the peak of a job is a sum known before it starts.
 */
import { ResourceError } from '../errors.ts';

const PAGE = 65536;
/** WebAssembly addresses have 32 bits. */
const MAX_BYTES = 2 ** 32;
/** Threads that may work on one shared memory. */
export const MAX_THREADS = 16;

/** Whether threads can share a memory: always in Node, in pages only where they are isolated from other origins. */
function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer !== 'undefined' && crossOriginIsolated !== false;
}

export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  readonly isShared: boolean;
  /** Which of the memory's threads this is; its owner is number 0. */
  readonly #thread: number;
  #words: Uint32Array;
  #top = 64;
  #peak = 0;

  private constructor(memory: WebAssembly.Memory, isShared: boolean, thread: number) {
    this.memory = memory;
    this.isShared = isShared;
    this.#thread = thread;
    this.#words = new Uint32Array(memory.buffer);
  }

  /** A memory for one thread. */
  static own(): KernelMemory {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_BYTES / PAGE });
    return new KernelMemory(memory, false, 0);
  }

  /** A memory that other threads may work on too, where the platform allows it. */
  static sharable(): KernelMemory {
    if (!canShare()) return KernelMemory.own();
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_BYTES / PAGE, shared: true });
    return new KernelMemory(memory, true, 0);
  }

  /**
   * Another thread's memory. What this thread allocates here the owner has allocated in the same order, so that it lies at the same
   * places.
   * @param thread - from 1 to {@link MAX_THREADS} - 1.
   */
  static joined(memory: WebAssembly.Memory, thread: number): KernelMemory {
    return new KernelMemory(memory, true, thread);
  }

  /** All words. Valid until the next {@link allocate} or {@link ensure}, which may move the memory. */
  get words(): Uint32Array {
    if (this.#words.buffer !== this.memory.buffer) this.#words = new Uint32Array(this.memory.buffer);
    return this.#words;
  }

  /** Most bytes that were ever in use. */
  get peak(): number {
    return this.#peak;
  }

  /**
   * A region aligned to 64 bytes. Its contents are whatever was there.
   * @throws {ResourceError} OUT_OF_MEMORY
   */
  allocate(bytes: number): number {
    const at = this.#top;
    this.ensure(bytes);
    this.#top = at + Math.ceil(bytes / 64) * 64;
    this.#peak = Math.max(this.#peak, this.#top);
    return at;
  }

  /** Like {@link allocate}, apart for every thread of the memory. Pages of threads that there are not stay untouched. */
  allocatePerThread(bytes: number): number {
    const stride = Math.ceil(bytes / 64) * 64;
    return this.allocate(stride * (this.isShared ? MAX_THREADS : 1)) + stride * this.#thread;
  }

  /** Makes sure that `bytes` more can be allocated. @throws {ResourceError} OUT_OF_MEMORY */
  ensure(bytes: number): void {
    const missing = this.#top + Math.ceil(bytes / 64) * 64 - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      throw new ResourceError('OUT_OF_MEMORY', `the kernels need ${this.#top + bytes} bytes of memory`, { bytes });
    }
  }

  /** The state to go back to with {@link release}. */
  mark(): number {
    return this.#top;
  }

  /** Takes back everything allocated since `mark`. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Runs `work` and takes back what it allocated. */
  async scoped<T>(work: () => Promise<T>): Promise<T> {
    const mark = this.mark();
    try {
      return await work();
    } finally {
      this.release(mark);
    }
  }
}
