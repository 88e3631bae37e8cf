/** System calls: what they read, write and take back. */
import { describe, expect, it } from 'vitest';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { interpret } from './interpret.test-support.ts';

const { DATA } = asm;

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
});
