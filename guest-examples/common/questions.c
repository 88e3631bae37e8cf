#include "questions.h"
#include "integers.h"
#include "weft.h"

enum { MOST_WORDS = 12, SCALAR_BYTES = 32 };

/* Reads a point; @returns whether it is one: reduced, and infinite or on the curve. */
static int load_point(const weft_family *family, weft_point *p, const uint8_t *bytes) {
  int words = family->points->words;
  uint32_t *x = p->at, *y = p->at + words, left[MOST_WORDS], right[MOST_WORDS];
  const uint32_t b[MOST_WORDS] = {family->b};
  weft_load(x, bytes, words);
  weft_load(y, bytes + 4 * words, words);
  p->is_infinite = weft_is_zero(x, 2 * words);
  if (!weft_is_below(x, family->modulus, words) || !weft_is_below(y, family->modulus, words)) return 0;
  weft_copy(left, y, words);
  weft_call_on(family->fp_mul, left, y);
  weft_copy(right, x, words);
  weft_call_on(family->fp_mul, right, x);
  weft_call_on(family->fp_mul, right, x);
  weft_call_on(family->fp_add, right, b);
  return p->is_infinite || weft_is_equal(left, right, words);
}

/* Public: so many numbers. */
static void publish(const weft_family *family, const uint32_t *numbers, int count) {
  int words = family->points->words;
  uint8_t bytes[4 * MOST_WORDS];
  for (int i = 0; i < count; i++) {
    weft_store(bytes, numbers + i * words, words);
    weft_public(bytes, 4 * (uint32_t)words);
  }
}

void weft_answer_point(const weft_family *family, const weft_point *p) {
  static const uint32_t infinity[2 * MOST_WORDS];
  uint8_t is_found = p != NULL;
  weft_public(&is_found, 1);
  if (is_found) publish(family, p->is_infinite ? infinity : p->at, 2);
}

static void answer_extension(const weft_family *family, const uint8_t *bytes) {
  int words = family->points->words;
  uint32_t codes[] = {family->fp2_add, family->fp2_sub, family->fp2_mul};
  for (int i = 0; i < 3; i++) {
    uint32_t numbers[4 * MOST_WORDS];
    for (int k = 0; k < 4; k++) weft_load(numbers + k * words, bytes + 4 * k * words, words);
    weft_call_on(codes[i], numbers, numbers + 2 * words);
    publish(family, numbers, 2);
  }
}

int weft_answer(const weft_family *family, const uint8_t *item, uint32_t length) {
  uint32_t size = 4 * (uint32_t)family->points->words;
  if (length == 0 || item[0] < WEFT_SUM || item[0] > WEFT_EXTENSION) return 0;
  if (length != 1 + (item[0] == WEFT_MULTIPLE ? 2 * size + SCALAR_BYTES : 4 * size)) return 0;
  const uint8_t *first = item + 1, *second = first + 2 * size;
  if (item[0] == WEFT_EXTENSION) {
    answer_extension(family, first);
    return 1;
  }
  weft_point p, q;
  int is_point = load_point(family, &p, first);
  if (is_point && item[0] == WEFT_SUM) {
    is_point = load_point(family, &q, second);
    if (is_point) weft_point_add(family->points, &p, &q);
  } else if (is_point) {
    weft_u256 k;
    weft_load(k.words, second, SCALAR_BYTES / 4);
    weft_point_multiply(family->points, &p, &k, &p);
  }
  weft_answer_point(family, is_point ? &p : NULL);
  return 1;
}
