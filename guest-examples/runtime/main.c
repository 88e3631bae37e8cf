/* What the runtime promises, by the number in the first input item. Exits with 1 where a promise is broken. */
#include "number.h"

static void expect(int holds) {
  if (!holds) weft_exit(1);
}

enum { ROOM = 96, GUARD = 0x55 };
static uint8_t source[ROOM], target[ROOM], wanted[ROOM];

static void fill(void) {
  for (int i = 0; i < ROOM; i++) source[i] = (uint8_t)(i * 37 + 1), target[i] = wanted[i] = GUARD;
}

static int equal(const uint8_t *a, const uint8_t *b) {
  for (int i = 0; i < ROOM; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}

/* Every offset of both sides and every length around the sizes at which the functions change their way. */
static void memory_functions(void) {
  static const uint8_t lengths[] = {0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 18, 19, 20, 23, 31, 32, 33, 35, 36, 40, 63, 64, 65, 71};
  for (uint32_t k = 0; k < sizeof lengths; k++) {
    uint32_t n = lengths[k];
    for (uint32_t to = 0; to < 4; to++) {
      fill();
      for (uint32_t i = 0; i < n; i++) wanted[8 + to + i] = 0xc3;
      expect(memset(target + 8 + to, 0x1c3, n) == target + 8 + to);
      expect(equal(target, wanted));
      for (uint32_t from = 0; from < 4; from++) {
        fill();
        for (uint32_t i = 0; i < n; i++) wanted[8 + to + i] = source[4 + from + i];
        expect(memcpy(target + 8 + to, source + 4 + from, n) == target + 8 + to);
        expect(equal(target, wanted));
        expect(memcmp(target + 8 + to, source + 4 + from, n) == 0);
        for (uint32_t i = 0; i < n; i += 5) {
          target[8 + to + i]++;
          expect(memcmp(target + 8 + to, source + 4 + from, n) > 0 && memcmp(source + 4 + from, target + 8 + to, n) < 0);
          target[8 + to + i]--;
        }
      }
    }
    /* Sides that overlap, either way. */
    for (int distance = -9; distance <= 9; distance++) {
      fill();
      for (int i = 0; i < ROOM; i++) target[i] = wanted[i] = source[i];
      for (uint32_t i = 0; i < n; i++) wanted[12 + distance + i] = source[12 + i];
      expect(memmove(target + 12 + distance, target + 12, n) == target + 12 + distance);
      expect(equal(target, wanted));
    }
    for (uint32_t from = 0; from < 4; from++) {
      for (int i = 0; i < ROOM; i++) target[i] = 0x80;
      target[from + n] = 0;
      expect(strlen((char *)target + from) == n);
    }
  }
}

static uint32_t random_state = 1;
static uint32_t random_below(uint32_t n) {
  random_state = random_state * 1664525 + 1013904223;
  return (random_state >> 8) % n;
}

typedef struct {
  uint8_t *bytes;
  uint32_t length;
  uint8_t mark;
} block;

static void check_block(const block *b) {
  for (uint32_t i = 0; i < b->length; i++) expect(b->bytes[i] == b->mark);
}

/* Blocks of many sizes that come, grow and go, each filled with a mark of its own: none may reach into another. */
static void heap(void) {
  static block blocks[64];
  for (uint32_t step = 0; step < 4000; step++) {
    block *b = &blocks[random_below(64)];
    uint32_t length = random_below(4) == 0 ? random_below(3000) : random_below(60);
    uint32_t kept = 0;
    check_block(b);
    if (b->bytes != NULL && random_below(2) == 0) {
      kept = b->length < length ? b->length : length;
      b->bytes = realloc(b->bytes, length);
    } else {
      free(b->bytes);
      uint32_t kind = random_below(8);
      b->bytes = kind == 0 ? aligned_alloc(256, length) : kind == 1 ? calloc(length, 1) : malloc(length);
      expect(kind != 0 || ((uintptr_t)b->bytes & 255) == 0);
      for (uint32_t i = 0; kind == 1 && i < length; i++) expect(b->bytes[i] == 0);
      if (random_below(16) == 0) *(uint8_t *)weft_alloc(16) = 0xff;
    }
    expect(b->bytes != NULL && ((uintptr_t)b->bytes & 15) == 0);
    for (uint32_t i = 0; i < kept; i++) expect(b->bytes[i] == b->mark);
    b->length = length;
    b->mark = (uint8_t)step;
    memset(b->bytes, b->mark, length);
  }
  for (int i = 0; i < 64; i++) check_block(&blocks[i]), free(blocks[i].bytes);
  expect(malloc(0x7fffffff) == NULL && malloc(0xffffffff) == NULL && calloc(0x10000, 0x10001) == NULL);
  expect(aligned_alloc(256, 0xfffffff0) == NULL && aligned_alloc(3, 0x7fffffff) == NULL && aligned_alloc(48, 1) == NULL);
  expect(realloc(NULL, 8) != NULL);
}

/* The heap gives all that it has and stays whole when it has no more. */
static void exhaust(void) {
  uint32_t blocks = 0;
  uint8_t *last = NULL, *b;
  while ((b = malloc(1 << 20)) != NULL) last = b, b[0] = 1, b[(1 << 20) - 1] = 1, blocks++;
  weft_public_u32(blocks);
  free(last);
  expect(malloc(1 << 20) == last);
  weft_alloc(1 << 20);
}

static void first_registered(void) { weft_print("first\n"); }
static void second_registered(void) { weft_print("second\n"), exit(7); }
__attribute__((destructor)) static void at_the_very_end(void) { weft_print("destructor\n"); }

__attribute__((noinline)) static uint32_t descend(uint32_t n) {
  volatile uint32_t frame[16] = {n};
  return n == 0 ? 0 : descend(n - 1) + frame[n % 16];
}

int main(int count, char **arguments) {
  expect(count == 1 && strlen(arguments[0]) == 5 && arguments[1] == NULL);
  uint8_t *block = malloc(40);
  switch (weft_number()) {
    case 0: memory_functions(); break;
    case 1: heap(); break;
    case 2: exhaust(); break;
    case 3: free(block), free(block); break;
    case 4: free(block + 16); break;
    case 5: free(block), block = realloc(block, 100); break;
    case 6: atexit(first_registered), atexit(second_registered); return 3;
    case 7: weft_assert(block == NULL); break;
    case 8: return (int)descend(1000000);
    case 9: weft_print("a line without an end"), weft_print_error("an error without an end"); weft_exit(0);
    default: return 2;
  }
  weft_print("kept\n");
  return 0;
}
