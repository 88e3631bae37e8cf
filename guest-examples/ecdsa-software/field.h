/* The field of secp256k1, its scalars and its points in Jacobian coordinates, in software: 8 words of 32 bits, lowest first, always reduced. */
#ifndef WEFT_SECP256K1_FIELD_H
#define WEFT_SECP256K1_FIELD_H
#include "integers.h"

enum { WORDS = 8 };
typedef struct { uint32_t words[WORDS]; } number;

static const number MODULUS = {{0xfffffc2f, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}};
static const number ORDER = {{0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff}};

static inline void multiply_wide(uint32_t out[2 * WORDS], const uint32_t *a, const uint32_t *b) {
  for (int i = 0; i < 2 * WORDS; i++) out[i] = 0;
  for (int i = 0; i < WORDS; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < WORDS; j++) {
      carry += (uint64_t)a[i] * b[j] + out[i + j];
      out[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    out[i + WORDS] = (uint32_t)carry;
  }
}

static inline void square_wide(uint32_t out[2 * WORDS], const uint32_t *a) {
  for (int i = 0; i < 2 * WORDS; i++) out[i] = 0;
  /* Products of different words once, then all of them twice. */
  for (int i = 0; i < WORDS - 1; i++) {
    uint64_t carry = 0;
    for (int j = i + 1; j < WORDS; j++) {
      carry += (uint64_t)a[i] * a[j] + out[i + j];
      out[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    out[i + WORDS] = (uint32_t)carry;
  }
  uint32_t shifted = 0;
  uint64_t carry = 0;
  for (int i = 0; i < WORDS; i++) {
    uint64_t square = (uint64_t)a[i] * a[i];
    uint32_t low = out[2 * i], high = out[2 * i + 1];
    carry += (uint64_t)(low << 1 | shifted) + (uint32_t)square;
    out[2 * i] = (uint32_t)carry;
    carry = (carry >> 32) + (high << 1 | low >> 31) + (square >> 32);
    out[2 * i + 1] = (uint32_t)carry;
    carry >>= 32;
    shifted = high >> 31;
  }
}

/* Modulo p = 2^256 - 2^32 - 977: the upper half counts 2^32 + 977. */
static inline void reduce(number *out, const uint32_t wide[2 * WORDS]) {
  uint32_t *r = out->words, above = 0;
  uint64_t carry = 0;
  for (int i = 0; i < WORDS; i++) {
    uint32_t word = wide[WORDS + i];
    carry += (uint64_t)word * 977 + above + wide[i];
    r[i] = (uint32_t)carry;
    carry >>= 32;
    above = word;
  }
  /* Less than 2^34 are left above; of them, after another time, at most one. */
  uint64_t rest = carry + above;
  do {
    carry = rest * 977 + r[0];
    r[0] = (uint32_t)carry;
    carry = (carry >> 32) + (uint32_t)rest + r[1];
    r[1] = (uint32_t)carry;
    carry = (carry >> 32) + (rest >> 32) + r[2];
    r[2] = (uint32_t)carry;
    carry >>= 32;
    for (int i = 3; carry != 0 && i < WORDS; i++) {
      carry += r[i];
      r[i] = (uint32_t)carry;
      carry >>= 32;
    }
    rest = carry;
  } while (rest != 0);
  if (!weft_is_below(r, MODULUS.words, WORDS)) weft_minus(r, MODULUS.words, WORDS);
}

static void multiply(number *out, const number *a, const number *b) {
  uint32_t wide[2 * WORDS];
  multiply_wide(wide, a->words, b->words);
  reduce(out, wide);
}

static void square(number *out, const number *a) {
  uint32_t wide[2 * WORDS];
  square_wide(wide, a->words);
  reduce(out, wide);
}

static inline void add(number *a, const number *b) { weft_plus_mod(a->words, b->words, MODULUS.words, WORDS); }

static inline void subtract(number *a, const number *b) {
  if (weft_minus(a->words, b->words, WORDS)) weft_plus(a->words, MODULUS.words, WORDS);
}

/* Modulo the order: 2^256 counts as what it exceeds the order by, 129 bits. */
static void multiply_scalars(number *out, const number *a, const number *b) {
  static const uint32_t excess[5] = {0x2fc9bebf, 0x402da173, 0x50b75fc4, 0x45512319, 1};
  uint32_t wide[2 * WORDS];
  multiply_wide(wide, a->words, b->words);
  while (!weft_is_zero(wide + WORDS, WORDS)) {
    number above;
    weft_copy(above.words, wide + WORDS, WORDS);
    for (int i = WORDS; i < 2 * WORDS; i++) wide[i] = 0;
    for (int i = 0; i < WORDS; i++) {
      uint64_t carry = 0;
      for (int j = 0; i + j < 2 * WORDS; j++) {
        carry += (uint64_t)above.words[i] * (j < 5 ? excess[j] : 0) + wide[i + j];
        wide[i + j] = (uint32_t)carry;
        carry >>= 32;
      }
    }
  }
  weft_copy(out->words, wide, WORDS);
  if (!weft_is_below(out->words, ORDER.words, WORDS)) weft_minus(out->words, ORDER.words, WORDS);
}

static inline void halve(uint32_t *a, uint32_t carry) {
  for (int i = 0; i < WORDS - 1; i++) a[i] = a[i] >> 1 | a[i + 1] << 31;
  a[WORDS - 1] = a[WORDS - 1] >> 1 | carry << 31;
}

/* The inverse of a number that is not 0, modulo a prime, by halving and subtracting: u = x a and v = y a throughout. */
static void invert(number *out, const number *a, const number *prime) {
  const uint32_t *m = prime->words;
  const number one = {{1}};
  number u = *a, v = *prime, x = one, y = {{0}};
  while (!weft_is_equal(u.words, one.words, WORDS)) {
    while ((u.words[0] & 1) == 0) {
      halve(u.words, 0);
      halve(x.words, (x.words[0] & 1) != 0 ? weft_plus(x.words, m, WORDS) : 0);
    }
    if (weft_is_below(u.words, v.words, WORDS)) {
      number swapped = u;
      u = v, v = swapped;
      swapped = x, x = y, y = swapped;
    }
    if (weft_is_equal(v.words, one.words, WORDS)) {
      x = y;
      break;
    }
    weft_minus(u.words, v.words, WORDS);
    if (weft_minus(x.words, y.words, WORDS)) weft_plus(x.words, m, WORDS);
  }
  *out = x;
}

/* x / z^2, y / z^3; the point at infinity has z = 0. */
typedef struct { number x, y, z; } jacobian;
typedef struct { number x, y; } affine;

/* 2 products and 5 squares: dbl-2009-l of the Explicit-Formulas Database. */
static void double_point(jacobian *p) {
  number a, b, c, d, e, f;
  square(&a, &p->x);
  square(&b, &p->y);
  square(&c, &b);
  d = p->x;
  add(&d, &b);
  square(&d, &d);
  subtract(&d, &a);
  subtract(&d, &c);
  add(&d, &d);
  e = a;
  add(&e, &a);
  add(&e, &a);
  square(&f, &e);
  multiply(&p->z, &p->y, &p->z);
  add(&p->z, &p->z);
  p->x = f;
  subtract(&p->x, &d);
  subtract(&p->x, &d);
  subtract(&d, &p->x);
  multiply(&p->y, &e, &d);
  for (int i = 0; i < 3; i++) add(&c, &c);
  subtract(&p->y, &c);
}

/* p += q, for all p: 8 products and 3 squares, madd of the Explicit-Formulas Database. */
static void add_affine(jacobian *p, const affine *q) {
  if (weft_is_zero(p->z.words, WORDS)) {
    const number one = {{1}};
    p->x = q->x, p->y = q->y, p->z = one;
    return;
  }
  number zz, h, r, hh, v;
  square(&zz, &p->z);
  multiply(&h, &q->x, &zz);
  multiply(&r, &zz, &p->z);
  multiply(&r, &r, &q->y);
  subtract(&h, &p->x);
  subtract(&r, &p->y);
  if (weft_is_zero(h.words, WORDS)) {
    const number zero = {{0}};
    if (weft_is_zero(r.words, WORDS)) {
      double_point(p);
    } else {
      p->z = zero;
    }
    return;
  }
  multiply(&p->z, &p->z, &h);
  square(&hh, &h);
  multiply(&v, &p->x, &hh);
  multiply(&hh, &hh, &h);
  square(&p->x, &r);
  subtract(&p->x, &hh);
  subtract(&p->x, &v);
  subtract(&p->x, &v);
  multiply(&hh, &hh, &p->y);
  subtract(&v, &p->x);
  multiply(&p->y, &r, &v);
  subtract(&p->y, &hh);
}
#endif
