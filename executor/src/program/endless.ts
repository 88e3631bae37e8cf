/**
 * @module Jumps that end nothing: an unconditional jump back over instructions that do the same each time. A run that comes to one
 * never halts, so the interpreter stops there instead of counting cycles.
 */
import { CLASS_BY_OP, type InstructionClass, OP } from './isa.ts';
import type { Code } from './program.ts';

/** Instructions that such a jump may go back over. */
const LONGEST = 8;
/** Marks the jump in {@link Code.packed}, where a constant has no register to name. */
export const ENDLESS: number = 1 << 16;
const DUMP = 32;

/** What has no effect when it writes nowhere. */
const ARITHMETIC: readonly (InstructionClass | undefined)[] = [
  ...([
    'add',
    'addi',
    'bitwise',
    'bitwise_imm',
    'slt',
    'slt_imm',
    'shift',
    'shift_imm',
    'mul',
    'mulh',
    'divrem',
  ] as const),
];

/** Marks the jumps of a program that end nothing. */
export function markEndless({ base, length, op, rd, target, packed }: Code): void {
  for (let i = 0; i < length; i++) {
    if (op[i] !== OP.CONST) continue;
    const back = i - (target[i]! - base) / 4;
    if (back < 0 || back > LONGEST || back > i) continue;
    let isIdle = true;
    for (let k = i - back; k < i; k++) {
      // The constants and nops behind which the same state comes again.
      const isConstant = op[k] === OP.CONST && target[k] === base + 4 * (k + 1);
      isIdle &&= isConstant || (rd[k] === DUMP && ARITHMETIC.includes(CLASS_BY_OP[op[k]!]));
    }
    if (isIdle) packed[4 * i]! |= ENDLESS;
  }
}
