/**
 * @module What system calls check before they run.
 */
import { MAX_HINT } from '../program/abi.ts';
import { MEMORY_END } from '../program/layout.ts';
import { overlapsCode, type Program } from '../program/program.ts';
import type { Refusal } from './trap.ts';

/** Why a HINT_READ to these addresses cannot be, if so. */
export function hintReadFault(program: Program, pointer: number, length: number): Refusal | undefined {
  const where = `0x${pointer.toString(16)}`;
  if (pointer % 4 !== 0) return { code: 'HINT', reason: `HINT_READ to ${where}, not a multiple of 4` };
  if (length >= MAX_HINT || pointer + length > MEMORY_END)
    return { code: 'HINT', reason: `HINT_READ of ${length} bytes reaches beyond memory` };
  if (overlapsCode(program, pointer, pointer + length))
    return { code: 'STORE_TO_CODE', reason: `HINT_READ to the code, from ${where} on` };
  return undefined;
}
