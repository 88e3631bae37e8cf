/** Mistakes of guests that are told from others: what the stack pointer is to blame for, loops without an end, constants. */
import { describe, expect, it } from 'vitest';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { interpret, trapOf } from './interpret.test-support.ts';

const { DATA, TEXT } = asm;
const [SP, S0, A7] = [2, 8, 17];
const told = (words: readonly number[]): string[] => {
  const { code, message } = trapOf(words);
  return [code, message];
};

describe('the stack', () => {
  const push = (frame: number): number[] => [asm.i('ADDI', SP, SP, -frame), asm.store('SW', 1, SP, frame - 4)];
  const setUp = asm.li(SP, 0x1010);
  it('that grows into the page at null', () => {
    const message = 'stack overflow: 4-byte store to 0xffc, outside of memory, with sp 0xff0';
    expect(told([...setUp, ...push(16), ...push(16)])).toEqual(['STACK_OVERFLOW', expect.stringContaining(message)]);
  });
  it('that wraps by one large frame, met through another register', () => {
    const frame = [...asm.li(6, 0x10000), asm.r('SUB', SP, SP, 6), asm.i('ADDI', S0, SP, 64), asm.load('LW', 7, S0, 0)];
    const [code, message] = told([...setUp, ...frame]);
    expect([code, message]).toEqual(['STACK_OVERFLOW', expect.stringContaining('load from 0xffff1050')]);
    expect(message).toContain('with sp 0xffff1010');
  });
  it('that nothing sets, though something adds to its pointer', () => {
    expect(told([...push(16), ...asm.halt()])).toEqual([
      'STACK_POINTER',
      expect.stringMatching(/store to 0xfffffffc by a stack pointer that no instruction sets \(sp 0xfffffff0\)/),
    ]);
  });
  it('is not to blame for a null pointer, where it lies in memory or was never used', () => {
    expect(told([...setUp, asm.load('LW', 7, 0, 4)])[0]).toBe('NULL_POINTER');
    expect(told([asm.load('LW', 7, 0, 4)])[0]).toBe('NULL_POINTER');
  });
  it('is not to blame for what lies far away, or is misaligned', () => {
    const outside = [...setUp, ...asm.li(6, 0x2000), asm.r('SUB', SP, SP, 6)];
    expect(told([...outside, ...asm.li(7, 0x78000000), asm.load('LW', 7, 7, 0)])[0]).toBe('MEMORY_RANGE');
    expect(told([...asm.li(SP, DATA + 2), asm.load('LW', 7, SP, 0)])).toEqual([
      'MISALIGNED_ACCESS',
      'misaligned 4-byte load from 0x20002, not a multiple of 4',
    ]);
  });
  it('gives address and size as figures', () => {
    expect(trapOf([...asm.li(6, DATA + 1), asm.store('SH', 7, 6, 0)]).details).toMatchObject({
      address: DATA + 1,
      size: 2,
    });
  });
});

