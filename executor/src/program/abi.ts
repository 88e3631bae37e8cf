/**
 * @module The SP1 rv32 ABI, versions 2 to 5: t0 = code, a0, a1, a2 arguments, result in t0. What a call does stands in its
 * file in `calls`.
 */

export const SYSCALL = {
  HALT: 0x00,
  WRITE: 0x02,
  ENTER_UNCONSTRAINED: 0x03,
  EXIT_UNCONSTRAINED: 0x04,
  COMMIT: 0x10,
  COMMIT_DEFERRED_PROOFS: 0x1a,
  HINT_LEN: 0xf0,
  HINT_READ: 0xf1,
  SHA_EXTEND: 0x00300105,
  SHA_COMPRESS: 0x00010106,
} as const;

/** File descriptors of WRITE; public values and hints have one number up to v3 and another from v4 on. */
export const FD = { stdout: [1], stderr: [2], publicValues: [3, 13], hint: [4, 14] } as const;

/** What HINT_LEN returns when no item is left. */
export const NO_HINT = 0xffffffff;
/** One hint has fewer bytes: its length is range-checked to 29 bits, so that no difference of two lengths wraps modulo p. */
export const MAX_HINT: number = 2 ** 29;

/** Register numbers of the calling convention. */
export const T0 = 5;
export const A0 = 10;
export const A1 = 11;
export const A2 = 12;
