/* Input items that must be there, and what guests that verify signatures make public. */
#ifndef WEFT_ITEMS_H
#define WEFT_ITEMS_H
#include "weft.h"

/* Ends the run with code 1 and nothing public, so that a proof of it says nothing. */
__attribute__((noreturn)) static inline void weft_refuse(const char *why) {
  weft_print_error(why);
  weft_print_error("\n");
  weft_exit(1);
}

/* The next input item. Exits with code 1 when there is none. */
static inline const uint8_t *weft_item(uint32_t *length) {
  const uint8_t *item = weft_input(length);
  if (item == NULL) weft_exit(1);
  return item;
}

/* The next input item, which has so many bytes. Exits with code 1 when it has not. */
static inline const uint8_t *weft_item_of(uint32_t expected) {
  uint32_t length;
  const uint8_t *item = weft_item(&length);
  if (length != expected) weft_exit(1);
  return item;
}

/* Public: the key, what was signed, and whether it was. */
static inline void weft_verdict(const uint8_t *key, uint32_t length, const uint8_t *message, uint32_t message_length, int is_valid) {
  uint8_t verdict = is_valid != 0;
  weft_public(key, length);
  weft_public(message, message_length);
  weft_public(&verdict, 1);
}
#endif
