/*
 * The Weft guest runtime: input items, public values, output, memory, exit, precompiles. For rv32im, with or without a C library.
 * A run that ends with a trap has no proof; one that exits has, whatever its code, and the code is part of what is proven.
 */
#ifndef WEFT_H
#define WEFT_H
#include <stddef.h>
#include <stdint.h>
#include "precompiles.h"
#ifdef __cplusplus
extern "C" {
#endif

/* Exit codes of the runtime's own. */
enum { WEFT_EXIT_PANIC = 101, WEFT_EXIT_OUT_OF_HEAP = 102, WEFT_EXIT_ABORT = 134 };

/* Input items. What they hold is up to who proves: it is not part of what a proof says unless the guest makes it public. */

/* Bytes in the next item, or UINT32_MAX when there is none. */
uint32_t weft_input_length(void);
/* Reads the next item, all of it, to `to` (4-aligned; the item's last word is padded with zeros). */
void weft_input_read(void *to, uint32_t length);
/* Allocates room for the next item, reads it there and returns it; NULL when there is none, and `length` is 0 then. A byte 0 follows it. */
uint8_t *weft_input(uint32_t *length);
/* Has the host take some bytes: a descriptor of output, or a question to one of its hooks, whose answers become the next items. */
void weft_write(uint32_t descriptor, const void *bytes, uint32_t length);

/* Public values. */

/* Appends to them. */
void weft_public(const void *bytes, uint32_t length);
static inline void weft_public_u32(uint32_t value) { weft_public(&value, 4); }

/* Output, for people: not part of what is proven. Lines are written when they end, the rest at exit. */

void weft_print(const char *text);
void weft_print_u32(uint32_t value);
/* On standard error. */
void weft_print_error(const char *text);
/* Cycles and cells from begin to end are counted for `name` by `weft run --profile`. */
void weft_region_begin(const char *name);
void weft_region_end(const char *name);

/* Memory. */

/* From the heap, 16-aligned, zeroed; never freed. Exits with code 102 when the heap is used up. */
void *weft_alloc(uint32_t bytes);
/* As in C. `free` panics at what is no block of malloc, or was freed before. */
void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void *realloc(void *block, size_t bytes);
void *aligned_alloc(size_t alignment, size_t bytes);
void free(void *block);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *text);

/* The end. */

/* As in C: runs functions of atexit and destructors of static objects, then weft_exit. Returning from main does the same. */
__attribute__((noreturn)) void exit(int code);
int atexit(void (*run)(void));
/* Commits the SHA-256 of the public values and halts at once. */
__attribute__((noreturn)) void weft_exit(int code);
/* Writes `panicked at FILE:LINE: MESSAGE` to standard error and exits with code 101. */
__attribute__((noreturn)) void weft_panic_at(const char *file, int line, const char *message);
#define weft_panic(message) weft_panic_at(__FILE__, __LINE__, message)
/* Panics where the condition does not hold. Never left out, whatever NDEBUG is. */
#define weft_assert(condition) ((condition) ? (void)0 : weft_panic("assertion failed: " #condition))

typedef struct {
  uint32_t state[8];
  uint8_t block[64];
  uint32_t length;
} weft_sha256;
/* SHA-256 in software; weft_sha256_of in precompiles.h is the precompile. */
void weft_sha256_init(weft_sha256 *h);
void weft_sha256_update(weft_sha256 *h, const void *bytes, uint32_t length);
void weft_sha256_final(weft_sha256 *h, uint8_t digest[32]);

/* With a C library: what time() says, seconds since 1970. A guest has no clock, so until this was called time() panics. */
void weft_set_time(uint64_t seconds);

#ifdef __cplusplus
}
#endif
#endif
