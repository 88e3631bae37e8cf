/**
 * @module The memory that all kernels work on: one WebAssembly memory, handed out from the bottom up and taken back in
 * reverse order, so that the peak of a job is a sum known before it starts.
 */
import { ResourceError } from '../errors.ts';

const PAGE = 65536;
/** WebAssembly addresses have 32 bits. */
const MAX_BYTES = 2 ** 32;

export class KernelMemory {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_BYTES / PAGE });
  #words = new Uint32Array(this.memory.buffer);
  #top = 64;
  #peak = 0;

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
