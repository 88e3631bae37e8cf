import { describe, expect, it } from 'vitest';
import { PAGE_WORDS, PagedMemory, PageTable } from './memory.ts';

describe('tables of pages', () => {
  it('are empty when they are used again, however often one was given back', () => {
    const first = new PageTable<number>();
    expect(first.take(7, () => 1)).toBe(1);
    expect(first.take(7, () => 2)).toBe(1);
    expect(first.used).toEqual([7]);
    first.release();
    first.release();
    const [second, third] = [new PageTable<number>(), new PageTable<number>()];
    expect(second.entries).toBe(first.entries);
    expect(third.entries).not.toBe(second.entries);
    expect(second.entries[7]).toBe(undefined);
    second.release();
    third.release();
  });
  it('of a memory give back pages that hold zeros for the next', () => {
    const memory = new PagedMemory();
    memory.page(0x5000).fill(3);
    memory.clockPage(0x6000).fill(4);
    expect(memory.usedPages).toEqual([5]);
    memory.release();
    const next = new PagedMemory();
    expect([next.word(0x5000), next.usedPages.length]).toEqual([0, 0]);
    for (const page of [next.page(0x9000), next.clockPage(0x9000)]) expect(page).toEqual(new Int32Array(PAGE_WORDS));
    next.release();
  });
});
