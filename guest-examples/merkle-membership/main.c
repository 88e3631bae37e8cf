/*
 * Membership in a Merkle tree of 2^32 leaves. Input items: the root (32 bytes); a secret (32); the leaf's index (4, lowest byte first); the
 * 32 siblings on the way up, 32 bytes each. Public: the root, and a tag of the secret that is the same for every proof with it. Else exits with
 * code 1.
 */
#include "items.h"

enum { DEPTH = 32, HASH = 32 };

/* What is hashed begins with a byte that says what it is: no node can pass for a leaf, no leaf for a tag. */
enum { LEAF = 0, NODE = 1, TAG = 2 };

static void hash(uint8_t kind, const uint8_t *bytes, uint32_t length, uint8_t digest[HASH]) {
  uint8_t input[1 + 2 * HASH];
  input[0] = kind;
  memcpy(input + 1, bytes, length);
  weft_sha256_of(input, 1 + length, digest);
}

int main(void) {
  const uint8_t *root = weft_item_of(HASH), *secret = weft_item_of(HASH), *at = weft_item_of(4);
  const uint8_t *siblings = weft_item_of(DEPTH * HASH);
  uint32_t index = at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
  uint8_t node[HASH], pair[2 * HASH], tag[HASH];
  hash(LEAF, secret, HASH, node);
  for (int level = 0; level < DEPTH; level++) {
    int is_right = index >> level & 1;
    memcpy(pair + (is_right ? HASH : 0), node, HASH);
    memcpy(pair + (is_right ? 0 : HASH), siblings + HASH * level, HASH);
    hash(NODE, pair, 2 * HASH, node);
  }
  if (memcmp(node, root, HASH) != 0) weft_refuse("this leaf is not in the tree");
  hash(TAG, secret, HASH, tag);
  weft_public(root, HASH);
  weft_public(tag, HASH);
  return 0;
}
