/*
 * Points and numbers of BN254 by precompiles. Input items are questions, each answered by public values. Numbers have 32 bytes, highest first; the
 * point at infinity is (0, 0), as in EIP-196:
 *   1, x1, y1, x2, y2: the sum of two points; 2, x, y, k: k times a point; both as 1, x, y, or 0 where something is no point
 *   3, a0, a1, b0, b1: sum, difference and product of a0 + a1 i and b0 + b1 i, two numbers each
 */
#include "integers.h"
#include "weft.h"
#include "weierstrass.h"

enum { WORDS = 8, BYTES = 32 };
enum { ADD = 1, MULTIPLY = 2, EXTENSION = 3 };

static const weft_u256 MODULUS = {{0xd87cfd47, 0x3c208c16, 0x6871ca8d, 0x97816a91, 0x8181585d, 0xb85045b6, 0xe131a029, 0x30644e72}};

static weft_u256 number(const uint8_t **bytes) {
  weft_u256 out;
  weft_load(out.words, *bytes, WORDS);
  *bytes += BYTES;
  return out;
}

/* Reads a point; @returns whether it is one: reduced, and infinite or on y^2 = x^3 + 3. */
static int point(weft_point *p, const uint8_t **bytes) {
  weft_u256 x = number(bytes), y = number(bytes), left = y, right = x;
  const weft_u256 three = {{3}};
  weft_copy(p->at, x.words, WORDS);
  weft_copy(p->at + WORDS, y.words, WORDS);
  p->is_infinite = weft_is_zero(p->at, 2 * WORDS);
  if (!weft_is_below(x.words, MODULUS.words, WORDS) || !weft_is_below(y.words, MODULUS.words, WORDS)) return 0;
  weft_bn254_fp_mul(&left, &y);
  weft_bn254_fp_mul(&right, &x);
  weft_bn254_fp_mul(&right, &x);
  weft_bn254_fp_add(&right, &three);
  return p->is_infinite || weft_is_equal(left.words, right.words, WORDS);
}

static void publish(const weft_u256 *number) {
  uint8_t bytes[BYTES];
  weft_store(bytes, number->words, WORDS);
  weft_public(bytes, BYTES);
}

static void answer(const weft_point *p) {
  static const uint8_t found = 1;
  uint8_t bytes[2 * BYTES] = {0};
  if (!p->is_infinite) {
    weft_store(bytes, p->at, WORDS);
    weft_store(bytes + BYTES, p->at + WORDS, WORDS);
  }
  weft_public(&found, 1);
  weft_public(bytes, sizeof bytes);
}

static int on_points(uint8_t what, const uint8_t *bytes) {
  weft_point p, q;
  if (!point(&p, &bytes)) return 0;
  if (what == ADD) {
    if (!point(&q, &bytes)) return 0;
    weft_point_add(&weft_bn254, &p, &q);
  } else {
    weft_u256 k = number(&bytes);
    weft_point_multiply(&weft_bn254, &p, &k, &p);
  }
  answer(&p);
  return 1;
}

static void on_numbers(const uint8_t *bytes) {
  weft_bn254_fp2 a, b;
  a.c0 = number(&bytes), a.c1 = number(&bytes), b.c0 = number(&bytes), b.c1 = number(&bytes);
  weft_bn254_fp2 results[3] = {a, a, a};
  weft_bn254_fp2_add(&results[0], &b);
  weft_bn254_fp2_sub(&results[1], &b);
  weft_bn254_fp2_mul(&results[2], &b);
  for (int i = 0; i < 3; i++) {
    publish(&results[i].c0);
    publish(&results[i].c1);
  }
}

int main(void) {
  static const uint8_t none = 0;
  uint32_t length;
  for (;;) {
    const uint8_t *item = weft_input(&length);
    if (item == NULL) return 0;
    uint8_t what = length == 0 ? 0 : item[0];
    if (what < ADD || what > EXTENSION || length != 1u + BYTES * (what == MULTIPLY ? 3 : 4)) return 1;
    if (what == EXTENSION) {
      on_numbers(item + 1);
    } else if (!on_points(what, item + 1)) {
      weft_public(&none, 1);
    }
  }
}
