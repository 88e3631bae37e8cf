/*
 * Verifies an ECDSA signature over secp256k1 in plain C, with the windows of `ecdsa`, which does it by precompiles. Input items: the public key
 * (33 or 65 bytes), the hash (32), r and s (64). Public values: the key, the hash, and whether the key signed it.
 */
#include "field.h"
#include "items.h"

enum { BYTES = 32, WIDTH = 2, SIDE = 1 << WIDTH };

static const affine GENERATOR = {
    {{0x16f81798, 0x59f2815b, 0x2dce28d9, 0x029bfcdb, 0xce870b07, 0x55a06295, 0xf9dcbbac, 0x79be667e}},
    {{0xfb10d4b8, 0x9c47d08f, 0xa6855419, 0xfd17b448, 0x0e1108a8, 0x5da4fbfc, 0x26a3c465, 0x483ada77}},
};

/* x^3 + 7 */
static void right_side(number *out, const number *x) {
  const number seven = {{7}};
  square(out, x);
  multiply(out, out, x);
  add(out, &seven);
}

/* @returns whether the number has a root, which `out` becomes: its power by (p + 1) / 4. */
static int root(number *out, const number *a) {
  static const number exponent = {{0xbfffff0c, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x3fffffff}};
  number power = *a, check;
  for (int at = 252; at >= 0; at--) {
    square(&power, &power);
    if (exponent.words[at / 32] >> at % 32 & 1) multiply(&power, &power, a);
  }
  square(&check, &power);
  *out = power;
  return weft_is_equal(check.words, a->words, WORDS);
}

/* As SEC 1 has them. @returns whether the bytes are a point of the curve. */
static int read_key(affine *key, const uint8_t *bytes, uint32_t length) {
  enum { EVEN = 2, ODD = 3, BOTH = 4 };
  number right, left;
  int is_compressed = length == 1 + BYTES && (bytes[0] == EVEN || bytes[0] == ODD);
  if (!is_compressed && (length != 1 + 2 * BYTES || bytes[0] != BOTH)) return 0;
  weft_load(key->x.words, bytes + 1, WORDS);
  if (!weft_is_below(key->x.words, MODULUS.words, WORDS)) return 0;
  right_side(&right, &key->x);
  if (is_compressed) {
    if (!root(&key->y, &right)) return 0;
    if ((key->y.words[0] & 1) != (bytes[0] & 1)) {
      left = MODULUS;
      subtract(&left, &key->y);
      key->y = left;
    }
    return 1;
  }
  weft_load(key->y.words, bytes + 1 + BYTES, WORDS);
  if (!weft_is_below(key->y.words, MODULUS.words, WORDS)) return 0;
  square(&left, &key->y);
  return weft_is_equal(left.words, right.words, WORDS);
}

/* Makes points affine by one inverse for all of them; those that are infinite are left out. */
static void normalize(affine *out, const jacobian *points, int count) {
  number products[SIDE * SIDE], inverse = {{1}}, z;
  for (int i = 0; i < count; i++) {
    products[i] = inverse;
    if (!weft_is_zero(points[i].z.words, WORDS)) multiply(&inverse, &inverse, &points[i].z);
  }
  invert(&inverse, &inverse, &MODULUS);
  for (int i = count - 1; i >= 0; i--) {
    if (weft_is_zero(points[i].z.words, WORDS)) continue;
    multiply(&z, &inverse, &products[i]);
    multiply(&inverse, &inverse, &points[i].z);
    multiply(&products[i], &z, &z);
    multiply(&out[i].x, &points[i].x, &products[i]);
    multiply(&products[i], &products[i], &z);
    multiply(&out[i].y, &points[i].y, &products[i]);
  }
}

/* k G + l q */
static void combine(jacobian *sum, const number *k, const number *l, const affine *q) {
  jacobian multiples[SIDE * SIDE];
  affine table[SIDE * SIDE];
  static const jacobian infinite;
  multiples[0] = infinite;
  for (int i = 1; i < SIDE * SIDE; i++) {
    multiples[i] = multiples[i % SIDE == 0 ? i - SIDE : i - 1];
    add_affine(&multiples[i], i % SIDE == 0 ? q : &GENERATOR);
  }
  normalize(table, multiples, SIDE * SIDE);
  *sum = infinite;
  for (int at = 256 - WIDTH; at >= 0; at -= WIDTH) {
    for (int i = 0; i < WIDTH && !weft_is_zero(sum->z.words, WORDS); i++) double_point(sum);
    uint32_t of_k = k->words[at / 32] >> at % 32 & (SIDE - 1), of_l = l->words[at / 32] >> at % 32 & (SIDE - 1);
    uint32_t chosen = SIDE * of_l + of_k;
    if (!weft_is_zero(multiples[chosen].z.words, WORDS)) add_affine(sum, &table[chosen]);
  }
}

static int is_scalar(const number *k) { return !weft_is_zero(k->words, WORDS) && weft_is_below(k->words, ORDER.words, WORDS); }

/* Whether x, of the affine point, is this number. */
static int has_x(const jacobian *p, const number *x) {
  number expected;
  square(&expected, &p->z);
  multiply(&expected, &expected, x);
  return weft_is_equal(expected.words, p->x.words, WORDS);
}

static int verify(const affine *key, const uint8_t *hash, const uint8_t *signature) {
  number r, s, z, of_generator, of_key;
  weft_load(r.words, signature, WORDS);
  weft_load(s.words, signature + BYTES, WORDS);
  weft_load(z.words, hash, WORDS);
  if (!is_scalar(&r) || !is_scalar(&s)) return 0;
  invert(&s, &s, &ORDER);
  multiply_scalars(&of_generator, &s, &z);
  multiply_scalars(&of_key, &s, &r);
  jacobian sum;
  combine(&sum, &of_generator, &of_key, key);
  if (weft_is_zero(sum.z.words, WORDS)) return 0;
  if (has_x(&sum, &r)) return 1;
  /* x may be the order more than r, if that is below the modulus. */
  return !weft_plus(r.words, ORDER.words, WORDS) && weft_is_below(r.words, MODULUS.words, WORDS) && has_x(&sum, &r);
}

int main(void) {
  uint32_t length;
  const uint8_t *bytes = weft_item(&length), *hash = weft_item_of(BYTES), *signature = weft_item_of(2 * BYTES);
  affine key;
  int is_valid = read_key(&key, bytes, length) && verify(&key, hash, signature);
  weft_verdict(bytes, length, hash, BYTES, is_valid);
  return 0;
}
