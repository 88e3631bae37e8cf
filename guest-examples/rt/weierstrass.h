/*
 * Points of short Weierstrass curves by precompiles, with the cases that the calls leave to the guest: the point at infinity, and equal or
 * opposite points. rt/weierstrass.c and rt/precompiles.c are compiled with the guest.
 */
#ifndef WEFT_WEIERSTRASS_H
#define WEFT_WEIERSTRASS_H
#include "precompiles.h"
#ifdef __cplusplus
extern "C" {
#endif

/* A curve of prime order, or without points of order 2: y is never 0. */
typedef struct {
  /* Of a coordinate: 8 or 12. */
  int words;
  uint32_t add, twice;
} weft_curve;

extern const weft_curve weft_secp256k1, weft_secp256r1, weft_bn254, weft_bls12381;

/* A point on its curve, with reduced coordinates. */
typedef struct {
  /* x, then y, each of as many words as the curve's coordinates; any where the point is infinite. */
  uint32_t at[24];
  int is_infinite;
} weft_point;

/* p += q, for all points. */
void weft_point_add(const weft_curve *curve, weft_point *p, const weft_point *q);
/* p += p, for all points. */
void weft_point_double(const weft_curve *curve, weft_point *p);
/* k p, for any k of 256 bits. */
void weft_point_multiply(const weft_curve *curve, weft_point *out, const weft_u256 *k, const weft_point *p);
/* k p + l q, for any k and l of 256 bits: no more doublings than for one of them. */
void weft_point_combine(const weft_curve *curve, weft_point *out, const weft_u256 *k, const weft_point *p, const weft_u256 *l,
                        const weft_point *q);
#ifdef __cplusplus
}
#endif
#endif
