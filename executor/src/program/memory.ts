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

/** Tables of half a million empty entries, to use again. */
const freeTables: undefined[][] = [];
/** Of a run that cuts shards. */
const MAX_FREE_TABLES = 4;

/** Something for each page of the guest's memory that is used. */
export class PageTable<T> {
  /** By number of the page. */
  readonly entries: (T | undefined)[] = freeTables.pop() ?? new Array(PAGE_COUNT).fill(undefined);
  /** Numbers of the pages that have something, in the order in which they got it. */
  readonly used: number[] = [];

  /** What a page has; where it has nothing, what `make` makes. */
  take(page: number, make: () => T): T {
    const known = this.entries[page];
    if (known !== undefined) return known;
    const made = make();
    this.entries[page] = made;
    this.used.push(page);
    return made;
  }

  /** Ends the use of this table: its entries may serve another. */
  release(): void {
    for (const page of this.used) this.entries[page] = undefined;
    // A table that is given back twice would serve two.
    if (!this.#isReleased && freeTables.length < MAX_FREE_TABLES) freeTables.push(this.entries as undefined[]);
    this.#isReleased = true;
    this.used.length = 0;
  }

  #isReleased = false;
}

/** Gives back a table of words, and its pages. */
export function releasePages(table: PageTable<Int32Array>): void {
  for (const number of table.used) if (freePages.length < MAX_FREE_PAGES) freePages.push(table.entries[number]!);
  table.release();
}

const emptyPage = (): Int32Array => takePage(0);

export class PagedMemory {
  readonly #pages = new PageTable<Int32Array>();
  readonly #clocks = new PageTable<Int32Array>();
  /** Page by address >>> PAGE_SHIFT; word within it by (address & PAGE_MASK) >>> 2. */
  readonly pages: readonly (Int32Array | undefined)[] = this.#pages.entries;
  /** Timestamps of last access, for pages that were accessed while recording. */
  readonly clocks: readonly (Int32Array | undefined)[] = this.#clocks.entries;

  /** Numbers of the pages that there are. */
  get usedPages(): readonly number[] {
    return this.#pages.used;
  }

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
    releasePages(this.#pages);
    releasePages(this.#clocks);
  }

  page(address: number): Int32Array {
    return this.pages[address >>> PAGE_SHIFT] ?? this.#pages.take(address >>> PAGE_SHIFT, emptyPage);
  }

  clockPage(address: number): Int32Array {
    return this.clocks[address >>> PAGE_SHIFT] ?? this.#clocks.take(address >>> PAGE_SHIFT, emptyPage);
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
