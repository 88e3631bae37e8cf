/* Runs about as many cycles as the decimal number on stdin says: eight instructions a turn, memory traffic included. */
#include "weft.h"

int main(void) {
  uint32_t length, cycles = 0;
  const uint8_t *text = weft_input(&length);
  if (text == NULL) return 1;
  for (uint32_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) cycles = 10 * cycles + (text[i] - '0');
  static uint32_t ring[64];
  uint32_t turns = cycles / 8, x = 1;
  uint32_t *base = ring;
  __asm__ volatile(
      "beqz %1, 2f\n"
      "1: andi t1, %0, 0xfc\n"
      "add t1, t1, %2\n"
      "lw t2, 0(t1)\n"
      "add %0, %0, t2\n"
      "addi %0, %0, 13\n"
      "sw %0, 0(t1)\n"
      "addi %1, %1, -1\n"
      "bnez %1, 1b\n"
      "2:"
      : "+r"(x), "+r"(turns), "+r"(base)
      :
      : "t1", "t2", "memory");
  weft_public(&x, sizeof x);
  return 0;
}
