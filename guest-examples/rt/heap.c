/*
 * The heap. malloc takes constant time: blocks of some sizes, four to each power of two, with a list of free blocks for each size. The word
 * before a block says its size and whether it is in use, so that a wrong `free` is told and does not turn into a wrong result.
 */
#include "system.h"

extern uint8_t __heap_start[], __heap_end[];
/* Everything taken ends with a word to spare, where the header of a block of malloc may stand; so does what lies before the first. */
static uint8_t *top = __heap_start + 16;

enum { SIZES = 112 };
#define IN_USE 0x5eaf0000u
#define FREE 0xf4ee0000u

typedef struct free_block {
  struct free_block *next;
} free_block;
static free_block *lists[SIZES];

uint8_t *weft_heap_top(void) { return top; }

/* The next `bytes`, a multiple of 16, or NULL where there is less. */
static uint8_t *take(uint32_t bytes) {
  if (bytes > (uint32_t)(__heap_end - top)) return NULL;
  uint8_t *out = top;
  top += bytes;
  return out;
}

void *weft_alloc(uint32_t bytes) {
  uint32_t size = (bytes + 4 + 15) & ~15u;
  uint8_t *out = size < bytes ? NULL : take(size);
  if (out == NULL) weft_out_of_heap(bytes);
  return out;
}

/* Bytes of a block of a size, and of the word before it: 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, ... */
static uint32_t span_of(uint32_t size) {
  if (size < 8) return 16 * (size + 1);
  return (5 + (size & 3)) << (size / 4 + 3);
}

/* The first size whose span is at least `bytes`, which are below 2^31. */
static uint32_t size_for(uint32_t bytes) {
  if (bytes <= 128) return (bytes + 15) / 16 - 1;
  uint32_t steps = bytes - 1;
  uint32_t shift = 29 - (uint32_t)__builtin_clz(steps);
  /* steps >> shift has three bits, 4 to 7. */
  return 4 * (shift - 3) + (steps >> shift) - 4;
}

static uint32_t *header(void *block) { return (uint32_t *)block - 1; }

void *malloc(size_t bytes) {
  if (bytes >= 0x70000000) return NULL;
  uint32_t size = size_for(bytes + 4);
  free_block *block = lists[size];
  if (block != NULL) lists[size] = block->next;
  else {
    block = (free_block *)take(span_of(size));
    if (block == NULL) return NULL;
  }
  *header(block) = IN_USE | size;
  return block;
}

static uint32_t used_size(void *block) {
  uint32_t word = *header(block);
  if ((word & 0xffff0000) == FREE) weft_panic("block of malloc freed twice, or used after free");
  if ((word & 0xffff0000) != IN_USE || (word & 0xffff) >= SIZES) weft_panic("free or realloc of what is no block of malloc");
  return word & 0xffff;
}

void free(void *block) {
  if (block == NULL) return;
  uint32_t size = used_size(block);
  *header(block) = FREE | size;
  ((free_block *)block)->next = lists[size];
  lists[size] = block;
}

void *calloc(size_t count, size_t bytes) {
  size_t all;
  if (__builtin_mul_overflow(count, bytes, &all)) return NULL;
  void *block = malloc(all);
  return block == NULL ? NULL : memset(block, 0, all);
}

void *realloc(void *block, size_t bytes) {
  if (block == NULL) return malloc(bytes);
  uint32_t old = span_of(used_size(block)) - 4;
  if (bytes <= old) return block;
  void *larger = malloc(bytes);
  if (larger == NULL) return NULL;
  memcpy(larger, block, old);
  free(block);
  return larger;
}

void *aligned_alloc(size_t alignment, size_t bytes) {
  if (alignment <= 16) return malloc(bytes);
  if (alignment >= 0x10000000 || bytes >= 0x60000000 || (alignment & (alignment - 1)) != 0) return NULL;
  uint32_t size = size_for((uint32_t)bytes + 4);
  uint8_t *from = take(span_of(size) + (uint32_t)alignment);
  if (from == NULL) return NULL;
  uint8_t *block = (uint8_t *)(((uintptr_t)from + alignment - 1) & ~(uintptr_t)(alignment - 1));
  *header(block) = IN_USE | size;
  return block;
}
