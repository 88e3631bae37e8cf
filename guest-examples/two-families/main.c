/*
 * Verifies an ECDSA signature over secp256k1 of a message, which is hashed by SHA-256: two families of precompiles side by side. Input items: the
 * public key (33 or 65 bytes), the message, r and s (64). Public values: the key, the hash, and whether the key signed it.
 */
#include "ecdsa.h"
#include "items.h"

int main(void) {
  uint32_t length, message_length;
  const uint8_t *bytes = weft_item(&length), *message = weft_item(&message_length), *signature = weft_item_of(64);
  uint8_t hash[32];
  weft_sha256_of(message, message_length, hash);
  weft_point key;
  int is_valid = weft_ecdsa_key(&weft_ecdsa_k1, &key, bytes, length) && weft_ecdsa_verify(&weft_ecdsa_k1, &key, hash, signature);
  weft_verdict(bytes, length, hash, sizeof hash, is_valid);
  return 0;
}
