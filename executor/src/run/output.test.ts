/** What a guest hands out: every byte of it arrives, and no system call costs the host more than its caller allowed. */
import { concatBytes, ResourceError } from '@weft/primitives';
import { codeOf, seeded } from '@weft/primitives/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { execute } from '../executor.ts';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { MEMORY_END } from '../program/layout.ts';
import { PagedMemory } from '../program/memory.ts';
import { createProgram } from '../program/program.ts';
import { ByteList } from './byte-list.ts';
import { interpret } from './interpret.test-support.ts';

const { DATA } = asm;
const write = (descriptor: number, length: number): number[] => asm.call(SYSCALL.WRITE, descriptor, DATA, length);
/** ENTER, the body, EXIT. */
const block = (body: readonly number[]): number[] => [
  ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
  asm.branch('BEQ', 5, 0, 4 * (1 + body.length + 9)),
  ...body,
  ...asm.call(SYSCALL.EXIT_UNCONSTRAINED),
];

describe('guest memory', () => {
  it('is copied out whole, at any offset, over pages that are there and that are not', () => {
    const memory = new PagedMemory();
    const { word, below } = seeded(5);
    for (let at = 0; at < 0x3000; at += 4)
      memory.page(0x5000 + 2 * (at & 0x2000) + (at & 0x1000))[(at & 0xfff) >> 2] = word();
    memory.page(MEMORY_END - 4).fill(0x04030201);
    const slow = (from: number, length: number): Uint8Array =>
      Uint8Array.from({ length }, (_, i) => memory.word((from + i) & ~3) >>> (8 * ((from + i) & 3)));
    const ranges = Array.from({ length: 50 }, () => [0x4f00 + below(0x4000), below(0x3000)] as const);
    for (const [from, length] of [...ranges, [MEMORY_END - 5, 5], [0x5fff, 1], [0x6000, 0], [0, 0x10000]] as const)
      expect(memory.bytes(from, length)).toEqual(slow(from, length));
    expect(memory.pages.filter((page) => page !== undefined)).toHaveLength(4);
  });
});

describe('lists of bytes', () => {
  it('hold what they were given, in order, whatever the sizes', () => {
    const { below } = seeded(9);
    const parts = Array.from({ length: 300 }, (_, i) => new Uint8Array([0, 1, 100, 40_000, 70_000][below(5)]!).fill(i));
    const all = concatBytes(...parts);
    const list = new ByteList();
    for (const part of parts) list.push(part);
    const bytes = list.bytes();
    expect([list.length, bytes.length]).toEqual([all.length, all.length]);
    // Comparing millions of bytes one by one takes the test library minutes.
    expect(bytes.findIndex((byte, i) => byte !== all[i])).toBe(-1);
    expect(new ByteList().bytes()).toEqual(new Uint8Array(0));
  });
});

describe('the host does no more for a guest than its limits say', () => {
  const end = (words: readonly number[], maxOutput: number | undefined, onOutput = vi.fn()): Promise<string> =>
    codeOf(() => execute(createProgram(asm.elf([...words, ...asm.halt()])), [], { maxOutput, onOutput }));

  it.each([
    ['public values', [...write(3, 600), ...write(13, 400)], 1000, 'PUBLIC_VALUES'],
    ['output of both kinds', [...write(1, 600), ...write(2, 400)], 1000, 'none'],
    ['hints, each with 64 bytes of its own', block([...write(4, 600), ...write(14, 272)]), 1000, 'none'],
  ])('%s: all of the limit, and not a byte more', async (_, words, limit, good) => {
    expect(await end(words, limit)).toBe(good);
    expect(await end(words, limit - 1)).toBe('OUTPUT_LIMIT');
  });
  it('limits count each kind alone', async () => {
    expect(await end([...write(1, 900), ...block(write(4, 900))], 1000)).toBe('none');
  });
  it.each([
    ['public values', 3],
    ['output', 1],
    ['hints', 4],
  ])('one WRITE of 256 MiB, and endless ones, of %s end at 64 MiB', async (_, descriptor) => {
    const wrap = (body: number[]): number[] => (descriptor === 4 ? block(body) : body);
    const onOutput = vi.fn();
    expect(await end(wrap(write(descriptor, 2 ** 28)), undefined, onOutput)).toBe('OUTPUT_LIMIT');
    expect(onOutput).not.toHaveBeenCalled();
    const endless = wrap([...write(descriptor, 2 ** 23 + 5), asm.jal(0, -36)]);
    expect(await end(endless, undefined, onOutput)).toBe('OUTPUT_LIMIT');
    expect(onOutput).toHaveBeenCalledTimes(descriptor === 1 ? 7 : 0);
  });
  it('empty hints are bounded too, and empty output is no event', async () => {
    const onOutput = vi.fn();
    expect(await end(block([...write(4, 0), asm.jal(0, -36)]), 6400)).toBe('OUTPUT_LIMIT');
    expect(await end(write(1, 0), 0, onOutput)).toBe('none');
    expect(onOutput).not.toHaveBeenCalled();
  });
  it('the error names place, size and option', async () => {
    const run = execute(createProgram(asm.elf([...write(13, 5), ...asm.halt()])), [], { maxOutput: 4 });
    await expect(run).rejects.toThrow(
      'with this WRITE of 5 bytes the guest wrote more than 4 bytes of public values, the limit (maxOutput); pc 0x10020, cycle 8',
    );
  });
});

describe('an unconstrained block', () => {
  it('that stores to every word of many pages is taken back, and costs a page for a page', () => {
    const [from, pages] = [0x100000, 20];
    const fill = (value: number): number[] => [
      ...asm.li(6, from),
      ...asm.li(7, from + pages * 4096),
      ...asm.li(9, value),
      asm.store('SW', 9, 6, 0),
      asm.i('ADDI', 6, 6, 4),
      asm.branch('BNE', 6, 7, -8),
    ];
    const words = [...fill(11), ...block([...fill(22), asm.store('SB', 9, 7, -1)]), ...asm.halt()];
    const { memory } = interpret(words, [], { maxCycles: 1e6 });
    for (let at = 0; at < pages * 4096; at += 4) if (memory.word(from + at) !== 11) throw new Error(`word ${at}`);
  });
});

describe('a process without memory for the guest', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  it('ends in an error of its own', () => {
    const memory = new PagedMemory();
    vi.stubGlobal(
      'Int32Array',
      class {
        constructor() {
          throw new RangeError('Array buffer allocation failed');
        }
      },
    );
    // Pages given back by earlier runs serve first.
    const useUp = (): void => {
      for (let at = 0; at < MEMORY_END; at += 4096) memory.page(at);
    };
    expect(useUp).toThrow(ResourceError);
    expect(useUp).toThrow('this process gets no memory for another page of the guest');
  });
});
