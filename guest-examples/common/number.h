/* The decimal number on stdin: how most examples are told their size. */
#ifndef WEFT_NUMBER_H
#define WEFT_NUMBER_H
#include "weft.h"

static inline uint32_t weft_number(void) {
  uint32_t length, n = 0;
  const uint8_t *text = weft_input(&length);
  if (text == NULL) weft_exit(1);
  for (uint32_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) n = 10 * n + (text[i] - '0');
  return n;
}

/* A xorshift generator. */
static inline uint32_t weft_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  return *state ^= *state << 5;
}
#endif
