/**
 * @module Sparse guest memory in pages of 4 KiB, allocated on first write or load. Timestamps of last access, where they
 * are kept, lie in pages of the same layout.
 */
import type { ElfImage } from './elf.ts';

export const PAGE_SHIFT = 12;
export const PAGE_MASK: number = 2 ** PAGE_SHIFT - 1;
export const PAGE_WORDS: number = 2 ** (PAGE_SHIFT - 2);
const PAGE_COUNT = 2 ** (31 - PAGE_SHIFT);

/** Pages given back, to use again: fresh memory faults on every page and lingers until it is collected. */
const freePages: Int32Array[] = [];

/** A page with the same number in every word. */
export function takePage(value: number): Int32Array {
  const page = freePages.pop();
  if (page === undefined && value === 0) return new Int32Array(PAGE_WORDS);
  return (page ?? new Int32Array(PAGE_WORDS)).fill(value);
}

/** Gives back the pages of a table, which must not be used any more. */
export function releasePages(table: (Int32Array | undefined)[]): void {
  for (let i = 0; i < table.length; i++) {
    const page = table[i];
    if (page === undefined) continue;
    freePages.push(page);
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

  byte(address: number): number {
    return (this.word(address & ~3) >>> (8 * (address & 3))) & 255;
  }

  bytes(address: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => this.byte(address + i));
  }
}
