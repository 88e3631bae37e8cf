/*
 * Input items: a text; a word. Public: SHA-256 of the text, the counts of its words and of its different words (32 bits each), how often the word is
 * there, then the word. Words are letters of ASCII in a row, in lower case. Where the second item is no word, exits with code 1.
 */
#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include "items.h"

static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

static std::string lower(std::string_view word) {
  std::string out(word);
  for (char &c : out) c |= 0x20;
  return out;
}

int main() {
  uint32_t length, word_length;
  const char *text = reinterpret_cast<const char *>(weft_item(&length));
  const char *word = reinterpret_cast<const char *>(weft_item(&word_length));
  if (word_length == 0 || !std::all_of(word, word + word_length, [](char c) { return c >= 'a' && c <= 'z'; }))
    weft_refuse("the word is not in lower case");

  std::unordered_map<std::string, uint32_t> counts;
  uint32_t words = 0;
  for (const char *at = text, *end = text + length;;) {
    const char *from = std::find_if(at, end, is_letter);
    if (from == end) break;
    at = std::find_if_not(from, end, is_letter);
    counts[lower({from, static_cast<size_t>(at - from)})]++;
    words++;
  }
  auto found = counts.find({word, word_length});

  uint8_t digest[32];
  weft_sha256_of(text, length, digest);
  weft_public(digest, sizeof digest);
  weft_public_u32(words);
  weft_public_u32(counts.size());
  weft_public_u32(found == counts.end() ? 0 : found->second);
  weft_public(word, word_length);
  return 0;
}
