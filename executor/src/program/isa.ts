/**
 * @module RV32IM, as one table: operations, the event class that records each, and the decoder.
 * Source: RISC-V Unprivileged Specification 20240411, chapters 2 (RV32I) and 12 (M).
 *
 * Operation codes of one class are spaced so that a chip writes its operation as a linear function of its flags.
 */

import { checkInteger } from '@weft/primitives/arguments';
import { MEMORY_END } from './layout.ts';

/** Operation codes as they stand in the program table; 0 marks a word that is no instruction. */
export const OP = {
  INVALID: 0,
  ADD: 1,
  SUB: 2,
  ADDI: 3,
  /** rd = constant, pc = constant: LUI, AUIPC, JAL and FENCE. */
  CONST: 4,
  AND: 5,
  OR: 6,
  XOR: 7,
  ANDI: 8,
  ORI: 9,
  XORI: 10,
  SLTU: 12,
  SLT: 13,
  SLTIU: 14,
  SLTI: 15,
  SLL: 16,
  SRL: 17,
  SRA: 18,
  SLLI: 20,
  SRLI: 21,
  SRAI: 22,
  BEQ: 24,
  BNE: 25,
  /** + 1 signed, + 2 taken when not less. */
  BLTU: 28,
  BLT: 29,
  BGEU: 30,
  BGE: 31,
  LW: 32,
  SW: 33,
  /** + 1 sign-extending, + 2 half word. */
  LBU: 36,
  LB: 37,
  LHU: 38,
  LH: 39,
  SB: 40,
  SH: 41,
  JALR: 42,
  MUL: 44,
  MULH: 45,
  MULHU: 46,
  MULHSU: 47,
  /** + 1 signed, + 2 remainder. */
  DIVU: 48,
  DIV: 49,
  REMU: 50,
  REM: 51,
  ECALL: 52,
} as const;

/** Event classes of instructions: one chip each. The interpreter's cases are their numbers. */
export const INSTRUCTION_CLASSES = [
  'add',
  'addi',
  'const',
  'bitwise',
  'bitwise_imm',
  'slt',
  'slt_imm',
  'shift',
  'shift_imm',
  'branch_eq',
  'branch_lt',
  'load_word',
  'store_word',
  'load_sub',
  'store_sub',
  'jalr',
  'mul',
  'mulh',
  'divrem',
  'ecall',
  'add_in_place',
  'addi_in_place',
  'branch_zero',
  'move',
  'bitwise_in_place',
] as const;
export type InstructionClass = (typeof INSTRUCTION_CLASSES)[number];

const CLASS_OF: Readonly<Record<keyof typeof OP, InstructionClass | undefined>> = {
  INVALID: undefined,
  ADD: 'add',
  SUB: 'add',
  ADDI: 'addi',
  CONST: 'const',
  AND: 'bitwise',
  OR: 'bitwise',
  XOR: 'bitwise',
  ANDI: 'bitwise_imm',
  ORI: 'bitwise_imm',
  XORI: 'bitwise_imm',
  SLTU: 'slt',
  SLT: 'slt',
  SLTIU: 'slt_imm',
  SLTI: 'slt_imm',
  SLL: 'shift',
  SRL: 'shift',
  SRA: 'shift',
  SLLI: 'shift_imm',
  SRLI: 'shift_imm',
  SRAI: 'shift_imm',
  BEQ: 'branch_eq',
  BNE: 'branch_eq',
  BLTU: 'branch_lt',
  BLT: 'branch_lt',
  BGEU: 'branch_lt',
  BGE: 'branch_lt',
  LW: 'load_word',
  SW: 'store_word',
  LBU: 'load_sub',
  LB: 'load_sub',
  LHU: 'load_sub',
  LH: 'load_sub',
  SB: 'store_sub',
  SH: 'store_sub',
  JALR: 'jalr',
  MUL: 'mul',
  MULH: 'mulh',
  MULHU: 'mulh',
  MULHSU: 'mulh',
  DIVU: 'divrem',
  DIV: 'divrem',
  REMU: 'divrem',
  REM: 'divrem',
  ECALL: 'ecall',
};

/** Event class by operation code, of instructions that name any registers; see {@link classOf}. */
export const CLASS_BY_OP: readonly (InstructionClass | undefined)[] = (() => {
  const out: (InstructionClass | undefined)[] = new Array(64).fill(undefined);
  for (const [name, op] of Object.entries(OP)) out[op] = CLASS_OF[name as keyof typeof OP];
  return out;
})();

/** The event class of an instruction; `undefined` where it is none. Some registers save their chip an access (ADR 30). */
export function classOf({ op, rd, rs1, rs2, imm }: Instruction): InstructionClass | undefined {
  const name = CLASS_BY_OP[op];
  if (rd === rs1 && (name === 'add' || name === 'addi' || name === 'bitwise')) return `${name}_in_place`;
  if (name === 'addi' && imm === 0) return 'move';
  if (name === 'branch_eq' && rs2 === 0) return 'branch_zero';
  return name;
}

/** Operations whose operands may stand in any order. */
const COMMUTATIVE: readonly number[] = [OP.ADD, OP.AND, OP.OR, OP.XOR];

