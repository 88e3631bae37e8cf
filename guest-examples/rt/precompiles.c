#include "precompiles.h"
#include "integers.h"
#include "weft.h"

static void block(uint32_t schedule[64], uint32_t state[8]) {
  weft_sha256_extend_bytes(schedule);
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
      for (int i = 0; i < 16; i++) schedule[i] = words[i];
    } else {
      for (int i = 0; i < 16; i++)
        schedule[i] = (uint32_t)at[4 * i + 3] << 24 | (uint32_t)at[4 * i + 2] << 16 | (uint32_t)at[4 * i + 1] << 8 | at[4 * i];
    }
    block(schedule, state);
  }
  /* The rest, one bit, zeros, and the length in bits. */
  for (int i = 0; i < 16; i++) schedule[i] = 0;
  for (uint32_t i = 0; i < left; i++) schedule[i / 4] |= (uint32_t)at[i] << 8 * (i & 3);
  schedule[left / 4] |= (uint32_t)0x80 << 8 * (left & 3);
  if (left >= 56) {
    block(schedule, state);
    for (int i = 0; i < 16; i++) schedule[i] = 0;
  }
  weft_store((uint8_t *)(schedule + 14), (const uint32_t[2]){length << 3, length >> 29}, 2);
  block(schedule, state);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i & 3)));
}

/* Bytes that a call of the permutation takes in, of a digest of 256 bits. */
enum { KECCAK_RATE = 136 };

static void absorb(uint32_t lanes[50], const uint8_t *bytes) {
  if (((uintptr_t)bytes & 3) == 0) {
    const uint32_t *words = (const uint32_t *)bytes;
    for (int i = 0; i < KECCAK_RATE / 4; i++) lanes[i] ^= words[i];
  } else {
    for (int i = 0; i < KECCAK_RATE / 4; i++, bytes += 4)
      lanes[i] ^= (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
  }
  weft_keccak_permute(lanes);
}

void weft_keccak256_of(const void *bytes, uint32_t length, uint8_t digest[32]) {
  uint32_t lanes[50] = {0};
  const uint8_t *at = bytes;
  uint32_t left = length;
  for (; left >= KECCAK_RATE; at += KECCAK_RATE, left -= KECCAK_RATE) absorb(lanes, at);
  /* The rest, then the bits 1, zeros and 1 that fill the rate. */
  for (uint32_t i = 0; i < left; i++) lanes[i / 4] ^= (uint32_t)at[i] << 8 * (i & 3);
  lanes[left / 4] ^= (uint32_t)0x01 << 8 * (left & 3);
  lanes[KECCAK_RATE / 4 - 1] ^= 0x80000000;
  weft_keccak_permute(lanes);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(lanes[i / 4] >> 8 * (i & 3));
}

weft_u256 weft_hint_inverse(const weft_u256 *number, const weft_u256 *prime) {
  enum { INVERSE_HOOK = 21, SIZE = 32 };
  uint8_t request[4 + 2 * SIZE] = {0, 0, 0, SIZE};
  weft_store(request + 4, number->words, 8);
  weft_store(request + 4 + SIZE, prime->words, 8);
  weft_write(INVERSE_HOOK, request, sizeof request);
  uint32_t answer[8];
  weft_input_read(answer, sizeof answer);
  weft_u256 inverse;
  weft_load(inverse.words, (const uint8_t *)answer, 8);
  return inverse;
}
