/* Points and numbers of BN254 by precompiles. Input items are the questions of common/questions.h. Exits with 1 for what is none. */
#include "questions.h"
#include "weft.h"

static const uint32_t MODULUS[8] = {0xd87cfd47, 0x3c208c16, 0x6871ca8d, 0x97816a91, 0x8181585d, 0xb85045b6, 0xe131a029, 0x30644e72};
static const weft_family FAMILY = {
    .points = &weft_bn254,
    .modulus = MODULUS,
    .b = 3,
    .fp_add = WEFT_BN254_FP_ADD,
    .fp_mul = WEFT_BN254_FP_MUL,
    .fp2_add = WEFT_BN254_FP2_ADD,
    .fp2_sub = WEFT_BN254_FP2_SUB,
    .fp2_mul = WEFT_BN254_FP2_MUL,
};

int main(void) {
  uint32_t length;
  for (;;) {
    const uint8_t *item = weft_input(&length);
    if (item == NULL) return 0;
    if (!weft_answer(&FAMILY, item, length)) return 1;
  }
}
