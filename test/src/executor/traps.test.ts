/** What stops a guest, with the code that says why; and system calls. */

import { sha256 } from '@noble/hashes/sha2.js';
import { execute } from '@weft/executor/executor';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { readSymbols } from '@weft/executor/program/symbols';
import { readGuest } from '@weft/guest-examples';
import { describe, expect, it } from 'vitest';
import { codeOf, interpret } from '../support/run.ts';

const trap = (words: readonly number[], stdin: readonly Uint8Array[] = []): Promise<string> =>
  codeOf(() => interpret(words, stdin));
const { DATA } = asm;

describe('traps', () => {
  it.each([
    ['EBREAK', [asm.EBREAK], 'ILLEGAL_INSTRUCTION'],
    ['CSR access', [0x30002573], 'ILLEGAL_INSTRUCTION'],
    ['compressed', [0x00000001], 'ILLEGAL_INSTRUCTION'],
    ['all zeros', [0], 'ILLEGAL_INSTRUCTION'],
    ['all ones', [0xffffffff], 'ILLEGAL_INSTRUCTION'],
    ['FENCE.I', [0x0000100f], 'ILLEGAL_INSTRUCTION'],
    ['SLLI with a sixth bit', [0x02001013], 'ILLEGAL_INSTRUCTION'],
    ['SRAI with other upper bits', [0x60005013], 'ILLEGAL_INSTRUCTION'],
    ['atomic', [0x0000202f], 'ILLEGAL_INSTRUCTION'],
    ['JAL to an odd half word', [asm.jal(0, 6)], 'ILLEGAL_INSTRUCTION'],
    ['branch to an odd half word', [asm.branch('BEQ', 0, 0, 6)], 'ILLEGAL_INSTRUCTION'],
    ['JALR to an odd half word', [asm.auipc(6, 0), asm.jalr(0, 6, 2)], 'MISALIGNED_JUMP'],
    ['jump outside the code', [asm.jalr(0, 0, 0)], 'PC_OUTSIDE_CODE'],
    ['running off the end', [asm.i('ADDI', 0, 0, 0)], 'PC_OUTSIDE_CODE'],
    ['misaligned LW', [...asm.li(6, DATA + 2), asm.load('LW', 7, 6, 0)], 'MISALIGNED_ACCESS'],
    ['misaligned LH', [...asm.li(6, DATA + 1), asm.load('LH', 7, 6, 0)], 'MISALIGNED_ACCESS'],
    ['misaligned SW', [...asm.li(6, DATA + 1), asm.store('SW', 7, 6, 0)], 'MISALIGNED_ACCESS'],
    ['misaligned SH', [...asm.li(6, DATA + 3), asm.store('SH', 7, 6, 0)], 'MISALIGNED_ACCESS'],
    ['load beyond memory', [...asm.li(6, 0x78000000), asm.load('LW', 7, 6, 0)], 'MEMORY_RANGE'],
    ['store beyond memory', [...asm.li(6, 0xfffffffc), asm.store('SW', 7, 6, 0)], 'MEMORY_RANGE'],
    ['byte beyond memory', [...asm.li(6, 0x77ffffff), asm.load('LB', 7, 6, 1)], 'MEMORY_RANGE'],
    ['store to code', [asm.auipc(6, 0), asm.store('SW', 6, 6, 0)], 'STORE_TO_CODE'],
    ['byte store to code', [asm.auipc(6, 0), asm.store('SB', 6, 6, 5)], 'STORE_TO_CODE'],
    ['unknown system call', asm.call(0x7777), 'UNKNOWN_SYSCALL'],
    ['precompile that is not there', asm.call(0x00300105), 'UNKNOWN_SYSCALL'],
    ['COMMIT of word 8', asm.call(SYSCALL.COMMIT, 8), 'SYSCALL_ARGUMENT'],
    ['deferred proof', asm.call(SYSCALL.COMMIT_DEFERRED_PROOFS, 0, 1), 'DEFERRED_PROOF'],
    ['WRITE to an unknown descriptor', asm.call(SYSCALL.WRITE, 99, DATA, 1), 'SYSCALL_ARGUMENT'],
    ['WRITE beyond memory', asm.call(SYSCALL.WRITE, 1, 0x77ffffff, 16), 'SYSCALL_ARGUMENT'],
    ['WRITE with a wild length', asm.call(SYSCALL.WRITE, 1, DATA, -1), 'SYSCALL_ARGUMENT'],
    ['EXIT_UNCONSTRAINED alone', asm.call(SYSCALL.EXIT_UNCONSTRAINED), 'UNCONSTRAINED'],
    ['COMMIT inside a block', [...asm.call(SYSCALL.ENTER_UNCONSTRAINED), ...asm.call(SYSCALL.COMMIT)], 'UNCONSTRAINED'],
    ['HINT_READ without input', asm.call(SYSCALL.HINT_READ, DATA, 4), 'HINT'],
    ['endless loop', [asm.jal(0, 0)], 'CYCLE_LIMIT'],
  ])('%s', async (_, words, code) => {
    expect(await trap(words)).toBe(code);
  });

  it.each([
    ['another length', DATA, 3],
    ['a misaligned address', DATA + 2, 4],
    ['an address beyond memory', 0x77fffffe - 2 + 4, 4],
  ])('HINT_READ with %s', async (_, address, length) => {
    expect(
      await trap([...asm.call(SYSCALL.HINT_READ, address, length), ...asm.halt()], [Uint8Array.of(1, 2, 3, 4)]),
    ).toBe('HINT');
  });

  it('says where: pc, symbol and cycle', async () => {
    const elf = readGuest('fibonacci');
    const run = execute(createProgram(elf), [Uint8Array.of(0x31)], { maxCycles: 50, symbols: readSymbols(elf) });
    await expect(run).rejects.toThrow(/not halted after 50 cycles; pc 0x[0-9a-f]+ \(\w+(\+0x[0-9a-f]+)?\), cycle 50/);
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const run = execute(createProgram(asm.elf([asm.jal(0, 0)])), [], { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(run).rejects.toThrow('abort');
  });
});

describe('system calls', () => {
  it('reads items in order, pads the last word with zeros and says when none is left', () => {
    const read = (to: number, length: number): number[] => [
      ...asm.call(SYSCALL.HINT_LEN),
      asm.store('SW', 5, 8, 0),
      asm.i('ADDI', 8, 8, 4),
      ...asm.call(SYSCALL.HINT_READ, to, length),
    ];
    const words = [
      ...asm.li(8, DATA + 0x100),
      ...asm.li(9, -1),
      ...asm.li(7, DATA),
      asm.store('SW', 9, 7, 4),
      ...read(DATA, 5),
      ...read(DATA + 0x40, 0),
      ...asm.call(SYSCALL.HINT_LEN),
      asm.store('SW', 5, 8, 0),
      ...asm.halt(),
    ];
    const { memory } = interpret(words, [Uint8Array.of(1, 2, 3, 4, 5), new Uint8Array(0)]);
    expect([0, 1, 2].map((k) => memory.word(DATA + 0x100 + 4 * k) >>> 0)).toEqual([5, 0, 0xffffffff]);
    expect([memory.word(DATA), memory.word(DATA + 4)]).toEqual([0x04030201, 5]);
  });

  it('rolls an unconstrained block back: registers, memory, pc and t0 = 0', () => {
    const words = [
      ...asm.li(6, DATA),
      ...asm.li(7, 11),
      asm.store('SW', 7, 6, 0),
      ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
      asm.branch('BEQ', 5, 0, 4 * 15), // t0 = 0 skips the block
      ...asm.li(7, 22),
      asm.store('SW', 7, 6, 0),
      ...asm.li(9, 33),
      ...asm.call(SYSCALL.EXIT_UNCONSTRAINED),
      asm.store('SW', 7, 6, 4),
      asm.store('SW', 9, 6, 8),
      asm.store('SW', 5, 6, 12),
      ...asm.halt(),
    ];
    const machine = interpret(words);
    expect([0, 4, 8, 12].map((k) => machine.memory.word(DATA + k))).toEqual([11, 11, 0, 0]);
    expect(machine.cycles).toBe(2 + 2 + 1 + 9 + 1 + 3 + 9);
  });

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
