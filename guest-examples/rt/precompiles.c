#include "precompiles.h"

enum { SHA_EXTEND = 0x00300105, SHA_COMPRESS = 0x00010106 };

static inline void call(uint32_t code, uint32_t x, uint32_t y) {
  register uint32_t t0 __asm__("t0") = code;
  register uint32_t a0 __asm__("a0") = x;
  register uint32_t a1 __asm__("a1") = y;
  __asm__ volatile("ecall" : "+r"(t0) : "r"(a0), "r"(a1) : "memory");
}

void weft_sha256_extend(uint32_t schedule[64]) { call(SHA_EXTEND, (uint32_t)(uintptr_t)schedule, 0); }

void weft_sha256_compress(const uint32_t schedule[64], uint32_t state[8]) {
  call(SHA_COMPRESS, (uint32_t)(uintptr_t)schedule, (uint32_t)(uintptr_t)state);
}

/* Bytes of a word in the other order: two rotations whose halves are joined. */
static inline uint32_t swapped(uint32_t x) {
  return ((x << 8 | x >> 24) & 0x00ff00ff) | ((x << 24 | x >> 8) & 0xff00ff00);
}

static void block(uint32_t schedule[64], uint32_t state[8]) {
  weft_sha256_extend(schedule);
  weft_sha256_compress(schedule, state);
}

void weft_sha256_of(const void *bytes, uint32_t length, uint8_t digest[32]) {
  uint32_t schedule[64];
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  const uint8_t *at = bytes;
  uint32_t left = length;
  for (; left >= 64; at += 64, left -= 64) {
    if (((uintptr_t)at & 3) == 0) {
      const uint32_t *words = (const uint32_t *)at;
      for (int i = 0; i < 16; i++) schedule[i] = swapped(words[i]);
    } else {
      for (int i = 0; i < 16; i++)
        schedule[i] = (uint32_t)at[4 * i] << 24 | (uint32_t)at[4 * i + 1] << 16 | (uint32_t)at[4 * i + 2] << 8 | at[4 * i + 3];
    }
    block(schedule, state);
  }
  /* The rest, one bit, zeros, and the length in bits. */
  for (int i = 0; i < 16; i++) schedule[i] = 0;
  for (uint32_t i = 0; i < left; i++) schedule[i / 4] |= (uint32_t)at[i] << (24 - 8 * (i & 3));
  schedule[left / 4] |= (uint32_t)0x80 << (24 - 8 * (left & 3));
  if (left >= 56) {
    block(schedule, state);
    for (int i = 0; i < 16; i++) schedule[i] = 0;
  }
  schedule[14] = length >> 29;
  schedule[15] = length << 3;
  block(schedule, state);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i & 3)));
}