describe('a loop without an end', () => {
  const ones = [...asm.li(6, 1), ...asm.li(7, 2)];
  it.each<readonly [string, readonly number[]]>([
    ['a jump to itself', [asm.jal(0, 0)]],
    ['a jump to itself that links', [asm.jal(1, 0)]],
    ['a fence and a jump back', [asm.FENCE, asm.jal(0, -4)]],
    ['nops, constants and a jump back', [asm.i('ADDI', 0, 0, 0), asm.lui(6, 5), asm.auipc(7, 0), asm.jal(0, -12)]],
    ['BEQ to itself', [...ones, asm.branch('BEQ', 6, 6, 0)]],
    ['BNE to itself', [...ones, asm.branch('BNE', 6, 7, 0)]],
    ['BLT to itself', [...ones, asm.branch('BLT', 6, 7, 0)]],
    ['BGEU to itself', [...ones, asm.branch('BGEU', 7, 6, 0)]],
  ])('%s stops the run at once', (_, words) => {
    const error = trapOf(words);
    expect([error.code, error.message]).toEqual(['ENDLESS_LOOP', 'a loop that does nothing and cannot end']);
    expect(error.details['cycle']).toBeLessThanOrEqual(4);
  });
  it('inside hot code', () => {
    // 300 times around, then a branch to itself that is taken.
    const words = [...asm.li(8, 300), asm.i('ADDI', 8, 8, -1), asm.branch('BEQ', 8, 0, 0), asm.branch('BNE', 8, 0, -8)];
    expect(told(words)[0]).toBe('ENDLESS_LOOP');
  });
  it.each<readonly [string, readonly number[]]>([
    ['a branch to itself that is not taken', [...ones, asm.branch('BEQ', 6, 7, 0), asm.branch('BLT', 7, 6, 0)]],
    ['a jump ahead', [asm.jal(0, 8), asm.jal(0, 0)]],
  ])('%s does not', (_, words) => {
    expect(interpret([...words, ...asm.halt()]).halted).toBe(true);
  });
  it.each<readonly [string, readonly number[]]>([
    ['counts', [asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)]],
    ['calls', [asm.i('ADDI', 0, 0, 0), asm.jal(6, 8), 0, asm.jal(0, -12)]],
  ])('one that %s runs on', (_, words) => {
    expect(told(words)[0]).toBe('CYCLE_LIMIT');
  });
});

describe('constants', () => {
  // The data segment without its W flag.
  const file = (words: readonly number[]): Uint8Array =>
    asm.elf([...words, ...asm.halt()], { data: Uint8Array.of(7), patch: (v) => v.setUint32(84 + 24, 4, true) });
  const loop = [...asm.li(8, 300), asm.i('ADDI', 8, 8, -1), asm.branch('BNE', 8, 0, -4)];
  it.each<readonly [string, readonly number[]]>([
    ['SW', [asm.store('SW', 7, 6, 0)]],
    ['SB to its last byte', [...asm.li(6, DATA + 0xffff), asm.store('SB', 7, 6, 0)]],
    ['HINT_READ', asm.call(SYSCALL.HINT_READ, DATA + 8, 4)],
    ['a precompile', asm.call(SYSCALL.KECCAK_PERMUTE, DATA)],
  ])('take no %s', (_, words) => {
    const error = trapOf(file([...loop, ...asm.li(6, DATA), ...words]), [Uint8Array.of(1, 2, 3, 4)]);
    expect([error.code, error.message]).toEqual([
      'STORE_TO_CONSTANT',
      expect.stringContaining('in a read-only segment'),
    ]);
  });
  it('can be read, and what lies behind them written', () => {
    const words = [...asm.li(6, DATA), asm.load('LW', 7, 6, 0), ...asm.li(9, DATA + 0x10000), asm.store('SW', 7, 9, 0)];
    expect(interpret(file(words)).registers[7]).toBe(7);
  });
  it('code stays code, where data shares its page', () => {
    const data = asm.elf([...asm.li(6, TEXT + 0x100), asm.store('SW', 6, 6, 0), ...asm.halt()], {
      dataAddress: TEXT + 0x100,
    });
    expect(interpret(data).halted).toBe(true);
  });
});

describe('a call that is none', () => {
  it('of Linux is named by a7', () => {
    expect(told([...asm.li(A7, 64), ...asm.call(0x7777)])[1]).toContain('in a7 stands 64, which is write of Linux');
  });
  it('of which nothing is known has its code alone', () => {
    expect(told(asm.call(0x7777))[1]).toBe('unknown system call 0x7777');
  });
});

describe('an instruction that is none says what it is', () => {
  it.each([
    ['zeros', 0, 'illegal instruction 0x0, zeros'],
    ['unimp', 0xc0001073, 'unimp'],
    ['compressed', 1, 'compressed'],
    ['atomic', 0x0000202f, 'atomic'],
    ['floating point', 0x00052007, 'floating point'],
    ['EBREAK', asm.EBREAK, 'ebreak'],
    ['unknown', 0xffffffff, 'illegal instruction 0xffffffff'],
  ])('%s', (_, word, message) => {
    expect(told([word])[1]).toContain(message);
  });
});
