#include "ecdsa.h"
#include "integers.h"
#include "weft.h"

enum { WORDS = 8, BYTES = 32 };

/* SEC 2, 2.4.1 and 2.4.2. */
const weft_signing_curve weft_ecdsa_k1 = {
    .points = &weft_secp256k1,
    .decompress = WEFT_SECP256K1_DECOMPRESS,
    .modulus = {{0xfffffc2f, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
    .a = {{0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000}},
    .b = {{0x00000007, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000}},
    .order = {{0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6, 0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff}},
    .generator = {.at = {0x16f81798, 0x59f2815b, 0x2dce28d9, 0x029bfcdb, 0xce870b07, 0x55a06295, 0xf9dcbbac, 0x79be667e,
                       0xfb10d4b8, 0x9c47d08f, 0xa6855419, 0xfd17b448, 0x0e1108a8, 0x5da4fbfc, 0x26a3c465, 0x483ada77}},
};
const weft_signing_curve weft_ecdsa_r1 = {
    .points = &weft_secp256r1,
    .decompress = WEFT_SECP256R1_DECOMPRESS,
    .modulus = {{0xffffffff, 0xffffffff, 0xffffffff, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xffffffff}},
    .a = {{0xfffffffc, 0xffffffff, 0xffffffff, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xffffffff}},
    .b = {{0x27d2604b, 0x3bce3c3e, 0xcc53b0f6, 0x651d06b0, 0x769886bc, 0xb3ebbd55, 0xaa3a93e7, 0x5ac635d8}},
    .order = {{0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0x00000000, 0xffffffff}},
    .generator = {.at = {0xd898c296, 0xf4a13945, 0x2deb33a0, 0x77037d81, 0x63a440f2, 0xf8bce6e5, 0xe12c4247, 0x6b17d1f2,
                       0x37bf51f5, 0xcbb64068, 0x6b315ece, 0x2bce3357, 0x7c0f9e16, 0x8ee7eb4a, 0xfe1a7f9b, 0x4fe342e2}},
};

/* a = a b mod m, where a or b is below m: the quotient has 256 bits then. */
static void multiply(weft_u256 *a, const weft_u256 *b, const weft_u256 *m) {
  weft_factor by = {*b, *m};
  weft_uint256_mul(a, &by);
}

static int is_on_curve(const weft_signing_curve *curve, const uint32_t *x, const uint32_t *y) {
  const weft_u256 *m = &curve->modulus;
  weft_u256 right, left, factor;
  weft_copy(factor.words, x, WORDS);
  right = factor;
  multiply(&right, &factor, m);
  weft_plus_mod(right.words, curve->a.words, m->words, WORDS);
  multiply(&right, &factor, m);
  weft_plus_mod(right.words, curve->b.words, m->words, WORDS);
  weft_copy(factor.words, y, WORDS);
  left = factor;
  multiply(&left, &factor, m);
  return weft_is_equal(left.words, right.words, WORDS);
}

int weft_ecdsa_key(const weft_signing_curve *curve, weft_point *key, const uint8_t *bytes, uint32_t length) {
  enum { EVEN = 2, ODD = 3, BOTH = 4 };
  const uint32_t *modulus = curve->modulus.words;
  key->is_infinite = 0;
  if (length == 1 + BYTES && (bytes[0] == EVEN || bytes[0] == ODD)) {
    weft_compressed256 point;
    weft_load(point.x.words, bytes + 1, WORDS);
    if (!weft_is_below(point.x.words, modulus, WORDS)) return 0;
    weft_call(curve->decompress, &point, bytes[0] == ODD);
    weft_copy(key->at, point.x.words, WORDS);
    weft_copy(key->at + WORDS, point.y.words, WORDS);
    return 1;
  }
  if (length != 1 + 2 * BYTES || bytes[0] != BOTH) return 0;
  uint32_t *x = key->at, *y = key->at + WORDS;
  weft_load(x, bytes + 1, WORDS);
  weft_load(y, bytes + 1 + BYTES, WORDS);
  return weft_is_below(x, modulus, WORDS) && weft_is_below(y, modulus, WORDS) && is_on_curve(curve, x, y);
}

/* The inverse of s modulo the order, from the host; the run ends when it is none. One that is not reduced is as good, or ends the run later. */
static weft_u256 inverse_of(const weft_u256 *s, const weft_u256 *order) {
  weft_u256 inverse = weft_hint_inverse(s, order), product = inverse;
  multiply(&product, s, order);
  const weft_u256 one = {{1}};
  if (!weft_is_equal(product.words, one.words, WORDS)) weft_exit(103);
  return inverse;
}

static int is_scalar(const weft_u256 *k, const weft_u256 *order) {
  return !weft_is_zero(k->words, WORDS) && weft_is_below(k->words, order->words, WORDS);
}

int weft_ecdsa_verify(const weft_signing_curve *curve, const weft_point *key, const uint8_t hash[32], const uint8_t signature[64]) {
  const weft_u256 *order = &curve->order;
  weft_u256 r, s, z;
  weft_load(r.words, signature, WORDS);
  weft_load(s.words, signature + BYTES, WORDS);
  weft_load(z.words, hash, WORDS);
  if (!is_scalar(&r, order) || !is_scalar(&s, order)) return 0;
  weft_u256 of_generator = inverse_of(&s, order), of_key = of_generator;
  multiply(&of_generator, &z, order);
  multiply(&of_key, &r, order);
  weft_point sum;
  weft_point_combine(curve->points, &sum, &of_generator, &curve->generator, &of_key, key);
  if (sum.is_infinite) return 0;
  /* x modulo the order: both curves have an order of more than half their modulus. */
  if (!weft_is_below(sum.at, order->words, WORDS)) weft_minus(sum.at, order->words, WORDS);
  return weft_is_equal(sum.at, r.words, WORDS);
}
