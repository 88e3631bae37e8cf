/* Keccak-256 of every input item by precompiles, one after another. Public values: the digests. */
#include "precompiles.h"
#include "weft.h"

int main(void) {
  uint32_t length;
  for (;;) {
    const uint8_t *item = weft_input(&length);
    if (item == NULL) return 0;
    uint8_t digest[32];
    weft_keccak256_of(item, length, digest);
    weft_public(digest, sizeof digest);
  }
}
