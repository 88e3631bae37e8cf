/* Input items: a digest (32 bytes), a secret of any length. Public: the digest, where it is the secret's SHA-256. Else exits with code 1. */
#include "items.h"

int main(void) {
  uint32_t length;
  const uint8_t *expected = weft_item_of(32), *secret = weft_item(&length);
  uint8_t digest[32];
  weft_sha256_of(secret, length, digest);
  if (memcmp(digest, expected, 32) != 0) weft_refuse("this is no preimage of the digest");
  weft_public(digest, 32);
  return 0;
}
