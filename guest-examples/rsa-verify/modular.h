/* Products modulo an odd number of 2048 bits, by Montgomery's method with digits of 256 bits: a wide product is one call. */
#ifndef WEFT_MODULAR_H
#define WEFT_MODULAR_H
#include "integers.h"
#include "precompiles.h"

enum { DIGIT = 8, WIDE = 64, DIGITS = WIDE / DIGIT };

typedef struct {
  weft_u2048 modulus, square;
  /* -1 / modulus mod 2^256. */
  weft_factor inverse;
} weft_montgomery;

/* t += a b, of 72 words and a carry. @returns what is carried out. */
static uint32_t add_product(uint32_t t[WIDE + DIGIT], const weft_u256 *a, const weft_u2048 *b) {
  /* The product's words in a row, as the call writes them. */
  static struct { weft_u2048 low; weft_u256 high; } product;
  weft_u256xu2048_mul(a, b, &product.low, &product.high);
  return weft_plus(t, product.low.words, WIDE + DIGIT);
}

/* a = a b / 2^2048 mod m. One factor is below m, and so is the result. */
static void weft_montgomery_multiply(const weft_montgomery *m, weft_u2048 *a, const weft_u2048 *b) {
  uint32_t t[WIDE + DIGIT] = {0};
  /* t stays below 2^2048 + m: after each turn it is less than b + m. */
  for (int i = 0; i < DIGITS; i++) {
    weft_u256 digit, multiple;
    weft_copy(digit.words, a->words + DIGIT * i, DIGIT);
    uint32_t carry = add_product(t, &digit, b);
    weft_copy(multiple.words, t, DIGIT);
    weft_uint256_mul(&multiple, &m->inverse);
    carry += add_product(t, &multiple, &m->modulus);
    /* The lowest digit is 0 now. */
    weft_copy(t, t + DIGIT, WIDE);
    for (int k = WIDE; k < WIDE + DIGIT; k++) t[k] = 0;
    t[WIDE] = carry;
  }
  weft_copy(a->words, t, WIDE);
  if (t[WIDE] != 0 || !weft_is_below(a->words, m->modulus.words, WIDE)) weft_minus(a->words, m->modulus.words, WIDE);
}

/* @param modulus - odd, its highest bit set. */
static void weft_montgomery_init(weft_montgomery *m, const weft_u2048 *modulus) {
  m->modulus = *modulus;
  /* Newton: x (2 - m x) has twice the right bits; m is its own inverse modulo 8. */
  weft_factor by = {{{0}}, {{0}}};
  weft_u256 low, x;
  weft_copy(low.words, modulus->words, DIGIT);
  x = low;
  for (int bits = 3; bits < 256; bits *= 2) {
    weft_u256 rest = {{2}}, product = low;
    by.factor = x;
    weft_uint256_mul(&product, &by);
    weft_minus(rest.words, product.words, DIGIT);
    by.factor = rest;
    weft_uint256_mul(&x, &by);
  }
  m->inverse = (weft_factor){{{0}}, {{0}}};
  weft_minus(m->inverse.factor.words, x.words, DIGIT);
  /* 2 * 2^2048 mod m, which stands for 2; squared eleven times it stands for 2^2048. */
  weft_u2048 power = {{0}};
  weft_minus(power.words, modulus->words, WIDE);
  weft_u2048 twice = power;
  weft_plus_mod(power.words, twice.words, modulus->words, WIDE);
  for (int i = 0; i < 11; i++) weft_montgomery_multiply(m, &power, &power);
  m->square = power;
}

/* a 2^2048 mod m, which stands for a in products. */
static void weft_montgomery_enter(const weft_montgomery *m, weft_u2048 *to, const weft_u2048 *a) {
  *to = *a;
  weft_montgomery_multiply(m, to, &m->square);
}

static void weft_montgomery_leave(const weft_montgomery *m, weft_u2048 *a) {
  static const weft_u2048 one = {{1}};
  weft_montgomery_multiply(m, a, &one);
}
#endif
