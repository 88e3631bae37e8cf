/**
 * @module System calls: the SP1 rv32 ABI (t0 = code, a0, a1, a2 arguments, result in t0), versions 2 to 5.
 */

import { MEMORY_END } from './layout.ts';
import { overlapsCode, type Program } from './program.ts';
import type { Refusal } from './trap.ts';

export const SYSCALL = {
  HALT: 0x00,
  WRITE: 0x02,
  ENTER_UNCONSTRAINED: 0x03,
  EXIT_UNCONSTRAINED: 0x04,
  COMMIT: 0x10,
  COMMIT_DEFERRED_PROOFS: 0x1a,
  HINT_LEN: 0xf0,
  HINT_READ: 0xf1,
} as const;

/** File descriptors of WRITE; public values and hints have one number up to v3 and another from v4 on. */
export const FD = { stdout: [1], stderr: [2], publicValues: [3, 13], hint: [4, 14] } as const;

/** What HINT_LEN returns when no item is left. */
export const NO_HINT = 0xffffffff;
/** One WRITE moves at most this many bytes; more is taken for a wild length. */
export const MAX_WRITE: number = 2 ** 28;
/** Bytes of one hint: its length is range-checked to 30 bits. */
export const MAX_HINT: number = 2 ** 30;

/** Register numbers of the calling convention. */
export const T0 = 5;
export const A0 = 10;
export const A1 = 11;
export const A2 = 12;

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
