/*
 * Precompiles of Weft for guests in C and C++: each call is one cycle. What stands below as a function without a body is in
 * rt/precompiles.c, which is compiled with the guest.
 *
 * All pointers are 4-aligned. Numbers are words in rising order, points x before y. A call whose operands have no result ends the run,
 * so that there is no proof of a wrong one; where that may be, the comment says when, and the guest must look first if it shall go on.
 * No call checks that a point is on its curve or in a subgroup.
 */
#ifndef WEFT_PRECOMPILES_H
#define WEFT_PRECOMPILES_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

enum {
  WEFT_SHA_EXTEND = 0x00300105,
  WEFT_SHA_EXTEND_BYTES = 0x00300205,
  WEFT_SHA_COMPRESS = 0x00010106,
  WEFT_KECCAK_PERMUTE = 0x00010109,
  WEFT_ED_ADD = 0x00010107,
  WEFT_ED_DECOMPRESS = 0x00000108,
  WEFT_SECP256K1_ADD = 0x0001010a,
  WEFT_SECP256K1_DOUBLE = 0x0000010b,
  WEFT_SECP256K1_DECOMPRESS = 0x0000010c,
  WEFT_SECP256R1_ADD = 0x0001012c,
  WEFT_SECP256R1_DOUBLE = 0x0000012d,
  WEFT_SECP256R1_DECOMPRESS = 0x0000012e,
  WEFT_BN254_ADD = 0x0001010e,
  WEFT_BN254_DOUBLE = 0x0000010f,
  WEFT_BN254_FP_ADD = 0x00010126,
  WEFT_BN254_FP_SUB = 0x00010127,
  WEFT_BN254_FP_MUL = 0x00010128,
  WEFT_BN254_FP2_ADD = 0x00010129,
  WEFT_BN254_FP2_SUB = 0x0001012a,
  WEFT_BN254_FP2_MUL = 0x0001012b,
  WEFT_BLS12381_ADD = 0x0001011e,
  WEFT_BLS12381_DOUBLE = 0x0000011f,
  WEFT_BLS12381_DECOMPRESS = 0x0000011c,
  WEFT_BLS12381_FP_ADD = 0x00010120,
  WEFT_BLS12381_FP_SUB = 0x00010121,
  WEFT_BLS12381_FP_MUL = 0x00010122,
  WEFT_BLS12381_FP2_ADD = 0x00010123,
  WEFT_BLS12381_FP2_SUB = 0x00010124,
  WEFT_BLS12381_FP2_MUL = 0x00010125,
  WEFT_UINT256_MUL = 0x0001011d,
  WEFT_U256XU2048_MUL = 0x0001012f,
  WEFT_POSEIDON2_PERMUTE = 0x00000133
};

typedef struct { uint32_t words[8]; } weft_u256;
typedef struct { uint32_t words[12]; } weft_u384;
typedef struct { uint32_t words[64]; } weft_u2048;
typedef struct { weft_u256 x, y; } weft_point256;
typedef struct { weft_u384 x, y; } weft_point384;
/* Of a point that is to be decompressed: y, which is not given, comes first. */
typedef struct { weft_u256 y, x; } weft_compressed256;
typedef struct { weft_u384 y, x; } weft_compressed384;
/* c0 + c1 i, where i^2 = -1. */
typedef struct { weft_u256 c0, c1; } weft_bn254_fp2;
typedef struct { weft_u384 c0, c1; } weft_bls12381_fp2;
/* By what to multiply, modulo what; the modulus 0 stands for 2^256. */
typedef struct { weft_u256 factor, modulus; } weft_factor;

/* Any call that takes two arguments: `y` is a number or a pointer. */
static inline void weft_call(uint32_t code, void *x, uint32_t y) {
  register uint32_t t0 __asm__("t0") = code;
  register uint32_t a0 __asm__("a0") = (uint32_t)(uintptr_t)x;
  register uint32_t a1 __asm__("a1") = y;
  __asm__ volatile("ecall" : "+r"(t0) : "r"(a0), "r"(a1) : "memory");
}
static inline void weft_call_on(uint32_t code, void *x, const void *y) { weft_call(code, x, (uint32_t)(uintptr_t)y); }

