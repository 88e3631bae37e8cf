/* Multiplies two square matrices of the size that stdin gives, modulo 2^32. Public: a checksum of the product. */
#include "number.h"

int main(void) {
  uint32_t n = weft_number(), seed = 88172645u;
  uint32_t *a = weft_alloc(4 * n * n), *b = weft_alloc(4 * n * n);
  for (uint32_t i = 0; i < n * n; i++) a[i] = weft_random(&seed), b[i] = weft_random(&seed);
  uint32_t check = 0;
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      uint32_t sum = 0;
      for (uint32_t k = 0; k < n; k++) sum += a[n * i + k] * b[n * k + j];
      check = 31 * check + sum;
    }
  }
  weft_public(&check, sizeof check);
  return 0;
}
