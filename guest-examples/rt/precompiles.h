/* Precompiles of Weft for guests in C and C++: rt/precompiles.c is compiled with the guest. */
#ifndef WEFT_PRECOMPILES_H
#define WEFT_PRECOMPILES_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* The message schedule of SHA-256: words 16 to 63 from the first 16. `schedule` is 4-aligned. */
void weft_sha256_extend(uint32_t schedule[64]);
/* The compression function of SHA-256. Both are 4-aligned and not at one address. */
void weft_sha256_compress(const uint32_t schedule[64], uint32_t state[8]);
/* SHA-256 of some bytes. Quickest where `bytes` is 4-aligned. */
void weft_sha256_of(const void *bytes, uint32_t length, uint8_t digest[32]);
#ifdef __cplusplus
}
#endif
#endif
