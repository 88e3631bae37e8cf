/* SHA-256 of every input item, one after another. Public values: the digests. */
#include "weft.h"

int main(void) {
  uint32_t length;
  for (;;) {
    const uint8_t *item = weft_input(&length);
    if (item == NULL) return 0;
    weft_sha256 hash;
    uint8_t digest[32];
    weft_sha256_init(&hash);
    weft_sha256_update(&hash, item, length);
    weft_sha256_final(&hash, digest);
    weft_public(digest, sizeof digest);
    for (int i = 0; i < 32; i++) {
      char hex[3] = {"0123456789abcdef"[digest[i] >> 4], "0123456789abcdef"[digest[i] & 15], 0};
      weft_print(hex);
    }
    weft_print("\n");
  }
}