/** One decoded instruction. `rd` is 32 where the instruction writes x0, and for FENCE. */
export interface Instruction {
  readonly op: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  /** Immediate, sign-extended; for CONST the value of rd; 0 to 31 for immediate shifts. */
  readonly imm: number;
  /** Where the pc goes: of branches when taken, otherwise (JALR and ECALL apart) always. */
  readonly target: number;
}

/** The instruction that does the same and is cheapest to prove: as programs have it (ADR 30). */
export function asProven(instruction: Instruction): Instruction {
  const { op, rd, rs1, rs2 } = instruction;
  // x0 is 0, so the result is known.
  if (op === OP.ADDI && rs1 === 0) return { ...instruction, op: OP.CONST };
  const isSwapped = (COMMUTATIVE.includes(op) && rd === rs2) || ((op === OP.BEQ || op === OP.BNE) && rs1 === 0);
  return isSwapped ? { ...instruction, rs1: rs2, rs2: rs1 } : instruction;
}

const INVALID: Instruction = { op: OP.INVALID, rd: 0, rs1: 0, rs2: 0, imm: 0, target: 0 };
const DUMP = 32;

const REGISTER_OPS: Readonly<Record<number, readonly number[]>> = {
  0: [OP.ADD, OP.SLL, OP.SLT, OP.SLTU, OP.XOR, OP.SRL, OP.OR, OP.AND],
  32: [OP.SUB, 0, 0, 0, 0, OP.SRA, 0, 0],
  1: [OP.MUL, OP.MULH, OP.MULHSU, OP.MULHU, OP.DIV, OP.DIVU, OP.REM, OP.REMU],
};
const IMMEDIATE_OPS = [OP.ADDI, 0, OP.SLTI, OP.SLTIU, OP.XORI, 0, OP.ORI, OP.ANDI];
const BRANCH_OPS = [OP.BEQ, OP.BNE, 0, 0, OP.BLT, OP.BGE, OP.BLTU, OP.BGEU];
const LOAD_OPS = [OP.LB, OP.LH, OP.LW, 0, OP.LBU, OP.LHU, 0, 0];
const STORE_OPS = [OP.SB, OP.SH, OP.SW, 0, 0, 0, 0, 0];

/**
 * Decodes one word at `pc`. Everything that is not RV32IM, ECALL or FENCE, and every jump or branch to a target that is
 * misaligned or beyond memory, decodes as INVALID: such an instruction is unprovable.
 */
export function decode(word: number, pc: number): Instruction {
  checkInteger('word', word, 0, 2 ** 32 - 1);
  checkInteger('pc', pc, 0, 2 ** 32 - 4);
  const rd = (word >>> 7) & 31 || DUMP;
  const rs1 = (word >>> 15) & 31;
  const rs2 = (word >>> 20) & 31;
  const funct3 = (word >>> 12) & 7;
  const funct7 = word >>> 25;
  const immI = word >> 20;
  const next = pc + 4;
  const valid = (op: number | undefined, rest: Partial<Instruction>): Instruction =>
    op === undefined || op === 0 ? INVALID : { ...INVALID, op, target: next, ...rest };
  const jump = (op: number | undefined, target: number, rest: Partial<Instruction>): Instruction =>
    (target & 3) !== 0 || target >= MEMORY_END ? INVALID : valid(op, { ...rest, target });
  switch (word & 0x7f) {
    case 0x33:
      return valid(REGISTER_OPS[funct7]?.[funct3], { rd, rs1, rs2 });
    case 0x13:
      if (funct3 === 1) return valid(funct7 === 0 ? OP.SLLI : 0, { rd, rs1, imm: rs2 });
      if (funct3 === 5) return valid(funct7 === 0 ? OP.SRLI : funct7 === 0x20 ? OP.SRAI : 0, { rd, rs1, imm: rs2 });
      return valid(IMMEDIATE_OPS[funct3], { rd, rs1, imm: immI });
    case 0x03:
      return valid(LOAD_OPS[funct3], { rd, rs1, imm: immI });
    case 0x23:
      return valid(STORE_OPS[funct3], { rs1, rs2, imm: ((word >> 25) << 5) | ((word >>> 7) & 31) });
    case 0x63: {
      const offset = ((word >> 31) << 12) | ((word << 4) & 0x800) | ((word >>> 20) & 0x7e0) | ((word >>> 7) & 0x1e);
      return jump(BRANCH_OPS[funct3], (pc + offset) >>> 0, { rs1, rs2 });
    }
    case 0x6f: {
      const offset = ((word >> 31) << 20) | (word & 0xff000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe);
      return jump(OP.CONST, (pc + offset) >>> 0, { rd, imm: next | 0 });
    }
    case 0x67:
      return valid(funct3 === 0 ? OP.JALR : 0, { rd, rs1, imm: immI });
    case 0x37:
      return valid(OP.CONST, { rd, imm: word & 0xfffff000 });
    case 0x17:
      return valid(OP.CONST, { rd, imm: (pc + (word & 0xfffff000)) | 0 });
    case 0x0f:
      // FENCE orders nothing on one hart without devices: a write of 0 to the dump cell.
      return valid(funct3 === 0 ? OP.CONST : 0, { rd: DUMP });
    case 0x73:
      return valid(word === 0x73 ? OP.ECALL : 0, {});
    default:
      return INVALID;
  }
}
