/* The Weft guest runtime: input items, public values, output, exit. Freestanding C for rv32im. */
#ifndef WEFT_H
#define WEFT_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Bytes in the next input item, or UINT32_MAX when there is none. */
uint32_t weft_input_length(void);
/* Reads the next input item, all of it, to `to` (4-aligned; the item's last word is padded with zeros). */
void weft_input_read(void *to, uint32_t length);
/* Allocates room for the next input item, reads it there and returns it; NULL when there is none. */
uint8_t *weft_input(uint32_t *length);
/* Has the host take some bytes: standard output, or a question to one of its hooks, whose answers become the next input items. */
void weft_write(uint32_t descriptor, const void *bytes, uint32_t length);
/* Appends to the public values. */
void weft_public(const void *bytes, uint32_t length);
/* Buffered standard output, flushed at exit. */
void weft_print(const char *text);
void weft_print_u32(uint32_t value);
/* Memory from the heap, 16-aligned; never freed. Exits with code 102 when the heap is used up. */
void *weft_alloc(uint32_t bytes);
/* Commits the SHA-256 of the public values and halts. Returning from main does the same. */
__attribute__((noreturn)) void weft_exit(int code);

typedef struct {
  uint32_t state[8];
  uint8_t block[64];
  uint32_t length;
} weft_sha256;
void weft_sha256_init(weft_sha256 *h);
void weft_sha256_update(weft_sha256 *h, const void *bytes, uint32_t length);
void weft_sha256_final(weft_sha256 *h, uint8_t digest[32]);
#ifdef __cplusplus
}
#endif
#endif
