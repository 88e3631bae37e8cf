/* Guests that use up what they have. Reads which from the first input item, a decimal digit. */
#include "weft.h"

/* 0, but no compiler knows: recursion that never ends might be left out. */
static volatile uint32_t sink;

static __attribute__((noinline)) uint32_t recurse(uint32_t depth) {
  volatile uint32_t here = depth;
  if (depth == sink - 1) return 0;
  return recurse(depth + 1) + here;
}

/* Each frame is larger than the page at null, and larger than the code. */
static __attribute__((noinline)) uint32_t recurse_far(uint32_t depth) {
  volatile uint8_t frame[3 << 20];
  if (depth == sink - 1) return 0;
  frame[depth] = 1;
  return recurse_far(depth + 1) + frame[0];
}

static __attribute__((noinline)) uint32_t large_frame(void) {
  volatile uint8_t frame[64 << 20];
  frame[sink] = 1;
  return frame[sizeof frame - 1 - sink];
}

/* The largest object that C knows, nearly. */
static __attribute__((noinline)) uint32_t largest_frame(void) {
  volatile uint8_t frame[0x7fff0000];
  for (uint32_t i = 0; i < sizeof frame; i += 1 << 20) frame[i] = 1;
  return frame[0];
}

int main(void) {
  uint32_t length;
  const uint8_t *mode = weft_input(&length);
  weft_assert(mode != NULL);
  switch (*mode - '0') {
    case 0: sink = recurse(0); break;
    case 1: sink = recurse_far(0); break;
    case 2: sink = large_frame(); break;
    case 3: sink = largest_frame(); break;
    case 4: for (;;) sink = (uint32_t)(uintptr_t)weft_alloc(100000);
    case 5: while (malloc(1 << 20) != NULL) {} return 5;
    case 6: for (;;) weft_print("all work and no play makes a dull guest\n");
    case 7: for (;;) weft_print("no end of a line");
    case 8: *(volatile uint32_t *)(uintptr_t)(sink - 4) = 1; break;
    case 9: ((void (*)(void))(uintptr_t)sink)(); break;
    default: weft_panic("no such mode");
  }
  return 0;
}
