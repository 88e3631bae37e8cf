/**
 * @module What is said of an access that memory refuses.
 */
import { nullPointerFault } from '../calls/null-pointer.ts';
import type { Refusal } from '../calls/trap.ts';
import { OP } from '../program/isa.ts';
import { MEMORY_END } from '../program/layout.ts';
import type { Program } from '../program/program.ts';

const SP = 2;
const FP = 8;
/** An access that comes from the stack pointer by way of another register is no further from it. */
const NEAR_STACK = 2 ** 20;
const hex = (address: number): string => `0x${(address >>> 0).toString(16)}`;

/**
 * Why an access of an instruction traps.
 * @param registers - as before the instruction.
 * @param index - of the instruction, into `program.code`.
 * @param size - bytes: 1, 2 or 4.
 */
export function accessFault(
  program: Program,
  registers: Int32Array,
  index: number,
  address: number,
  size: number,
): Refusal {
  const isStore = [OP.SW, OP.SH, OP.SB].includes(program.code.op[index] as never);
  const what = `${size}-byte ${isStore ? 'store to' : 'load from'}`;
  const missing = nullPointerFault(program, what, address, size);
  if (address < MEMORY_END && missing === undefined)
    return { code: 'MISALIGNED_ACCESS', reason: `misaligned ${what} ${hex(address)}, not a multiple of ${size}` };
  const stack = stackFault(program, registers[SP]! >>> 0, program.code.rs1[index]!, address, `${what} ${hex(address)}`);
  return stack ?? missing ?? { code: 'MEMORY_RANGE', reason: `${what} ${hex(address)}, beyond memory` };
}

/** Whether the stack pointer is to blame: the address comes from it, or it has left memory and the address is near. */
function stackFault(program: Program, sp: number, base: number, address: number, what: string): Refusal | undefined {
  const isOutside = sp < program.memoryStart || sp >= MEMORY_END;
  const isNear = Math.abs(address - sp) < NEAR_STACK;
  // A program that uses no stack leaves its pointer at 0, where a null pointer is too.
  if (base !== SP && !(isOutside && isNear && sp !== 0)) return undefined;
  if (!setsStackPointer(program)) {
    const mend = 'link a start-up that sets it, such as rt/start.S of the guest examples';
    return {
      code: 'STACK_POINTER',
      reason: `${what} by a stack pointer that no instruction sets (sp ${hex(sp)}); ${mend}`,
    };
  }
  return { code: 'STACK_OVERFLOW', reason: `stack overflow: ${what}, outside of memory, with sp ${hex(sp)}` };
}

/** Whether an instruction sets the stack pointer to more than a sum of itself, or of the frame pointer that was saved from it. */
function setsStackPointer({ code }: Program): boolean {
  for (let i = 0; i < code.length; i++)
    if (code.op[i] !== OP.INVALID && code.rd[i] === SP && code.rs1[i] !== SP && code.rs1[i] !== FP) return true;
  return false;
}
