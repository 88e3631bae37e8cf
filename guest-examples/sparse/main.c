/*
 * Touches 64 MiB of memory all over: writes a word to each of its 262,144 pieces of 256 bytes, then reads and writes at
 * random places, for about as many cycles as stdin says. Public: a checksum.
 */
#include "number.h"

enum { BYTES = 64 << 20, PIECE = 256 };

int main(void) {
  uint32_t cycles = weft_number(), seed = 362436069u, check = 0;
  uint32_t *memory = weft_alloc(BYTES);
  for (uint32_t at = 0; at < BYTES / 4; at += PIECE / 4) memory[at] = at;
  uint32_t turns = cycles > 1300000 ? (cycles - 1300000) / 1024 : 0;
  for (uint32_t i = 0; i < turns; i++) {
    /* One far access among arithmetic: programs that did nothing else would be all boundary. */
    uint32_t at = weft_random(&seed) % (BYTES / PIECE) * (PIECE / 4);
    uint32_t x = memory[at];
    for (uint32_t k = 0; k < 126; k++) x = (x << 7 | x >> 25) * 2654435761u + k;
    memory[at] = x;
    check += x;
  }
  weft_public(&check, sizeof check);
  return 0;
}
