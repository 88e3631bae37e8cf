/** What stops a guest, with the code that says why. */
import { codeOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { interpret } from './interpret.test-support.ts';

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
});
