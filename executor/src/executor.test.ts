/** A whole run: how it is stopped, and what it hands back. */
import { sha256 } from '@noble/hashes/sha2.js';
import { readGuest } from '@weft/guest-examples';
import { codeOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { readSymbols } from './debug/symbols.ts';
import { execute } from './executor.ts';
import { SYSCALL } from './program/abi.ts';
import * as asm from './program/assembler.ts';
import { createProgram } from './program/program.ts';

const { DATA } = asm;

describe('a run that does not end well', () => {
  it('says where: pc, symbol and cycle', async () => {
    const elf = readGuest('fibonacci');
    const run = execute(createProgram(elf), [Uint8Array.of(0x31)], { maxCycles: 50, symbols: readSymbols(elf) });
    await expect(run).rejects.toThrow(/not halted after 50 cycles; pc 0x[0-9a-f]+ \(\w+(\+0x[0-9a-f]+)?\), cycle 50/);
  });

  it('for want of input: which item, and the function that asked', async () => {
    const program = createProgram(asm.elf([asm.FENCE, ...asm.call(SYSCALL.HINT_READ, DATA, -1)]));
    const symbols = {
      functionAt: () => undefined,
      lookup: (pc: number) => (pc === asm.TEXT + 36 ? 'read_vec+0x24' : undefined),
    };
    await expect(execute(program, [], { symbols })).rejects.toThrow(
      /^the guest asks for input item 1, but none was given; pc 0x10024 \(read_vec\+0x24\), cycle 9$/,
    );
  });

  it('at a place without code: no name of a function far away', async () => {
    const program = createProgram(asm.elf([...asm.li(6, -12), asm.jalr(0, 6, 0)]));
    const run = execute(program, [], { symbols: { functionAt: () => undefined, lookup: () => 'wild' } });
    await expect(run).rejects.toThrow(/^jump outside the code, from pc 0x10008 \(wild\); pc 0xfffffff4, cycle 3$/);
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const run = execute(createProgram(asm.elf([asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)])), [], { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(run).rejects.toThrow('abort');
  });
});

describe('an input', () => {
  it('counts as it was when the run began, in whatever memory it lies', async () => {
    // Two million cycles, in which others get their turn, before the item is read.
    const wait = [...asm.li(8, 1 << 20), asm.i('ADDI', 8, 8, -1), asm.branch('BNE', 8, 0, -4)];
    const read = [...asm.call(SYSCALL.HINT_READ, DATA, 4), ...asm.li(6, DATA), asm.load('LW', 10, 6, 0)];
    const program = createProgram(asm.elf([...wait, ...read, ...asm.li(5, SYSCALL.HALT), asm.ECALL]));
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    for (const item of [new Uint8Array(4), Buffer.alloc(8).subarray(2, 6), shared]) {
      item.fill(0).set([7]);
      const run = execute(program, [item]);
      setTimeout(() => item.fill(9));
      expect(await run).toMatchObject({ exitCode: 7 });
      expect(item[0]).toBe(9);
    }
  });
});

describe('the result', () => {
  it.each([3, 13])('takes public values on descriptor %i and checks the committed digest', async (descriptor) => {
    const digest = sha256(Uint8Array.of(7, 8, 9, 10));
    const commit = (change: number): number[] =>
      Array.from({ length: 8 }, (_, k) =>
        asm.call(SYSCALL.COMMIT, k, new DataView(digest.buffer).getUint32(4 * k, true) ^ (k === 3 ? change : 0)),
      ).flat();
    const write = [
      ...asm.li(6, DATA),
      ...asm.li(7, 0x0a090807),
      asm.store('SW', 7, 6, 0),
      ...asm.call(SYSCALL.WRITE, descriptor, DATA, 4),
    ];
    const run = (words: number[]): Promise<unknown> => execute(createProgram(asm.elf(words)), []);
    expect(await run([...write, ...commit(0), ...asm.halt(3)])).toMatchObject({
      exitCode: 3,
      publicValues: Uint8Array.of(7, 8, 9, 10),
    });
    expect(await codeOf(() => run([...write, ...commit(1), ...asm.halt()]))).toBe('PUBLIC_VALUES');
    expect(await codeOf(() => run([...write, ...asm.halt()]))).toBe('PUBLIC_VALUES');
    expect(await codeOf(() => run([...asm.call(SYSCALL.COMMIT, 0, 0), ...asm.halt()]))).toBe('PUBLIC_VALUES');
  });

  it('exit codes have 32 bits', async () => {
    expect(await execute(createProgram(asm.elf(asm.halt(-1))), [])).toMatchObject({ exitCode: 0xffffffff });
  });
});
