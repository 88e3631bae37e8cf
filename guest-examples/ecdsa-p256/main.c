/*
 * Verifies an ECDSA signature over secp256r1 by precompiles. Input items: the public key
 * (33 or 65 bytes), the hash (32), r and s (64). Public values: the key, the hash, and whether the key signed it.
 */
#include "ecdsa.h"
#include "items.h"

int main(void) {
  uint32_t length;
  const uint8_t *bytes = weft_item(&length), *hash = weft_item_of(32), *signature = weft_item_of(64);
  weft_point key;
  int is_valid = weft_ecdsa_key(&weft_ecdsa_r1, &key, bytes, length) && weft_ecdsa_verify(&weft_ecdsa_r1, &key, hash, signature);
  weft_verdict(bytes, length, hash, 32, is_valid);
  return 0;
}
