/* ECDSA (SEC 1, 4.1.4) by precompiles. rt/ecdsa.c, rt/weierstrass.c and rt/precompiles.c are compiled with the guest. */
#ifndef WEFT_ECDSA_H
#define WEFT_ECDSA_H
#include "weierstrass.h"
#ifdef __cplusplus
extern "C" {
#endif

/* y^2 = x^3 + a x + b, and a generator of `order` points. */
typedef struct {
  const weft_curve *points;
  uint32_t decompress;
  weft_u256 modulus, a, b, order;
  weft_point generator;
} weft_signing_curve;

extern const weft_signing_curve weft_ecdsa_k1, weft_ecdsa_r1;

/*
 * The public key of some bytes as SEC 1 has them: 33, compressed, or 65. @returns whether they are a key: a point on the curve. Ends the run
 * for a compressed key whose x no point has.
 */
int weft_ecdsa_key(const weft_signing_curve *curve, weft_point *key, const uint8_t *bytes, uint32_t length);
/*
 * @param hash - 32 bytes, highest first. @param signature - r and s, of 32 bytes each. A high s is as good as a low one.
 * @returns whether the key signed the hash. Takes the inverse of s from the host, and checks it.
 */
int weft_ecdsa_verify(const weft_signing_curve *curve, const weft_point *key, const uint8_t hash[32], const uint8_t signature[64]);
#ifdef __cplusplus
}
#endif
#endif
