/**
 * @module Sparse guest memory in pages of 4 KiB, allocated on first write or load. Timestamps of last access, where they
 * are kept, lie in pages of the same layout.
 */
import { ResourceError } from '@weft/primitives';
import type { ElfImage } from './elf.ts';

export const PAGE_SHIFT = 12;
export const PAGE_MASK: number = 2 ** PAGE_SHIFT - 1;
export const PAGE_WORDS: number = 2 ** (PAGE_SHIFT - 2);
const PAGE_COUNT = 2 ** (31 - PAGE_SHIFT);

/** Pages given back, to use again: fresh memory faults on every page and lingers until it is collected. */
const freePages: Int32Array[] = [];
/** 256 MiB; what one large run leaves beyond that is not kept for the life of the process. */
const MAX_FREE_PAGES = 2 ** 16;

/**
 * A page with the same number in every word.
 * @throws {ResourceError} MEMORY when this process gets no more memory.
 */
export function takePage(value: number): Int32Array {
  const page = freePages.pop();
  if (page === undefined && value === 0) return newPage();
  return (page ?? newPage()).fill(value);
}

function newPage(): Int32Array {
  try {
    return new Int32Array(PAGE_WORDS);
  } catch (cause) {
    throw new ResourceError('MEMORY', 'this process gets no memory for another page of the guest', {}, cause);
  }
}

/** Gives back the pages of a table, which must not be used any more. */
export function releasePages(table: (Int32Array | undefined)[]): void {
  for (let i = 0; i < table.length; i++) {
    const page = table[i];
    if (page === undefined) continue;
    if (freePages.length < MAX_FREE_PAGES) freePages.push(page);
    table[i] = undefined;
  }
}

export class PagedMemory {
  /** Page by address >>> PAGE_SHIFT; word within it by (address & PAGE_MASK) >>> 2. */
  readonly pages: (Int32Array | undefined)[] = new Array(PAGE_COUNT).fill(undefined);
  /** Timestamps of last access, for pages that were accessed while recording. */
  readonly clocks: (Int32Array | undefined)[] = new Array(PAGE_COUNT).fill(undefined);

  /** The memory before the first instruction. */
  static ofImage(image: ElfImage): PagedMemory {
    const memory = new PagedMemory();
    for (const { address, data } of image.segments) {
      for (let i = 0; i < data.length; i++) {
        const at = address + i;
        const page = memory.page(at);
        const word = (at & PAGE_MASK) >>> 2;
        page[word] = page[word]! | (data[i]! << (8 * (at & 3)));
      }
    }
    return memory;
  }

  /** Ends the use of this memory: its pages may serve another. */
  release(): void {
    releasePages(this.pages);
    releasePages(this.clocks);
  }

  page(address: number): Int32Array {
    return (this.pages[address >>> PAGE_SHIFT] ??= takePage(0));
  }

  clockPage(address: number): Int32Array {
    return (this.clocks[address >>> PAGE_SHIFT] ??= takePage(0));
  }

  /** The word at a multiple of 4. */
  word(address: number): number {
    return this.pages[address >>> PAGE_SHIFT]?.[(address & PAGE_MASK) >>> 2] ?? 0;
  }

  /** Copies `length` bytes from `address` on, page by page; pages that were never touched are 0. */
  bytes(address: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = address + done;
      const size = Math.min(length - done, PAGE_MASK + 1 - (at & PAGE_MASK));
      const page = this.pages[at >>> PAGE_SHIFT];
      if (page !== undefined) out.set(new Uint8Array(page.buffer, page.byteOffset + (at & PAGE_MASK), size), done);
      done += size;
    }
    return out;
  }
}
