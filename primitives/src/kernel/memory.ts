/**
 * @module The memory that all kernels work on: one WebAssembly memory, handed out from the bottom up and taken back in
 * reverse order, so that the peak of a job is a sum known before it starts.
 *
 * At its bottom every thread has a region of its own, {@link LOCAL_BYTES} long, one after another: scratch space and the blocks of
 * programs. What the owner has at some place there, thread t has `threadOffset` = t * {@link LOCAL_BYTES} further on, so that code
 * and programs that speak of the owner's serve all threads.
 */
import { ResourceError } from '../errors.ts';

const PAGE = 65536;
/** WebAssembly addresses have 32 bits. */
const MAX_BYTES = 2 ** 32;
/** Threads that may work on one shared memory. */
export const MAX_THREADS = 16;
/** What every thread has of its own. Pages that nothing is written to take no room. */
export const LOCAL_BYTES: number = 2 ** 23;

/** What of the memory is in use; see {@link KernelMemory.mark}. */
export interface MemoryMark {
  readonly top: number;
  readonly localTop: number;
}

/** Whether threads can share a memory: always in Node, in pages only where they are isolated from other origins. */
function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer !== 'undefined' && crossOriginIsolated !== false;
}

/** Bytes of the threads' regions. */
const localBytes = (isShared: boolean): number => LOCAL_BYTES * (isShared ? MAX_THREADS : 1);

export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  readonly isShared: boolean;
  /** Bytes from the owner's region to this thread's. */
  readonly threadOffset: number;
  #words: Uint32Array;
  #top: number;
  /** In the owner's region; nothing lies at address 0. */
  #localTop = 64;
  #peak = 0;

  private constructor(isShared: boolean, thread: number, memory = KernelMemory.#create(isShared)) {
    this.memory = memory;
    this.isShared = isShared;
    this.threadOffset = LOCAL_BYTES * thread;
    this.#words = new Uint32Array(memory.buffer);
    this.#top = localBytes(isShared);
  }

  static #create(shared: boolean): WebAssembly.Memory {
    return new WebAssembly.Memory({ initial: localBytes(shared) / PAGE, maximum: MAX_BYTES / PAGE, shared });
  }

  /** A memory for one thread. */
  static own(): KernelMemory {
    return new KernelMemory(false, 0);
  }

  /** A memory that other threads may work on too, where the platform allows it. */
  static sharable(): KernelMemory {
    return new KernelMemory(canShare(), 0);
  }

  /**
   * Another thread's memory. What this thread allocates here the owner has allocated in the same order, so that it lies at the same
   * places.
   * @param thread - from 1 to {@link MAX_THREADS} - 1.
   */
  static joined(memory: WebAssembly.Memory, thread: number): KernelMemory {
    return new KernelMemory(true, thread, memory);
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

  /**
   * Like {@link allocate}, in the region of this thread.
   * @throws {ResourceError} OUT_OF_MEMORY
   */
  allocateLocal(bytes: number): number {
    const at = this.#localTop;
    const end = at + Math.ceil(bytes / 64) * 64;
    if (end > LOCAL_BYTES)
      throw new ResourceError('OUT_OF_MEMORY', `a thread of the kernels needs ${end} bytes of its own`, { bytes });
    this.#localTop = end;
    return at + this.threadOffset;
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
  mark(): MemoryMark {
    return { top: this.#top, localTop: this.#localTop };
  }

  /** Takes back everything allocated since `mark`. */
  release({ top, localTop }: MemoryMark): void {
    this.#top = top;
    this.#localTop = localTop;
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
