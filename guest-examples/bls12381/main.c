/*
 * Points of BLS12-381's first group and numbers by precompiles. Input items are the questions of common/questions.h, and one more:
 *   4, 48 bytes: the point that they are compressed, or 0 where they are none; an x that no point has ends the run
 * Exits with 1 for what is none. Whether points are in the subgroup is not checked.
 */
#include "integers.h"
#include "questions.h"
#include "weft.h"

enum { WORDS = 12, BYTES = 48, DECOMPRESS = 4 };

static const uint32_t MODULUS[WORDS] = {0xffffaaab, 0xb9feffff, 0xb153ffff, 0x1eabfffe, 0xf6b0f624, 0x6730d2a0,
                                        0xf38512bf, 0x64774b84, 0x434bacd7, 0x4b1ba7b6, 0x397fe69a, 0x1a0111ea};
static const weft_family FAMILY = {
    .points = &weft_bls12381,
    .modulus = MODULUS,
    .b = 4,
    .fp_add = WEFT_BLS12381_FP_ADD,
    .fp_mul = WEFT_BLS12381_FP_MUL,
    .fp2_add = WEFT_BLS12381_FP2_ADD,
    .fp2_sub = WEFT_BLS12381_FP2_SUB,
    .fp2_mul = WEFT_BLS12381_FP2_MUL,
};

/* Three flags above the 381 bits of x: compressed, infinite, and whether y is the greater of y and -y. @returns whether this is a point. */
static int decompress(weft_point *p, const uint8_t bytes[BYTES]) {
  enum { COMPRESSED = 4, INFINITE = 2, GREATER = 1 };
  weft_compressed384 compressed;
  uint32_t *x = compressed.x.words;
  weft_load(x, bytes, WORDS);
  uint32_t flags = x[WORDS - 1] >> 29;
  x[WORDS - 1] &= 0x1fffffff;
  p->is_infinite = (flags & INFINITE) != 0;
  if ((flags & COMPRESSED) == 0 || !weft_is_below(x, MODULUS, WORDS)) return 0;
  if (p->is_infinite) return (flags & GREATER) == 0 && weft_is_zero(x, WORDS);
  weft_bls12381_decompress(&compressed, flags & GREATER);
  weft_copy(p->at, x, WORDS);
  weft_copy(p->at + WORDS, compressed.y.words, WORDS);
  return 1;
}

int main(void) {
  uint32_t length;
  for (;;) {
    const uint8_t *item = weft_input(&length);
    if (item == NULL) return 0;
    if (length == 1 + BYTES && item[0] == DECOMPRESS) {
      weft_point p;
      weft_answer_point(&FAMILY, decompress(&p, item + 1) ? &p : NULL);
    } else if (!weft_answer(&FAMILY, item, length)) {
      return 1;
    }
  }
}
