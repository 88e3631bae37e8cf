/*
 * The root of a Merkle tree by Poseidon2 over KoalaBear. Stdin: one item, leaves of 8 elements each, little-endian words, as many as a power of two.
 * A node is the first half of the permutation of its children plus those. Public values: the root, 8 words.
 */
#include "precompiles.h"
#include "weft.h"

enum { DIGEST = 8, MODULUS = 0x7f000001 };

int main(void) {
  uint32_t length;
  uint32_t *nodes = (uint32_t *)weft_input(&length);
  uint32_t count = length / (4 * DIGEST);
  if (nodes == NULL || count == 0 || count * 4 * DIGEST != length || (count & (count - 1)) != 0) return 1;
  for (uint32_t i = 0; i < count * DIGEST; i++) {
    if (nodes[i] >= MODULUS) return 1;
  }
  for (; count > 1; count /= 2) {
    for (uint32_t i = 0; i < count / 2; i++) {
      uint32_t *pair = nodes + 2 * DIGEST * i, first[DIGEST];
      for (int k = 0; k < DIGEST; k++) first[k] = pair[k];
      weft_poseidon2_permute(pair);
      for (int k = 0; k < DIGEST; k++) {
        uint32_t sum = pair[k] + first[k];
        nodes[DIGEST * i + (uint32_t)k] = sum >= MODULUS ? sum - MODULUS : sum;
      }
    }
  }
  weft_public(nodes, 4 * DIGEST);
  return 0;
}
