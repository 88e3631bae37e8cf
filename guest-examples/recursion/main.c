/*
 * Deep and wide recursion: Fibonacci by its definition, and a sum 20,000 frames deep, as many times as stdin says. Public:
 * both results.
 */
#include "number.h"

static uint32_t __attribute__((noinline)) fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static uint32_t __attribute__((noinline)) deep(volatile uint32_t *seen, uint32_t n) {
  uint32_t mine = n ^ *seen;
  if (n == 0) return mine;
  uint32_t below = deep(seen, n - 1);
  *seen += mine;
  return below + mine;
}

int main(void) {
  uint32_t times = weft_number(), out[2] = {0, 0};
  volatile uint32_t seen = 1;
  for (uint32_t i = 0; i < times; i++) {
    out[0] += fibonacci(20);
    out[1] += deep(&seen, 20000);
  }
  weft_public(out, sizeof out);
  return 0;
}
