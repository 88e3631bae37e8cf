/* Hashes 32 bytes over and over with SHA-256, as many times as stdin says. Public: the end of the chain. */
#include "number.h"

int main(void) {
  uint32_t times = weft_number();
  uint8_t digest[32] = {0};
  for (uint32_t i = 0; i < times; i++) {
    weft_sha256 h;
    weft_sha256_init(&h);
    weft_sha256_update(&h, digest, sizeof digest);
    weft_sha256_final(&h, digest);
  }
  weft_public(digest, sizeof digest);
  return 0;
}
