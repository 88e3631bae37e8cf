/**
 * @module What JavaScript has no operator for: high halves of products, and RISC-V's division.
 */
import { OP } from '../program/isa.ts';

/** @param op - MULH, MULHU or MULHSU. */
export function multiplyHigh(op: number, a: number, b: number): number {
  const x = op === OP.MULHU ? BigInt(a >>> 0) : BigInt(a);
  const y = op === OP.MULH ? BigInt(b) : BigInt(b >>> 0);
  return Number(BigInt.asIntN(32, (x * y) >> 32n));
}

/** Never traps: x / 0 = -1, x % 0 = x, and the one overflow gives the dividend and 0. @param op - DIV, DIVU, REM or REMU. */
export function divide(op: number, a: number, b: number): number {
  const remainder = op >= OP.REMU;
  if (b === 0) return remainder ? a : -1;
  if ((op & 1) === 1) {
    if (a === -0x80000000 && b === -1) return remainder ? 0 : a;
    return remainder ? a % b : (a / b) | 0;
  }
  const [x, y] = [a >>> 0, b >>> 0];
  return remainder ? (x % y) | 0 : (x / y) | 0;
}
