/**
 * @module RV32IM semantics on big integers, written from the specification's prose and from nothing of Weft's.
 */
import type { BranchOp, ImmediateOp, RegisterOp } from '../program/assembler.ts';

const MASK = 0xffffffffn;
const unsigned = (x: bigint): bigint => x & MASK;
const signed = (x: bigint): bigint => (unsigned(x) >= 0x80000000n ? unsigned(x) - 0x100000000n : unsigned(x));
/** Division rounds towards zero, also for big integers. */
const quotient = (a: bigint, b: bigint): bigint => (b === 0n ? -1n : a / b);
const remainder = (a: bigint, b: bigint): bigint => (b === 0n ? a : a - (a / b) * b);

const OPERATIONS: Record<string, (a: bigint, b: bigint) => bigint> = {
  ADD: (a, b) => a + b,
  SUB: (a, b) => a - b,
  SLL: (a, b) => a << (b & 31n),
  SRL: (a, b) => unsigned(a) >> (b & 31n),
  SRA: (a, b) => signed(a) >> (b & 31n),
  SLT: (a, b) => (signed(a) < signed(b) ? 1n : 0n),
  SLTU: (a, b) => (unsigned(a) < unsigned(b) ? 1n : 0n),
  XOR: (a, b) => a ^ b,
  OR: (a, b) => a | b,
  AND: (a, b) => a & b,
  MUL: (a, b) => a * b,
  MULH: (a, b) => (signed(a) * signed(b)) >> 32n,
  MULHSU: (a, b) => (signed(a) * unsigned(b)) >> 32n,
  MULHU: (a, b) => (unsigned(a) * unsigned(b)) >> 32n,
  DIV: (a, b) => quotient(signed(a), signed(b)),
  DIVU: (a, b) => quotient(unsigned(a), unsigned(b)),
  REM: (a, b) => remainder(signed(a), signed(b)),
  REMU: (a, b) => remainder(unsigned(a), unsigned(b)),
};

/** The result of an operation on 32-bit words, as an unsigned number. */
export function compute(op: RegisterOp | ImmediateOp, a: number, b: number): number {
  const name = op === 'SLTIU' ? 'SLTU' : op.endsWith('I') ? op.slice(0, -1) : op;
  return Number(unsigned(OPERATIONS[name]!(unsigned(BigInt(a)), unsigned(BigInt(b)))));
}

export function taken(op: BranchOp, a: number, b: number): boolean {
  const [x, y] = [BigInt(a >>> 0), BigInt(b >>> 0)];
  switch (op) {
    case 'BEQ':
      return x === y;
    case 'BNE':
      return x !== y;
    case 'BLT':
      return signed(x) < signed(y);
    case 'BGE':
      return signed(x) >= signed(y);
    case 'BLTU':
      return x < y;
    case 'BGEU':
      return x >= y;
  }
}
