#include "weierstrass.h"
#include "integers.h"

const weft_curve weft_secp256k1 = {8, WEFT_SECP256K1_ADD, WEFT_SECP256K1_DOUBLE};
const weft_curve weft_secp256r1 = {8, WEFT_SECP256R1_ADD, WEFT_SECP256R1_DOUBLE};
const weft_curve weft_bn254 = {8, WEFT_BN254_ADD, WEFT_BN254_DOUBLE};
const weft_curve weft_bls12381 = {12, WEFT_BLS12381_ADD, WEFT_BLS12381_DOUBLE};

static void set(const weft_curve *curve, weft_point *to, const weft_point *from) {
  if (!from->is_infinite) weft_copy(to->at, from->at, 2 * curve->words);
  to->is_infinite = from->is_infinite;
}

void weft_point_double(const weft_curve *curve, weft_point *p) {
  if (!p->is_infinite) weft_call(curve->twice, p->at, 0);
}

void weft_point_add(const weft_curve *curve, weft_point *p, const weft_point *q) {
  int words = curve->words;
  if (q->is_infinite) return;
  if (p->is_infinite) {
    set(curve, p, q);
  } else if (!weft_is_equal(p->at, q->at, words)) {
    weft_call_on(curve->add, p->at, q->at);
  } else if (weft_is_equal(p->at + words, q->at + words, words)) {
    weft_point_double(curve, p);
  } else {
    p->is_infinite = 1;
  }
}

static uint32_t bits(const weft_u256 *k, int at, int count) { return k->words[at / 32] >> at % 32 & ((1u << count) - 1); }

void weft_point_multiply(const weft_curve *curve, weft_point *out, const weft_u256 *k, const weft_point *p) {
  enum { WIDTH = 4 };
  weft_point multiples[1 << WIDTH];
  multiples[0].is_infinite = 1;
  for (int i = 1; i < 1 << WIDTH; i++) {
    set(curve, &multiples[i], &multiples[i % 2 == 0 ? i / 2 : i - 1]);
    if (i % 2 == 0) {
      weft_point_double(curve, &multiples[i]);
    } else {
      weft_point_add(curve, &multiples[i], p);
    }
  }
  weft_point sum;
  sum.is_infinite = 1;
  for (int at = 256 - WIDTH; at >= 0; at -= WIDTH) {
    for (int i = 0; i < WIDTH; i++) weft_point_double(curve, &sum);
    weft_point_add(curve, &sum, &multiples[bits(k, at, WIDTH)]);
  }
  set(curve, out, &sum);
}

void weft_point_combine(const weft_curve *curve, weft_point *out, const weft_u256 *k, const weft_point *p, const weft_u256 *l,
                        const weft_point *q) {
  /* i p + j q at 4 j + i: with two bits of each scalar at a time, a table is 13 calls and the additions are half as many as bits. */
  enum { WIDTH = 2, SIDE = 1 << WIDTH };
  weft_point multiples[SIDE * SIDE];
  multiples[0].is_infinite = 1;
  for (int i = 1; i < SIDE * SIDE; i++) {
    /* Columns by p, the first of each row by q; the doubles among them are found by the addition. */
    set(curve, &multiples[i], &multiples[i % SIDE == 0 ? i - SIDE : i - 1]);
    weft_point_add(curve, &multiples[i], i % SIDE == 0 ? q : p);
  }
  weft_point sum;
  sum.is_infinite = 1;
  for (int at = 256 - WIDTH; at >= 0; at -= WIDTH) {
    for (int i = 0; i < WIDTH; i++) weft_point_double(curve, &sum);
    weft_point_add(curve, &sum, &multiples[bits(l, at, WIDTH) * SIDE + bits(k, at, WIDTH)]);
  }
  set(curve, out, &sum);
}