/* The message schedule of SHA-256: words 16 to 63 from the first 16. */
static inline void weft_sha256_extend(uint32_t schedule[64]) { weft_call(WEFT_SHA_EXTEND, schedule, 0); }
/* The same of sixteen words that are the bytes of a message as they come: no guest has to swap them. A call of Weft's own. */
static inline void weft_sha256_extend_bytes(uint32_t schedule[64]) { weft_call(WEFT_SHA_EXTEND_BYTES, schedule, 0); }
/* The compression function of SHA-256. Ends the run when both are at one address. */
static inline void weft_sha256_compress(const uint32_t schedule[64], uint32_t state[8]) {
  weft_call_on(WEFT_SHA_COMPRESS, (void *)(uintptr_t)schedule, state);
}
/* SHA-256 of some bytes. Quickest where `bytes` is 4-aligned. */
void weft_sha256_of(const void *bytes, uint32_t length, uint8_t digest[32]);

/* Keccak-f[1600]: lane (x, y) is words 2 (5 y + x), its lower half, and the one behind it. */
static inline void weft_keccak_permute(uint32_t lanes[50]) { weft_call(WEFT_KECCAK_PERMUTE, lanes, 0); }
/* Keccak-256 as Ethereum has it: padded by 0x01, not by SHA-3's 0x06. Quickest where `bytes` is 4-aligned. */
void weft_keccak256_of(const void *bytes, uint32_t length, uint8_t digest[32]);

/* edwards25519. Points of the curve have a sum, all of them; others may have none, which ends the run. Numbers need not be reduced. */
static inline void weft_ed25519_add(weft_point256 *p, const weft_point256 *q) { weft_call_on(WEFT_ED_ADD, p, q); }
/* x from y and its parity, 0 or 1; x = 0 has both. Ends the run when y is not reduced, its highest bit included, or no point has it. */
static inline void weft_ed25519_decompress(weft_point256 *p, uint32_t parity) { weft_call(WEFT_ED_DECOMPRESS, p, parity); }

/*
 * p += q and p += p on curves whose points at infinity and equal or opposite points are the guest's to tell apart: rt/weierstrass.h does.
 * ADD ends the run when an x is not reduced or both are the same, DOUBLE when y is not reduced or 0. Results are reduced.
 */
static inline void weft_secp256k1_add(weft_point256 *p, const weft_point256 *q) { weft_call_on(WEFT_SECP256K1_ADD, p, q); }
static inline void weft_secp256k1_double(weft_point256 *p) { weft_call(WEFT_SECP256K1_DOUBLE, p, 0); }
static inline void weft_secp256r1_add(weft_point256 *p, const weft_point256 *q) { weft_call_on(WEFT_SECP256R1_ADD, p, q); }
static inline void weft_secp256r1_double(weft_point256 *p) { weft_call(WEFT_SECP256R1_DOUBLE, p, 0); }
static inline void weft_bn254_add(weft_point256 *p, const weft_point256 *q) { weft_call_on(WEFT_BN254_ADD, p, q); }
static inline void weft_bn254_double(weft_point256 *p) { weft_call(WEFT_BN254_DOUBLE, p, 0); }
static inline void weft_bls12381_add(weft_point384 *p, const weft_point384 *q) { weft_call_on(WEFT_BLS12381_ADD, p, q); }
static inline void weft_bls12381_double(weft_point384 *p) { weft_call(WEFT_BLS12381_DOUBLE, p, 0); }

/* y from x and the parity of y, 0 or 1. Ends the run when x is not reduced or no point has it. */
static inline void weft_secp256k1_decompress(weft_compressed256 *p, uint32_t parity) { weft_call(WEFT_SECP256K1_DECOMPRESS, p, parity); }
static inline void weft_secp256r1_decompress(weft_compressed256 *p, uint32_t parity) { weft_call(WEFT_SECP256R1_DECOMPRESS, p, parity); }
/* Likewise, `greater` being whether y is the greater of y and -y. */
static inline void weft_bls12381_decompress(weft_compressed384 *p, uint32_t greater) { weft_call(WEFT_BLS12381_DECOMPRESS, p, greater); }

