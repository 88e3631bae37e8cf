/*
 * Input items: a pattern; a salt (32 bytes); a text. Public: SHA-256 of salt and text, then the pattern, where it describes some part of the text.
 * Else exits with code 1. Patterns: parser.h.
 */
#include "items.h"
#include "matcher.h"

int main() {
  constexpr uint32_t SALT = 32;
  uint32_t pattern_length, length;
  const uint8_t *pattern = weft_item(&pattern_length), *salt = weft_item_of(SALT), *text = weft_item(&length);
  Parser parser(pattern, pattern_length);
  uint32_t whole = parser.parse();
  if (parser.failed) weft_refuse("this is no pattern");
  Matcher matcher(parser, whole);
  if (matcher.too_large()) weft_refuse("the pattern has too many states");
  if (!matcher.finds(text, length)) weft_refuse("the text does not match");

  uint8_t *committed = static_cast<uint8_t *>(weft_alloc(SALT + length)), digest[32];
  memcpy(committed, salt, SALT);
  memcpy(committed + SALT, text, length);
  weft_sha256_of(committed, SALT + length, digest);
  weft_public(digest, sizeof digest);
  weft_public(pattern, pattern_length);
  return 0;
}
