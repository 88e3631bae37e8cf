/*
 * Points of BLS12-381's first group and numbers by precompiles. Input items are questions, each answered by public values. Numbers have 48 bytes,
 * highest first, scalars 32; the point at infinity is (0, 0), as in EIP-2537:
 *   1, x1, y1, x2, y2: the sum of two points; 2, x, y, k: k times a point; both as 1, x, y, or 0 where something is no point of the curve
 *   3, a0, a1, b0, b1: sum, difference and product of a0 + a1 i and b0 + b1 i, two numbers each
 *   4, 48 bytes: the point that they are compressed, as 1, x, y, or 0 where they are none; an x that no point has ends the run
 * Subgroups are not checked.
 */
#include "integers.h"
#include "weft.h"
#include "weierstrass.h"

enum { WORDS = 12, BYTES = 48, SCALAR_BYTES = 32 };
enum { ADD = 1, MULTIPLY = 2, EXTENSION = 3, DECOMPRESS = 4 };

static const weft_u384 MODULUS = {{0xffffaaab, 0xb9feffff, 0xb153ffff, 0x1eabfffe, 0xf6b0f624, 0x6730d2a0, 0xf38512bf, 0x64774b84,
                                   0x434bacd7, 0x4b1ba7b6, 0x397fe69a, 0x1a0111ea}};

static weft_u384 number(const uint8_t **bytes) {
  weft_u384 out;
  weft_load(out.words, *bytes, WORDS);
  *bytes += BYTES;
  return out;
}

/* Reads a point; @returns whether it is one: reduced, and infinite or on y^2 = x^3 + 4. */
static int point(weft_point *p, const uint8_t **bytes) {
  weft_u384 x = number(bytes), y = number(bytes), left = y, right = x;
  const weft_u384 four = {{4}};
  weft_copy(p->at, x.words, WORDS);
  weft_copy(p->at + WORDS, y.words, WORDS);
  p->is_infinite = weft_is_zero(p->at, 2 * WORDS);
  if (!weft_is_below(x.words, MODULUS.words, WORDS) || !weft_is_below(y.words, MODULUS.words, WORDS)) return 0;
  weft_bls12381_fp_mul(&left, &y);
  weft_bls12381_fp_mul(&right, &x);
  weft_bls12381_fp_mul(&right, &x);
  weft_bls12381_fp_add(&right, &four);
  return p->is_infinite || weft_is_equal(left.words, right.words, WORDS);
}

static void publish(const weft_u384 *number) {
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

/* Three flags above the 381 bits of x: compressed, infinite, and whether y is the greater of y and -y. */
static int decompress(weft_point *p, const uint8_t *bytes) {
  enum { COMPRESSED = 4, INFINITE = 2, GREATER = 1 };
  weft_compressed384 compressed;
  weft_u384 *x = &compressed.x;
  *x = number(&bytes);
  uint32_t flags = x->words[WORDS - 1] >> 29;
  x->words[WORDS - 1] &= 0x1fffffff;
  p->is_infinite = (flags & INFINITE) != 0;
  if ((flags & COMPRESSED) == 0 || !weft_is_below(x->words, MODULUS.words, WORDS)) return 0;
  if (p->is_infinite) return (flags & GREATER) == 0 && weft_is_zero(x->words, WORDS);
  weft_bls12381_decompress(&compressed, flags & GREATER);
  weft_copy(p->at, x->words, WORDS);
  weft_copy(p->at + WORDS, compressed.y.words, WORDS);
  return 1;
}

static int on_points(uint8_t what, const uint8_t *bytes) {
  weft_point p, q;
  if (!(what == DECOMPRESS ? decompress(&p, bytes) : point(&p, &bytes))) return 0;
  if (what == ADD) {
    if (!point(&q, &bytes)) return 0;
    weft_point_add(&weft_bls12381, &p, &q);
  } else if (what == MULTIPLY) {
    weft_u256 k;
    weft_load(k.words, bytes, SCALAR_BYTES / 4);
    weft_point_multiply(&weft_bls12381, &p, &k, &p);
  }
  answer(&p);
  return 1;
}

static void on_numbers(const uint8_t *bytes) {
  weft_bls12381_fp2 a, b;
  a.c0 = number(&bytes), a.c1 = number(&bytes), b.c0 = number(&bytes), b.c1 = number(&bytes);
  weft_bls12381_fp2 results[3] = {a, a, a};
  weft_bls12381_fp2_add(&results[0], &b);
  weft_bls12381_fp2_sub(&results[1], &b);
  weft_bls12381_fp2_mul(&results[2], &b);
  for (int i = 0; i < 3; i++) {
    publish(&results[i].c0);
    publish(&results[i].c1);
  }
}

int main(void) {
  static const uint8_t none = 0;
  static const uint8_t lengths[] = {0, 4 * BYTES, 2 * BYTES + SCALAR_BYTES, 4 * BYTES, BYTES};
  uint32_t length;
  for (;;) {
    const uint8_t *item = weft_input(&length);
    if (item == NULL) return 0;
    uint8_t what = length == 0 ? 0 : item[0];
    if (what < ADD || what > DECOMPRESS || length != 1u + lengths[what]) return 1;
    if (what == EXTENSION) {
      on_numbers(item + 1);
    } else if (!on_points(what, item + 1)) {
      weft_public(&none, 1);
    }
  }
}
