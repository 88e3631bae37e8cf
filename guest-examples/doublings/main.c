/* Doubles the generator of secp256k1 as often as stdin says: a precompile every few instructions. Public values: x and y, lowest word first. */
#include "ecdsa.h"
#include "number.h"

int main(void) {
  weft_point p = weft_ecdsa_k1.generator;
  for (uint32_t n = weft_number(); n > 0; n--) weft_call(WEFT_SECP256K1_DOUBLE, p.at, 0);
  weft_public(p.at, 64);
  return 0;
}
