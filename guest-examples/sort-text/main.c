/*
 * Reads "name,amount" lines from stdin (amounts are signed decimals), sorts them by amount and then by name, prints them
 * and makes public: the number of lines, the sum of the amounts, the median, and a checksum of the sorted names. Much
 * byte and half-word access, little arithmetic.
 */
#include "weft.h"

typedef struct {
  int32_t amount;
  uint16_t start;
  uint8_t length;
} line;

static const uint8_t *text;

static int before(const line *a, const line *b) {
  if (a->amount != b->amount) return a->amount < b->amount;
  uint32_t n = a->length < b->length ? a->length : b->length;
  for (uint32_t i = 0; i < n; i++) {
    uint8_t x = text[a->start + i], y = text[b->start + i];
    if (x != y) return x < y;
  }
  return a->length < b->length;
}

static void sort(line *lines, line *scratch, uint32_t n) {
  if (n < 2) return;
  uint32_t half = n / 2;
  sort(lines, scratch, half);
  sort(lines + half, scratch, n - half);
  uint32_t i = 0, j = half, k = 0;
  while (i < half || j < n) {
    if (j == n || (i < half && !before(&lines[j], &lines[i]))) scratch[k++] = lines[i++];
    else scratch[k++] = lines[j++];
  }
  for (k = 0; k < n; k++) lines[k] = scratch[k];
}

int main(void) {
  uint32_t length, count = 0, at = 0;
  text = weft_input(&length);
  if (text == NULL || length > 65535) return 1;
  line *lines = weft_alloc((length / 2 + 1) * sizeof(line)), *scratch = weft_alloc((length / 2 + 1) * sizeof(line));
  int32_t sum = 0;
  while (at < length) {
    uint32_t start = at;
    while (at < length && text[at] != ',') at++;
    if (at == length) break;
    uint32_t name = at - start, negative = 0;
    int32_t amount = 0;
    at++;
    if (at < length && text[at] == '-') negative = 1, at++;
    for (; at < length && text[at] != '\n'; at++) {
      if (text[at] < '0' || text[at] > '9') return 2;
      amount = 10 * amount + (text[at] - '0');
    }
    at++;
    lines[count++] = (line){negative ? -amount : amount, (uint16_t)start, (uint8_t)(name > 255 ? 255 : name)};
    sum += negative ? -amount : amount;
  }
  sort(lines, scratch, count);
  uint16_t check[2] = {1, 0};
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t k = 0; k < lines[i].length; k++) {
      check[0] = (uint16_t)((check[0] + text[lines[i].start + k]) % 65521);
      check[1] = (uint16_t)((check[1] + check[0]) % 65521);
    }
  }
  int32_t out[4] = {(int32_t)count, sum, count ? lines[count / 2].amount : 0, (int32_t)((uint32_t)check[1] << 16 | check[0])};
  weft_public(out, sizeof out);
  weft_print_u32(count);
  weft_print(" lines sorted\n");
  return 0;
}
