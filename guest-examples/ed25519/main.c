/*
 * Verifies an Ed25519 signature (RFC 8032, 5.1.7, without the cofactor) by precompiles; SHA-512 is done in software. Input items: the public key
 * (32 bytes), the message, the signature (64). Public values: the key, the message, and whether the key signed it. A key whose y no point has ends
 * the run.
 */
#include "integers.h"
#include "items.h"
#include "precompiles.h"
#include "sha512.h"

enum { WORDS = 8, BYTES = 32 };

static const weft_u256 MODULUS = {{0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff}};
static const weft_u256 ORDER = {{0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0x00000000, 0x00000000, 0x00000000, 0x10000000}};
static const weft_u256 TWO_TO_256_MOD_ORDER = {{0x8d98951d, 0xd6ec3174, 0x737dcf70, 0xc6ef5bf4, 0xfffffffe, 0xffffffff, 0xffffffff, 0x0fffffff}};
static const weft_point256 BASE = {
    {{0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760, 0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe, 0x216936d3}},
    {{0x66666658, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666}},
};
static const weft_point256 NEUTRAL = {{{0}}, {{1}}};

static weft_u256 little_endian(const uint8_t bytes[BYTES]) {
  weft_u256 out;
  for (int i = 0; i < WORDS; i++, bytes += 4)
    out.words[i] = (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
  return out;
}

/* A number of 512 bits modulo the order: the upper half times 2^256 mod order, plus the lower one. */
static weft_u256 modulo_order(const uint8_t bytes[2 * BYTES]) {
  /* Both factors are below the order, so that quotients have 256 bits. */
  weft_factor by_one = {{{1}}, ORDER}, by_power = {TWO_TO_256_MOD_ORDER, ORDER};
  weft_u256 low = little_endian(bytes), high = little_endian(bytes + BYTES);
  weft_uint256_mul(&low, &by_one);
  weft_uint256_mul(&high, &by_power);
  weft_plus_mod(low.words, high.words, ORDER.words, WORDS);
  return low;
}

/* y, and the parity of x in the highest bit. @returns whether they are a point's: no other bytes may stand for it. */
static int decompress(weft_point256 *p, const uint8_t bytes[BYTES]) {
  p->y = little_endian(bytes);
  uint32_t parity = p->y.words[WORDS - 1] >> 31;
  p->y.words[WORDS - 1] &= 0x7fffffff;
  if (!weft_is_below(p->y.words, MODULUS.words, WORDS)) return 0;
  weft_ed25519_decompress(p, parity);
  return !(parity == 1 && weft_is_zero(p->x.words, WORDS));
}

/* What compressing the reduced point gives. */
static weft_u256 compress(const weft_point256 *p) {
  weft_u256 out = p->y;
  out.words[WORDS - 1] |= p->x.words[0] << 31;
  return out;
}

/* The calls add all points of the curve: equal and opposite ones, and the neutral one. */
static weft_point256 combine(const weft_u256 *k, const weft_point256 *p, const weft_u256 *l, const weft_point256 *q) {
  enum { WIDTH = 2, SIDE = 1 << WIDTH };
  weft_point256 multiples[SIDE * SIDE], sum = NEUTRAL;
  multiples[0] = NEUTRAL;
  for (int i = 1; i < SIDE * SIDE; i++) {
    multiples[i] = multiples[i % SIDE == 0 ? i - SIDE : i - 1];
    weft_ed25519_add(&multiples[i], i % SIDE == 0 ? q : p);
  }
  /* Both scalars are below the order, which has 253 bits. */
  for (int at = 254 - WIDTH; at >= 0; at -= WIDTH) {
    for (int i = 0; i < WIDTH; i++) weft_ed25519_add(&sum, &sum);
    uint32_t of_p = k->words[at / 32] >> at % 32 & (SIDE - 1), of_q = l->words[at / 32] >> at % 32 & (SIDE - 1);
    if ((of_p | of_q) != 0) weft_ed25519_add(&sum, &multiples[of_q * SIDE + of_p]);
  }
  return sum;
}

static int verify(const uint8_t key[BYTES], const uint8_t *message, uint32_t length, const uint8_t signature[2 * BYTES]) {
  weft_point256 a;
  weft_u256 s = little_endian(signature + BYTES), r = little_endian(signature);
  if (!weft_is_below(s.words, ORDER.words, WORDS) || !decompress(&a, key)) return 0;
  weft_sha512 hash;
  uint8_t digest[2 * BYTES];
  weft_sha512_init(&hash);
  weft_sha512_update(&hash, signature, BYTES);
  weft_sha512_update(&hash, key, BYTES);
  weft_sha512_update(&hash, message, length);
  weft_sha512_final(&hash, digest);
  weft_u256 h = modulo_order(digest);
  /* R must be s B - h A: as bytes, so that R need not be decompressed. */
  weft_u256 x = MODULUS;
  weft_minus(x.words, a.x.words, WORDS);
  a.x = x;
  weft_point256 expected = combine(&s, &BASE, &h, &a);
  weft_u256 bytes = compress(&expected);
  return weft_is_equal(bytes.words, r.words, WORDS);
}

int main(void) {
  uint32_t length;
  const uint8_t *key = weft_item_of(BYTES), *message = weft_item(&length), *signature = weft_item_of(2 * BYTES);
  weft_verdict(key, BYTES, message, length, verify(key, message, length, signature));
  return 0;
}
