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
  /** Our own: SP1 has no such call. */
  SHA_EXTEND_BYTES: 0x00300205,
  SHA_COMPRESS: 0x00010106,
  KECCAK_PERMUTE: 0x00010109,
  ED_ADD: 0x00010107,
  ED_DECOMPRESS: 0x00000108,
  SECP256K1_ADD: 0x0001010a,
  SECP256K1_DOUBLE: 0x0000010b,
  SECP256K1_DECOMPRESS: 0x0000010c,
  SECP256R1_ADD: 0x0001012c,
  SECP256R1_DOUBLE: 0x0000012d,
  SECP256R1_DECOMPRESS: 0x0000012e,
  BN254_ADD: 0x0001010e,
  BN254_DOUBLE: 0x0000010f,
  BN254_FP_ADD: 0x00010126,
  BN254_FP_SUB: 0x00010127,
  BN254_FP_MUL: 0x00010128,
  BN254_FP2_ADD: 0x00010129,
  BN254_FP2_SUB: 0x0001012a,
  BN254_FP2_MUL: 0x0001012b,
  BLS12381_ADD: 0x0001011e,
  BLS12381_DOUBLE: 0x0000011f,
  BLS12381_DECOMPRESS: 0x0000011c,
  BLS12381_FP_ADD: 0x00010120,
  BLS12381_FP_SUB: 0x00010121,
  BLS12381_FP_MUL: 0x00010122,
  BLS12381_FP2_ADD: 0x00010123,
  BLS12381_FP2_SUB: 0x00010124,
  BLS12381_FP2_MUL: 0x00010125,
  UINT256_MUL: 0x0001011d,
  U256XU2048_MUL: 0x0001012f,
  /** Of SP1 version 6. */
  POSEIDON2_PERMUTE: 0x00000133,
} as const;

/**
 * File descriptors of WRITE; public values and hints have one number up to v3 and another from v4 on. A hint was read after all input up to
 * v3, and is read before it from v4 on.
 */
export const FD = { stdout: [1], stderr: [2], publicValues: [3, 13], lastHint: [4], firstHint: [14] } as const;

/** What HINT_LEN returns when no item is left. */
export const NO_HINT = 0xffffffff;
/** One hint has fewer bytes: its length is range-checked to 29 bits, so that no difference of two lengths wraps modulo p. */
export const MAX_HINT: number = 2 ** 29;

/** Register numbers of the calling convention. */
export const T0 = 5;
export const A0 = 10;
export const A1 = 11;
export const A2 = 12;
/** Where Linux takes the code of a call from. */
export const A7 = 17;
