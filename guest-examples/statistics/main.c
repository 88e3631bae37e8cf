/*
 * Figures of a private data set. Input items: a salt (32 bytes); the data, signed numbers of 32 bits, lowest byte first, one at least.
 * Public: SHA-256 of salt and data, the count, the least and the greatest (32 bits each), then median, mean and variance as 64-bit floating-point
 * numbers. Where the input is none, exits with code 1.
 */
#include "items.h"

enum { SALT = 32, MOST = 1 << 20 };

/* Merge sort from the bottom up. @returns the sorted numbers: `a` or `b`, which has room for as many. */
static int32_t *sort(int32_t *a, int32_t *b, uint32_t n) {
  for (uint32_t width = 1; width < n; width *= 2) {
    for (uint32_t from = 0; from < n; from += 2 * width) {
      uint32_t middle = from + width < n ? from + width : n, end = from + 2 * width < n ? from + 2 * width : n;
      uint32_t i = from, j = middle;
      for (uint32_t k = from; k < end; k++) b[k] = j == end || (i < middle && a[i] <= a[j]) ? a[i++] : a[j++];
    }
    int32_t *sorted = b;
    b = a;
    a = sorted;
  }
  return a;
}

static void publish(double value) { weft_public(&value, sizeof value); }

int main(void) {
  uint32_t length;
  const uint8_t *salt = weft_item_of(SALT), *data = weft_item(&length);
  if (length == 0 || length % 4 != 0 || length / 4 > MOST) weft_refuse("the data are no 32-bit numbers, or too many");
  uint32_t n = length / 4;
  uint8_t *committed = weft_alloc(SALT + length), digest[32];
  memcpy(committed, salt, SALT);
  memcpy(committed + SALT, data, length);
  weft_sha256_of(committed, SALT + length, digest);

  int32_t *numbers = weft_alloc(length), *room = weft_alloc(length);
  memcpy(numbers, data, length);
  numbers = sort(numbers, room, n);
  /* Exact: below 2^52 in absolute value. */
  int64_t sum = 0, middles = (int64_t)numbers[(n - 1) / 2] + numbers[n / 2];
  for (uint32_t i = 0; i < n; i++) sum += numbers[i];
  double mean = (double)sum / n, squares = 0;
  for (uint32_t i = 0; i < n; i++) {
    double distance = numbers[i] - mean;
    squares += distance * distance;
  }

  weft_public(digest, sizeof digest);
  weft_public_u32(n);
  weft_public(&numbers[0], 4);
  weft_public(&numbers[n - 1], 4);
  publish((double)middles / 2);
  publish(mean);
  publish(squares / n);
  return 0;
}
