/**
 * @module KoalaBear, the base field: p = 2^31 - 2^24 + 1. A `Felt` is a canonical integer in [0, p) held in a plain
 * number. Two-adicity 24, generator 3, x^3 a bijection. Everything outside the kernels uses this canonical form.
 */

/** A canonical field element: an integer in [0, P). */
export type Felt = number;

export const P = 0x7f000001;
export const TWO_ADICITY = 24;
/** A primitive 2^24-th root of unity, 3^127. */
export const TWO_ADIC_ROOT: Felt = 0x6ac49f88;

/*
 * A product of two elements has up to 62 bits, so its quotient by p is guessed in floating point and the remainder is
 * formed modulo 2^32. Each of the four roundings is off by at most 2^-53 relative; scaling 1/p down by 8e-16 > 4 * 2^-53
 * makes the guess never too large, and at most 1 too small plus 2^31 * 2e-15 < 1e-5. So r = ab - qp lies in [0, 2p),
 * and r - p in [-p, p) fits a signed 32-bit integer.
 */
const P_INVERSE = (1 / P) * (1 - 8e-16);

export function mul(a: Felt, b: Felt): Felt {
  const q = (a * b * P_INVERSE) | 0;
  const r = (Math.imul(a, b) - Math.imul(q, P) - P) | 0;
  return r + (P & (r >> 31));
}

export function add(a: Felt, b: Felt): Felt {
  const r = (a + b - P) | 0;
  return r + (P & (r >> 31));
}

export function sub(a: Felt, b: Felt): Felt {
  const r = (a - b) | 0;
  return r + (P & (r >> 31));
}

export function neg(a: Felt): Felt {
  return a === 0 ? 0 : P - a;
}

/** `a^e` for an integer e in [0, 2^53). */
export function pow(a: Felt, e: number): Felt {
  let result = 1;
  let base = a;
  for (let rest = e; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = mul(result, base);
    base = mul(base, base);
  }
  return result;
}

/** @throws {RangeError} when `a` is zero. */
export function inverse(a: Felt): Felt {
  if (a === 0) throw new RangeError('the zero of KoalaBear has no inverse');
  return pow(a, P - 2);
}

/** The element congruent to any safe integer, negative ones included. */
export function toFelt(x: number): Felt {
  const r = x % P;
  // As an integer, not a double that happens to be whole: see `ext.ts`.
  return (r < 0 ? r + P : r) | 0;
}

/** A primitive 2^`logOrder`-th root of unity, 0 <= logOrder <= 24. */
export function rootOfUnity(logOrder: number): Felt {
  let root = TWO_ADIC_ROOT;
  for (let i = logOrder; i < TWO_ADICITY; i++) root = mul(root, root);
  return root;
}
