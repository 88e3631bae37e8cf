/*
 * Large integers by precompiles. Input items: base, exponent, modulus, factor (32 bytes each) and another factor (256 bytes), highest byte first.
 * Public values: base^exponent mod modulus, where 0 stands for 2^256, and the product of both factors (288 bytes).
 */
#include "integers.h"
#include "items.h"
#include "precompiles.h"

enum { WORDS = 8, WIDE = 64 };

static weft_u256 number(void) {
  weft_u256 out;
  weft_load(out.words, weft_item_of(4 * WORDS), WORDS);
  return out;
}

static weft_u256 power(const weft_u256 *base, const weft_u256 *exponent, const weft_u256 *modulus) {
  weft_factor by = {.factor = {{1}}, .modulus = *modulus};
  /* 1 times any number has a quotient of 256 bits. */
  weft_u256 reduced = *base, out = by.factor;
  weft_uint256_mul(&reduced, &by);
  weft_uint256_mul(&out, &by);
  for (int at = 32 * WORDS - 1; at >= 0; at--) {
    by.factor = out;
    weft_uint256_mul(&out, &by);
    by.factor = reduced;
    if (exponent->words[at / 32] >> at % 32 & 1) weft_uint256_mul(&out, &by);
  }
  return out;
}

/* The number modulo 2^32 - 1. */
static uint32_t residue(const uint32_t *words, int count) {
  uint64_t sum = 0;
  for (int i = 0; i < count; i++) sum += words[i];
  return (uint32_t)(sum % UINT32_MAX);
}

static void publish(const uint32_t *words, int count) {
  uint8_t bytes[4 * WIDE];
  weft_store(bytes, words, count);
  weft_public(bytes, 4 * (uint32_t)count);
}

int main(void) {
  weft_u256 base = number(), exponent = number(), modulus = number(), factor = number();
  weft_u256 result = power(&base, &exponent, &modulus);
  publish(result.words, WORDS);
  weft_u2048 wide, low;
  weft_u256 high;
  weft_load(wide.words, weft_item_of(4 * WIDE), WIDE);
  weft_u256xu2048_mul(&factor, &wide, &low, &high);
  /* What anyone can check without the call: casting out 2^32 - 1, a word's worth of nines. */
  uint32_t product[2] = {residue(low.words, WIDE), residue(high.words, WORDS)};
  uint64_t expected = (uint64_t)residue(factor.words, WORDS) * residue(wide.words, WIDE);
  if (residue(product, 2) != expected % UINT32_MAX) weft_exit(2);
  publish(high.words, WORDS);
  publish(low.words, WIDE);
  return 0;
}
