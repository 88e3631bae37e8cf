/* The n-th Fibonacci number modulo 2^32; n is a decimal number on stdin. Public values: n and the result, 4 bytes each. */
#include "weft.h"

int main(void) {
  uint32_t length, n = 0;
  const uint8_t *text = weft_input(&length);
  if (text == NULL) return 1;
  for (uint32_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) n = 10 * n + (text[i] - '0');
  uint32_t a = 0, b = 1;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t next = a + b;
    a = b;
    b = next;
  }
  uint32_t out[2] = {n, a};
  weft_public(out, sizeof out);
  weft_print("fib(");
  weft_print_u32(n);
  weft_print(") = ");
  weft_print_u32(a);
  weft_print("\n");
  return 0;
}
