/* The binding: code in t0, arguments in a0 and a1. The call changes eight words at `words` and reads as many at `mask`. */
#ifndef XOR_WORDS_H
#define XOR_WORDS_H
#include <stdint.h>

static inline void xor_words(uint32_t words[8], const uint32_t mask[8]) {
  register uint32_t t0 __asm__("t0") = 0x170;
  register uint32_t *a0 __asm__("a0") = words;
  register const uint32_t *a1 __asm__("a1") = mask;
  __asm__ volatile("ecall" : "+r"(t0) : "r"(a0), "r"(a1) : "memory");
}
#endif
