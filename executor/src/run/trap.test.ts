/** What stops a guest, with the code that says why. */
import { codeOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { interpret, trapOf } from './interpret.test-support.ts';

const { DATA } = asm;
const trap = (words: readonly number[], stdin: readonly Uint8Array[] = []): Promise<string> =>
  codeOf(() => interpret(words, stdin));

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
    ['precompile that is not there', asm.call(0x134), 'UNKNOWN_SYSCALL'],
    ['COMMIT of word 8', asm.call(SYSCALL.COMMIT, 8), 'SYSCALL_ARGUMENT'],
    ['deferred proof', asm.call(SYSCALL.COMMIT_DEFERRED_PROOFS, 0, 1), 'DEFERRED_PROOF'],
    ['WRITE to an unknown descriptor', asm.call(SYSCALL.WRITE, 99, DATA, 1), 'SYSCALL_ARGUMENT'],
    ['WRITE beyond memory', asm.call(SYSCALL.WRITE, 1, 0x77ffffff, 16), 'SYSCALL_ARGUMENT'],
    ['WRITE with a wild length', asm.call(SYSCALL.WRITE, 1, DATA, -1), 'SYSCALL_ARGUMENT'],
    ['WRITE of a gigabyte', asm.call(SYSCALL.WRITE, 3, DATA, 2 ** 30), 'OUTPUT_LIMIT'],
    ['EXIT_UNCONSTRAINED alone', asm.call(SYSCALL.EXIT_UNCONSTRAINED), 'UNCONSTRAINED'],
    ['COMMIT inside a block', [...asm.call(SYSCALL.ENTER_UNCONSTRAINED), ...asm.call(SYSCALL.COMMIT)], 'UNCONSTRAINED'],
    ['HINT_READ without input', asm.call(SYSCALL.HINT_READ, DATA, 4), 'HINT'],
    ['a loop that goes on', [asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)], 'CYCLE_LIMIT'],
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
});

describe('at high addresses every kind of run says the same, and no address is negative', () => {
  const jump = (to: number, offset = 0): number[] => [...asm.li(6, to), asm.jalr(1, 6, offset)];
  it.each([
    ['JALR to the last word', jump(0xfffffff4), 'PC_OUTSIDE_CODE', 'jump outside the code', 0xfffffff4],
    ['JALR across the middle', jump(0x7fffffff, 1), 'PC_OUTSIDE_CODE', 'jump outside the code', 0x80000000],
    ['JALR that wraps', jump(4, -8), 'PC_OUTSIDE_CODE', 'jump outside the code', 0xfffffffc],
    ['misaligned JALR', jump(0xfffffff6), 'MISALIGNED_JUMP', 'jump to 0xfffffff6, not a multiple of 4', undefined],
    ['load', [...asm.li(6, 0xfffffff0), asm.load('LW', 7, 6, 0)], 'MEMORY_RANGE', 'load from 0xfffffff0', undefined],
    ['store', [...asm.li(6, 0x80000000), asm.store('SB', 7, 6, -1)], 'MEMORY_RANGE', 'store to 0x7fffffff', undefined],
    ['HINT_READ', asm.call(SYSCALL.HINT_READ, 0xfffffff0, 4), 'HINT', 'HINT_READ of 4 bytes reaches', undefined],
    ['WRITE', asm.call(SYSCALL.WRITE, 1, 0xfffffff0, 4), 'SYSCALL_ARGUMENT', 'at 0xfffffff0 reaches', undefined],
    ['system call', asm.call(0xfffffff3), 'UNKNOWN_SYSCALL', 'unknown system call 0xfffffff3', undefined],
  ])('%s', (_, words, code, message, pc) => {
    // Behind a loop, which makes the code hot.
    const loop = [...asm.li(8, 300), asm.i('ADDI', 8, 8, -1), asm.branch('BNE', 8, 0, -4)];
    const error = trapOf([...loop, ...words], [Uint8Array.of(1, 2, 3, 4)]);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('0x-');
    if (pc !== undefined) expect(error.details['pc']).toBe(pc);
    expect(error.details['pc']).toBeGreaterThanOrEqual(0);
  });
});

