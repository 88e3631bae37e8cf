/*
 * Compresses stdin as LZ77 with hash chains, the way deflate finds its matches, unpacks the result and compares. Public:
 * length, compressed length and Adler-32 of the input. Byte access all over a few hundred kilobytes.
 */
#include "weft.h"

enum { HASH_BITS = 12, WINDOW = 8192, MIN_MATCH = 4, MAX_MATCH = 258, CHAIN = 16 };

static uint16_t head[1 << HASH_BITS];
static uint16_t previous[WINDOW];

static uint32_t hash(const uint8_t *p) {
  uint32_t word = p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
  return (word * 2654435761u) >> (32 - HASH_BITS);
}

static void insert(const uint8_t *text, uint32_t at) {
  uint32_t h = hash(text + at);
  previous[at % WINDOW] = head[h];
  head[h] = (uint16_t)(at + 1);
}

/* Literal runs: length (1..128) - 1, bytes. Matches: 0x80 | (length - 4) up to 0xfe, or 0xff and a byte; then the distance. */
static uint32_t compress(const uint8_t *text, uint32_t length, uint8_t *out) {
  uint32_t at = 0, size = 0, run = 0;
  while (at < length) {
    uint32_t best = 0, distance = 0;
    if (at + MIN_MATCH <= length) {
      uint32_t candidate = head[hash(text + at)];
      for (uint32_t i = 0; i < CHAIN && candidate != 0; i++) {
        uint32_t from = candidate - 1, n = 0;
        if (from >= at || at - from >= WINDOW) break;
        while (n < MAX_MATCH && at + n < length && text[from + n] == text[at + n]) n++;
        if (n > best) best = n, distance = at - from;
        candidate = previous[from % WINDOW];
      }
    }
    if (best >= MIN_MATCH) {
      if (best - MIN_MATCH < 127) out[size++] = (uint8_t)(0x80 | (best - MIN_MATCH));
      else out[size++] = 0xff, out[size++] = (uint8_t)(best - MIN_MATCH);
      out[size++] = (uint8_t)distance;
      out[size++] = (uint8_t)(distance >> 8);
      for (uint32_t end = at + best; at < end; at++)
        if (at + MIN_MATCH <= length) insert(text, at);
      run = 0;
    } else {
      if (run == 0 || out[run - 1] == 127) run = ++size, out[run - 1] = 0xff;
      out[run - 1]++;
      out[size++] = text[at];
      if (at + MIN_MATCH <= length) insert(text, at);
      at++;
    }
  }
  return size;
}

static uint32_t expand(const uint8_t *packed, uint32_t size, uint8_t *out) {
  uint32_t at = 0, length = 0;
  while (at < size) {
    uint32_t code = packed[at++];
    if (code < 0x80) {
      for (uint32_t i = 0; i <= code; i++) out[length++] = packed[at++];
      continue;
    }
    uint32_t n = (code == 0xff ? packed[at++] : code - 0x80) + MIN_MATCH;
    uint32_t distance = packed[at] | packed[at + 1] << 8;
    at += 2;
    for (uint32_t i = 0; i < n; i++, length++) out[length] = out[length - distance];
  }
  return length;
}

int main(void) {
  uint32_t length;
  const uint8_t *text = weft_input(&length);
  if (text == NULL || length > 65535) return 1;
  uint8_t *packed = weft_alloc(length + length / 64 + 16), *back = weft_alloc(length + MAX_MATCH);
  uint32_t size = compress(text, length, packed);
  if (expand(packed, size, back) != length) return 2;
  uint32_t a = 1, b = 0;
  for (uint32_t i = 0; i < length; i++) {
    if (back[i] != text[i]) return 3;
    a = (a + text[i]) % 65521;
    b = (b + a) % 65521;
  }
  uint32_t out[3] = {length, size, b << 16 | a};
  weft_public(out, sizeof out);
  weft_print_u32(length);
  weft_print(" bytes to ");
  weft_print_u32(size);
  weft_print("\n");
  return 0;
}
