/*
 * Proves what the n-th Fibonacci number is, modulo 2^32. The first input item is n in decimal digits; n and the result become public.
 * printf, malloc and the rest of C are there where picolibc is installed: include <stdio.h> and build again.
 */
#include "weft.h"

static uint32_t fibonacci(uint32_t n) {
  uint32_t a = 0, b = 1;
  for (; n > 0; n--) {
    uint32_t next = a + b;
    a = b;
    b = next;
  }
  return a;
}

int main(void) {
  uint32_t length, n = 0;
  const uint8_t *text = weft_input(&length);
  if (text == NULL) weft_panic("a number is expected as input");
  for (uint32_t i = 0; i < length; i++) {
    weft_assert(text[i] >= '0' && text[i] <= '9');
    n = 10 * n + (text[i] - '0');
  }
  uint32_t result = fibonacci(n);
  weft_print("fibonacci: ");
  weft_print_u32(result);
  weft_print("\n");
  weft_public_u32(n);
  weft_public_u32(result);
  return 0;
}
