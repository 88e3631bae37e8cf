/* What the guests of pairing-friendly curves are asked: sums and multiples of points, and calculations in the quadratic extension. */
#ifndef WEFT_QUESTIONS_H
#define WEFT_QUESTIONS_H
#include "weierstrass.h"

/* y^2 = x^3 + b, and the calls of its base field and of that field's extension. */
typedef struct {
  const weft_curve *points;
  const uint32_t *modulus;
  uint32_t b, fp_add, fp_mul, fp2_add, fp2_sub, fp2_mul;
} weft_family;

enum { WEFT_SUM = 1, WEFT_MULTIPLE = 2, WEFT_EXTENSION = 3 };

/*
 * Answers questions 1 to 3, by public values. Numbers have their highest byte first, 4 bytes for each word of a coordinate; scalars have 32. The
 * point at infinity is (0, 0), as in EIP-196 and EIP-2537:
 *   1, x1, y1, x2, y2: the sum of two points; 2, x, y, k: k times a point; both as 1, x, y, or 0 where something is no point of the curve
 *   3, a0, a1, b0, b1: sum, difference and product of a0 + a1 i and b0 + b1 i, two numbers each
 * @returns whether the item is such a question.
 */
int weft_answer(const weft_family *family, const uint8_t *item, uint32_t length);
/* Public: 1 and a point, or 0 for NULL. */
void weft_answer_point(const weft_family *family, const weft_point *p);
#endif
