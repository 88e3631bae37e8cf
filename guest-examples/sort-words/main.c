/* Sorts as many pseudo-random words as the number on stdin says: two passes by 16 bits. Public: a checksum. */
#include "number.h"

enum { BITS = 16, BINS = 1 << BITS, PASSES = 2 };

int main(void) {
  uint32_t n = weft_number(), seed = 2463534242u;
  uint32_t *words = weft_alloc(4 * n), *scratch = weft_alloc(4 * n);
  static uint32_t starts[PASSES][BINS];
  for (uint32_t i = 0; i < n; i++) {
    uint32_t x = weft_random(&seed);
    words[i] = x;
    for (uint32_t p = 0; p < PASSES; p++) starts[p][x >> (BITS * p) & (BINS - 1)]++;
  }
  for (uint32_t p = 0; p < PASSES; p++) {
    uint32_t total = 0;
    for (uint32_t b = 0; b < BINS; b++) {
      uint32_t count = starts[p][b];
      starts[p][b] = total;
      total += count;
    }
    for (uint32_t i = 0; i < n; i++) {
      uint32_t x = words[i];
      scratch[starts[p][x >> (BITS * p) & (BINS - 1)]++] = x;
    }
    uint32_t *other = words;
    words = scratch;
    scratch = other;
  }
  uint32_t check = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (i > 0 && words[i - 1] > words[i]) return 2;
    check = 31 * check + words[i];
  }
  weft_public(&check, sizeof check);
  return 0;
}
