/** Which chip proves an instruction, by the registers that it names, and what it is proven as. */
import { describe, expect, it } from 'vitest';
import * as asm from './assembler.ts';
import { asProven, classOf, decode, type Instruction, OP } from './isa.ts';

const PC = 0x1000;
const proven = (word: number): Instruction => asProven(decode(word, PC));
const [A, B, C] = [5, 6, 7];

describe('the class of an instruction', () => {
  it.each([
    ['a sum into a third register', asm.r('ADD', A, B, C), 'add'],
    ['a sum into its first operand', asm.r('ADD', A, A, C), 'add_in_place'],
    ['a sum into its second', asm.r('ADD', A, B, A), 'add_in_place'],
    ['a register doubled', asm.r('ADD', A, A, A), 'add_in_place'],
    ['a sum that is dropped', asm.r('ADD', 0, 0, C), 'add'],
    ['a difference into its first operand', asm.r('SUB', A, A, C), 'add_in_place'],
    ['a difference into its second', asm.r('SUB', A, B, A), 'add'],
    ['an immediate added in place', asm.i('ADDI', A, A, 7), 'addi_in_place'],
    ['nothing added in place', asm.i('ADDI', A, A, 0), 'addi_in_place'],
    ['an immediate added', asm.i('ADDI', A, B, 7), 'addi'],
    ['a move', asm.i('ADDI', A, B, 0), 'move'],
    ['a move that is dropped', asm.i('ADDI', 0, B, 0), 'move'],
    ['a constant', asm.i('ADDI', A, 0, 7), 'const'],
    ['nothing', asm.i('ADDI', 0, 0, 0), 'const'],
    ['bits into the second operand', asm.r('XOR', A, B, A), 'bitwise_in_place'],
    ['bits into a third register', asm.r('AND', A, B, C), 'bitwise'],
    ['a shift of a register by itself', asm.r('SLL', A, B, A), 'shift'],
    ['a comparison into its first operand', asm.r('SLT', A, A, C), 'slt'],
    ['an equality', asm.branch('BEQ', A, B, 8), 'branch_eq'],
    ['an equality with x0', asm.branch('BNE', A, 0, 8), 'branch_zero'],
    ['an equality of x0', asm.branch('BEQ', 0, B, 8), 'branch_zero'],
    ['a comparison with x0', asm.branch('BLT', A, 0, 8), 'branch_lt'],
  ] as const)('%s', (_, word, name) => expect(classOf(proven(word))).toBe(name));
});

describe('what an instruction is proven as', () => {
  it('operands whose order is no matter: the one that is overwritten first, x0 last', () => {
    for (const op of ['ADD', 'AND', 'OR', 'XOR'] as const)
      expect(proven(asm.r(op, A, B, A))).toEqual(decode(asm.r(op, A, A, B), PC));
    for (const op of ['BEQ', 'BNE'] as const)
      expect(proven(asm.branch(op, 0, B, 8))).toEqual(decode(asm.branch(op, B, 0, 8), PC));
  });
  it('an immediate added to x0: that number', () => {
    const { op, rd, rs1, rs2, imm, target } = proven(asm.i('ADDI', A, 0, -7));
    expect([op, rd, rs1, rs2, imm, target]).toEqual([OP.CONST, A, 0, 0, -7, PC + 4]);
  });
  it('anything else as it stands', () => {
    for (const word of [
      asm.r('SUB', A, B, A),
      asm.r('SLL', A, B, A),
      asm.r('SLTU', A, B, A),
      asm.r('MUL', A, B, A),
      asm.i('ADDI', A, B, 0),
      asm.i('XORI', A, 0, 7),
      asm.branch('BGEU', 0, B, 8),
      asm.store('SW', 0, B, 8),
    ])
      expect(proven(word)).toEqual(decode(word, PC));
  });
});
