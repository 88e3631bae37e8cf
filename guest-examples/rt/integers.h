/* Numbers of 8 or 12 words, lowest word first: bytes, comparison, sums. Not constant-time: what a guest does is no secret to who runs it. */
#ifndef WEFT_INTEGERS_H
#define WEFT_INTEGERS_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* From 4 `count` bytes, highest first. */
static inline void weft_load(uint32_t *words, const uint8_t *bytes, int count) {
  for (int i = count - 1; i >= 0; i--, bytes += 4)
    words[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* To 4 `count` bytes, highest first. */
static inline void weft_store(uint8_t *bytes, const uint32_t *words, int count) {
  for (int i = count - 1; i >= 0; i--) {
    for (int shift = 24; shift >= 0; shift -= 8) *bytes++ = (uint8_t)(words[i] >> shift);
  }
}

static inline void weft_copy(uint32_t *to, const uint32_t *from, int count) {
  for (int i = 0; i < count; i++) to[i] = from[i];
}

static inline int weft_is_zero(const uint32_t *a, int count) {
  uint32_t any = 0;
  for (int i = 0; i < count; i++) any |= a[i];
  return any == 0;
}

static inline int weft_is_equal(const uint32_t *a, const uint32_t *b, int count) {
  for (int i = 0; i < count; i++) {
    if (a[i] != b[i]) return 0;
  }
  return 1;
}

static inline int weft_is_below(const uint32_t *a, const uint32_t *b, int count) {
  for (int i = count - 1; i >= 0; i--) {
    if (a[i] != b[i]) return a[i] < b[i];
  }
  return 0;
}

/* a += b. @returns what is carried out. */
static inline uint32_t weft_plus(uint32_t *a, const uint32_t *b, int count) {
  uint32_t carry = 0;
  for (int i = 0; i < count; i++) {
    uint32_t sum = a[i] + carry;
    carry = sum < carry;
    a[i] = sum + b[i];
    carry += a[i] < sum;
  }
  return carry;
}

/* a -= b. @returns what is borrowed. */
static inline uint32_t weft_minus(uint32_t *a, const uint32_t *b, int count) {
  uint32_t borrow = 0;
  for (int i = 0; i < count; i++) {
    uint32_t rest = a[i] - borrow;
    borrow = rest > a[i];
    a[i] = rest - b[i];
    borrow += a[i] > rest;
  }
  return borrow;
}

/* a = a + b mod m, of reduced numbers. */
static inline void weft_plus_mod(uint32_t *a, const uint32_t *b, const uint32_t *m, int count) {
  if (weft_plus(a, b, count) || !weft_is_below(a, m, count)) weft_minus(a, m, count);
}
#ifdef __cplusplus
}
#endif
#endif
