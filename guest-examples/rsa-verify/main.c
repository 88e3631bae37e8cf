/*
 * Verifies an RSA signature: PKCS #1 v1.5 (RFC 8017, 8.2.2), 2048 bits, SHA-256, exponent 65537. Input items: the modulus (256 bytes, highest
 * first), the message, the signature (256). Public: the modulus and the message's SHA-256, where the signature is valid. Else exits with code 1.
 */
#include "modular.h"
#include "items.h"

enum { BYTES = 256, WORDS = BYTES / 4 };

/* What the digest stands behind in the padded message: an algorithm identifier, in DER. */
static const uint8_t SHA256_PREFIX[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

/* EMSA-PKCS1-v1_5: 0, 1, bytes 255, 0, the prefix, the digest. */
static void pad(const uint8_t digest[32], uint8_t out[BYTES]) {
  uint32_t tail = sizeof SHA256_PREFIX + 32;
  memset(out, 0xff, BYTES);
  out[0] = 0;
  out[1] = 1;
  out[BYTES - tail - 1] = 0;
  memcpy(out + BYTES - tail, SHA256_PREFIX, sizeof SHA256_PREFIX);
  memcpy(out + BYTES - 32, digest, 32);
}

int main(void) {
  uint32_t length;
  const uint8_t *key = weft_item_of(BYTES), *message = weft_item(&length), *bytes = weft_item_of(BYTES);
  static weft_u2048 modulus, signature, base, power;
  weft_load(modulus.words, key, WORDS);
  weft_load(signature.words, bytes, WORDS);
  if (modulus.words[WORDS - 1] >> 31 == 0 || (modulus.words[0] & 1) == 0) weft_refuse("the modulus has no 2048 bits, or is even");
  if (!weft_is_below(signature.words, modulus.words, WORDS)) weft_refuse("the signature is not below the modulus");
  static weft_montgomery m;
  weft_montgomery_init(&m, &modulus);
  weft_montgomery_enter(&m, &base, &signature);
  power = base;
  for (int i = 0; i < 16; i++) weft_montgomery_multiply(&m, &power, &power);
  weft_montgomery_multiply(&m, &power, &base);
  weft_montgomery_leave(&m, &power);

  uint8_t digest[32], expected[BYTES], found[BYTES];
  weft_sha256_of(message, length, digest);
  pad(digest, expected);
  weft_store(found, power.words, WORDS);
  /* The whole of it: a verifier that skips the padding or what follows can be forged for. */
  if (memcmp(found, expected, BYTES) != 0) weft_refuse("the signature is not the key's, or of another message");
  weft_public(key, BYTES);
  weft_public(digest, 32);
  return 0;
}