describe('a call that nobody proves is named', () => {
  it.each([
    ['deferred proofs', 0x1b, 'unknown system call 0x1b, VERIFY_SP1_PROOF: it verifies proofs of other runs'],
    ['input of old guests', 101, 'unknown system call 0x65, LWA: of SP1 before version 1'],
    ['guests of 64 bits', 0x132, 'unknown system call 0x132, MPROTECT: of SP1 version 6'],
  ])('of %s', (_, code, message) => {
    const error = trapOf(asm.call(code), []);
    expect([error.code, error.message]).toEqual(['UNKNOWN_SYSCALL', expect.stringContaining(message)]);
  });
});

describe('the page at null', () => {
  const uses: readonly (readonly [string, readonly number[]])[] = [
    ['LW', [asm.load('LW', 7, 0, 0)]],
    ['LBU of its last byte', [...asm.li(6, 4095), asm.load('LBU', 7, 6, 0)]],
    ['LH after a wrap', [...asm.li(6, -2), asm.load('LH', 7, 6, 4)]],
    ['SW', [asm.store('SW', 7, 0, 4)]],
    ['SB', [asm.store('SB', 7, 0, 8)]],
    ['HINT_READ', asm.call(SYSCALL.HINT_READ, 4, 4)],
    ['HINT_READ into its end', asm.call(SYSCALL.HINT_READ, 4092, 4)],
    ['WRITE', asm.call(SYSCALL.WRITE, 1, 4, 1)],
    ['WRITE out of its last byte', asm.call(SYSCALL.WRITE, 13, 4095, 1)],
  ];
  const stdin = [Uint8Array.of(1, 2, 3, 4)];
  it.each(uses)('traps on %s', (_, words) => {
    const error = trapOf([...words, ...asm.halt()], stdin);
    expect(error.code).toBe('NULL_POINTER');
    expect(error.message).toMatch(/(load from|store to|bytes at|bytes to) 0x[0-9a-f]+, by a null pointer/);
  });
  it.each(uses)('serves %s where a segment lies in it', (_, words) => {
    expect(interpret(asm.elf([...words, ...asm.halt()], { lowMemory: true }), stdin).halted).toBe(true);
  });
  it('ends at 4096, and what has no bytes reaches nothing', () => {
    const words = [
      ...asm.li(6, 4096),
      asm.store('SW', 6, 6, 0),
      asm.load('LW', 7, 6, 0),
      ...asm.call(SYSCALL.WRITE, 1, 0, 0),
      ...asm.call(SYSCALL.HINT_READ, 4, 0),
      ...asm.halt(),
    ];
    expect(interpret(words, [new Uint8Array(0)]).registers[7]).toBe(4096);
  });
});

describe('input that is not there', () => {
  it.each([
    [0, 'item 1, but none was given'],
    [1, 'item 2, but 1 was given'],
    [2, 'item 3, but 2 were given'],
  ])('after %i items says which one is asked for', (given, message) => {
    // As a guest does that passes on what HINT_LEN says.
    const read = [asm.i('ADDI', 11, 5, 0), ...asm.li(10, DATA), ...asm.li(5, SYSCALL.HINT_READ), asm.ECALL];
    const ask = [...asm.call(SYSCALL.HINT_LEN), ...read];
    const words = Array.from({ length: given + 1 }, () => ask).flat();
    const error = trapOf(
      words,
      Array.from({ length: given }, () => Uint8Array.of(7, 8)),
    );
    expect([error.code, error.message]).toEqual(['HINT', expect.stringContaining(message)]);
  });
  it('says which item has another length', () => {
    const words = [...asm.call(SYSCALL.HINT_READ, DATA, 1), ...asm.call(SYSCALL.HINT_READ, DATA, 3)];
    const error = trapOf(words, [Uint8Array.of(1), Uint8Array.of(1, 2)]);
    expect(error.message).toBe('HINT_READ of 3 bytes, but input item 2 has 2');
  });
});

it('a store to a segment of code and data says which flag of the linker keeps them apart', () => {
  const writable = asm.elf([asm.auipc(6, 0), asm.store('SW', 6, 6, 0)], { patch: (v) => v.setUint32(76, 7, true) });
  expect(trapOf(writable).message).toMatch(/writable and executable; link without -N, and .*ALIGN/);
  expect(trapOf([asm.auipc(6, 0), asm.store('SW', 6, 6, 0)]).message).not.toContain('link');
});
