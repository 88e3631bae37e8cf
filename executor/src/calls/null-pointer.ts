/**
 * @module The page at null: no access goes there unless a segment of the program does. A proof knows nothing of this, so it
 * protects the guest's author alone.
 */
import type { Program } from '../program/program.ts';
import type { Refusal } from './trap.ts';

/**
 * @param what - what wants to access memory, for the message.
 * @param length - bytes from `address` on; an access without any reaches nothing.
 * @returns why it cannot, if so.
 */
export function nullPointerFault(program: Program, what: string, address: number, length: number): Refusal | undefined {
  if (length === 0 || address >= program.memoryStart) return undefined;
  const where = `0x${address.toString(16)}`;
  return { code: 'NULL_POINTER', reason: `${what} ${where}, by a null pointer: no segment of the program lies there` };
}
