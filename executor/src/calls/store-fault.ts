/**
 * @module What a guest must not write to: its code, and the segments that its linker made read-only. A proof knows nothing of this
 * (it keeps the program in a table apart, and constants in ordinary memory), so it protects the guest's author alone.
 */

import { SEPARATE_DATA } from '../program/elf.ts';
import { overlapsCode, overlapsFixed, type Program } from '../program/program.ts';
import { sectionAt } from '../program/sections.ts';
import type { Refusal } from './trap.ts';

/**
 * @param what - what wants to write, for the message: 'store', say.
 * @param from - first address of the bytes. @param to - the address behind them.
 * @returns why it cannot, if so.
 */
export function storeFault(program: Program, what: string, from: number, to: number): Refusal | undefined {
  if (!overlapsFixed(program, from, to)) return undefined;
  const where = `0x${from.toString(16)}`;
  const segment = program.image.segments.find((s) => from < s.address + s.memorySize && s.address < to);
  const section = sectionAt(program.elf, Math.max(from, segment?.address ?? 0));
  const name = section === undefined ? '' : ` (${section})`;
  if (!overlapsCode(program, from, to))
    return { code: 'STORE_TO_CONSTANT', reason: `${what} to ${where}, in a read-only segment${name}` };
  // In a segment of both, the linker is to blame.
  const why = segment?.writable === true ? `, in a segment that is writable and executable; ${SEPARATE_DATA}` : '';
  return { code: 'STORE_TO_CODE', reason: `${what} to the code at ${where}${name}${why}` };
}
