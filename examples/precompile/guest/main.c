/* The exclusive or of all input items of 32 bytes, by XOR_WORDS. Public values: the result. */
#include "weft.h"
#include "xor_words.h"

int main(void) {
  uint32_t total[8] = {0}, item[8], length;
  for (;;) {
    const uint8_t *bytes = weft_input(&length);
    if (bytes == NULL) break;
    if (length != sizeof item) return 1;
    for (uint32_t i = 0; i < sizeof item; i++) ((uint8_t *)item)[i] = bytes[i];
    xor_words(total, item);
  }
  weft_public(total, sizeof total);
  return 0;
}
