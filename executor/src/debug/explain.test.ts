/** What a stopped run says of itself: the place, the registers, and the calls that led there. */
import { readGuest } from '@weft/guest-examples';
import { ExecutionError } from '@weft/primitives';
import { describe, expect, it } from 'vitest';
import { execute } from '../executor.ts';
import * as asm from '../program/assembler.ts';
import { disassemble } from '../program/disassemble.ts';
import { createProgram } from '../program/program.ts';
import { CallStack } from './call-stack.ts';
import type { TrapDetails } from './explain.ts';
import { readSymbols } from './symbols.ts';

const { TEXT, DATA } = asm;
const [RA, SP, S0, A0] = [1, 2, 8, 10];

async function stopped(elf: Uint8Array, stdin: readonly Uint8Array[] = [], maxCycles = 1e6) {
  const error = await execute(createProgram(elf), stdin, { maxCycles, symbols: readSymbols(elf) }).catch((e) => e);
  expect(error).toBeInstanceOf(ExecutionError);
  return {
    message: (error as ExecutionError).message,
    details: (error as ExecutionError).details as unknown as TrapDetails,
  };
}

/** Addresses of calls, as numbers of instructions. */
const callsOf = ({ stack = [] }: TrapDetails): number[] => stack.map(({ pc }) => (pc - TEXT) / 4);

describe('the call stack', () => {
  const start = [...asm.li(SP, DATA + 0x8000)];
  it('lists the calls that have not returned, the latest first', async () => {
    // 2: call a; a at 5: calls b at 8, which returns; then calls c at 9, which traps.
    const words = [
      ...start,
      asm.jal(RA, 12),
      ...[0, 0],
      asm.i('ADDI', SP, SP, -16),
      asm.jal(RA, 8),
      asm.jal(RA, 8),
      asm.jalr(0, RA, 0),
      asm.EBREAK,
    ];
    const { details, message } = await stopped(asm.elf(words));
    expect(callsOf(details)).toEqual([7, 2]);
    expect(details.depth).toBe(2);
    expect(message).toMatch(/; pc 0x10024, cycle 7$/);
    expect(message).not.toContain('\n');
  });
  it('of hot code, where a function recurses until the stack is used up', async () => {
    const words = [
      ...asm.li(SP, 0x9000),
      asm.jal(RA, 8),
      0,
      asm.i('ADDI', SP, SP, -16),
      asm.store('SW', RA, SP, 12),
      asm.jal(RA, -8),
    ];
    const { details, message } = await stopped(asm.elf(words, { dataAddress: DATA }));
    expect(details.depth).toBe(1 + 0x8000 / 16);
    expect(details.stack).toHaveLength(64);
    expect(new Set(callsOf(details))).toEqual(new Set([6]));
    expect(message).toMatch(/^stack overflow: 4-byte store to 0xffc, .* with sp 0xff0; .*: sw ra, 12\(sp\)$/);
  });
  it('forgets frames that are left without a return, and looks through tail calls', () => {
    const calls = new CallStack();
    calls.jump(0x100, 0x200, RA, 0, 0x9000);
    calls.jump(0x204, 0x300, RA, 0, 0x8f00);
    calls.jump(0x304, 0x400, RA, 0, 0x8e00);
    // longjmp to the first function, which calls another.
    calls.jump(0x404, 0x208, 0, A0, 0x8d00);
    calls.jump(0x20c, 0x500, RA, 0, 0x8f00);
    expect(calls.calls(9)).toEqual([0x20c, 0x204, 0x100]);
    // A tail call, then the return to the caller of the one before.
    calls.jump(0x504, 0x600, 0, 6, 0x8f00);
    calls.jump(0x604, 0x210, 0, RA, 0x8f00);
    expect(calls.calls(9)).toEqual([0x204, 0x100]);
    calls.jump(0x20c, 0x104, 0, RA, 0x9000);
    expect([calls.depth, calls.last]).toEqual([0, { pc: 0x20c, target: 0x104 }]);
  });
});

describe('a jump out of the code', () => {
  it.each<readonly [string, readonly number[], RegExp]>([
    [
      'by JALR',
      [...asm.li(6, DATA), asm.jalr(RA, 6, 0)],
      /^jump outside the code, from pc 0x10008; pc 0x20000, cycle 3$/,
    ],
    ['by JAL', [asm.jal(0, 0x8000)], /^jump outside the code, from pc 0x10000; pc 0x18000, cycle 1$/],
    [
      'by going on',
      [asm.i('ADDI', 0, 0, 0)],
      /^jump outside the code, behind its end at pc 0x10000; pc 0x10004, cycle 1$/,
    ],
  ])('%s says where from', async (_, words, message) => {
    expect((await stopped(asm.elf(words))).message).toMatch(message);
  });
});

describe('the registers', () => {
  it('are those before the instruction', async () => {
    const words = [...asm.li(S0, DATA + 1), ...asm.li(A0, 0xdeadbeef), asm.load('LW', A0, S0, 0)];
    const { details, message } = await stopped(asm.elf(words));
    expect([details.registers[S0], details.registers[A0], details.registers.length]).toEqual([
      DATA + 1,
      0xdeadbeef,
      32,
    ]);
    expect(details).toMatchObject({ address: DATA + 1, size: 4, instruction: 'lw a0, 0(s0)' });
    expect(message).toMatch(/cycle 4: lw a0, 0\(s0\)$/);
  });
});

it('a guest of the C runtime whose stack overflows is named with its functions', async () => {
  const { message, details } = await stopped(readGuest('runtime'), [new TextEncoder().encode('8')], 2 ** 30);
  expect(message).toMatch(/^stack overflow: /);
  expect(details.function).toBeDefined();
  expect(details.stack!.at(0)).toMatchObject({ function: details.function });
});

it.each([
  [asm.load('LBU', 5, SP, -4), 'lbu t0, -4(sp)'],
  [asm.store('SH', 31, 8, 2), 'sh t6, 2(s0)'],
  [asm.r('MULHSU', 10, 11, 12), 'mulhsu a0, a1, a2'],
  [asm.i('SRAI', 10, 10, 31), 'srai a0, a0, 31'],
  [asm.i('ADDI', 0, 0, 0), 'addi zero, zero, 0'],
  [asm.branch('BGEU', 3, 4, -8), 'bgeu gp, tp, 0xff8'],
  [asm.jal(RA, 2048), 'jal ra, 0x1800'],
  [asm.jalr(0, RA, 0), 'jalr zero, 0(ra)'],
  [asm.lui(10, 0xfffff), 'lui a0, 0xfffff'],
  [asm.auipc(10, 1), 'auipc a0, 0x1'],
  [asm.FENCE, 'fence'],
  [asm.ECALL, 'ecall'],
  [0xffffffff, '.word 0xffffffff'],
])('%i is %s', (word, text) => {
  expect(disassemble(word, 0x1000)).toBe(text);
});