/* The base fields of BN254 and BLS12-381 and their extensions by i: a += b, a -= b, a *= b. Operands need not be reduced, results are. */
static inline void weft_bn254_fp_add(weft_u256 *a, const weft_u256 *b) { weft_call_on(WEFT_BN254_FP_ADD, a, b); }
static inline void weft_bn254_fp_sub(weft_u256 *a, const weft_u256 *b) { weft_call_on(WEFT_BN254_FP_SUB, a, b); }
static inline void weft_bn254_fp_mul(weft_u256 *a, const weft_u256 *b) { weft_call_on(WEFT_BN254_FP_MUL, a, b); }
static inline void weft_bn254_fp2_add(weft_bn254_fp2 *a, const weft_bn254_fp2 *b) { weft_call_on(WEFT_BN254_FP2_ADD, a, b); }
static inline void weft_bn254_fp2_sub(weft_bn254_fp2 *a, const weft_bn254_fp2 *b) { weft_call_on(WEFT_BN254_FP2_SUB, a, b); }
static inline void weft_bn254_fp2_mul(weft_bn254_fp2 *a, const weft_bn254_fp2 *b) { weft_call_on(WEFT_BN254_FP2_MUL, a, b); }
static inline void weft_bls12381_fp_add(weft_u384 *a, const weft_u384 *b) { weft_call_on(WEFT_BLS12381_FP_ADD, a, b); }
static inline void weft_bls12381_fp_sub(weft_u384 *a, const weft_u384 *b) { weft_call_on(WEFT_BLS12381_FP_SUB, a, b); }
static inline void weft_bls12381_fp_mul(weft_u384 *a, const weft_u384 *b) { weft_call_on(WEFT_BLS12381_FP_MUL, a, b); }
static inline void weft_bls12381_fp2_add(weft_bls12381_fp2 *a, const weft_bls12381_fp2 *b) { weft_call_on(WEFT_BLS12381_FP2_ADD, a, b); }
static inline void weft_bls12381_fp2_sub(weft_bls12381_fp2 *a, const weft_bls12381_fp2 *b) { weft_call_on(WEFT_BLS12381_FP2_SUB, a, b); }
static inline void weft_bls12381_fp2_mul(weft_bls12381_fp2 *a, const weft_bls12381_fp2 *b) { weft_call_on(WEFT_BLS12381_FP2_MUL, a, b); }

/* a = a b->factor mod b->modulus. Ends the run when the quotient has more than 256 bits; it has not when one factor is below the modulus. */
static inline void weft_uint256_mul(weft_u256 *a, const weft_factor *b) { weft_call_on(WEFT_UINT256_MUL, a, b); }

/* a b = low + 2^2048 high. Ends the run when `low` and `high`, or `a` and `b`, overlap. */
static inline void weft_u256xu2048_mul(const weft_u256 *a, const weft_u2048 *b, weft_u2048 *low, weft_u256 *high) {
  register uint32_t t0 __asm__("t0") = WEFT_U256XU2048_MUL;
  register const void *a0 __asm__("a0") = a;
  register const void *a1 __asm__("a1") = b;
  register void *a2 __asm__("a2") = low;
  register void *a3 __asm__("a3") = high;
  __asm__ volatile("ecall" : "+r"(t0) : "r"(a0), "r"(a1), "r"(a2), "r"(a3) : "memory");
}

/* The Poseidon2 permutation of 16 elements of KoalaBear. Ends the run when a word is no element: 2^31 - 2^24 + 1 or more. */
static inline void weft_poseidon2_permute(uint32_t state[16]) { weft_call(WEFT_POSEIDON2_PERMUTE, state, 0); }

/* The host's inverse of a number modulo an odd prime. Nothing is proven of it: the guest must check the product. Ends the run for 0. */
weft_u256 weft_hint_inverse(const weft_u256 *number, const weft_u256 *prime);
#ifdef __cplusplus
}
#endif
#endif
