/**
 * @module The degree-5 extension E = F[x] / (x^5 + x^2 - 1) of KoalaBear, about 2^154.9 elements. An `Ext` is its five
 * coefficients, lowest first. Products reduce with x^5 = 1 - x^2.
 */
import { type Felt, add as fadd, inverse as finv, mul as fmul, sub as fsub, P } from './base.ts';

export const DEGREE = 5;
/** log2 of the number of elements of E. */
export const LOG_EXT_ORDER: number = 5 * Math.log2(P);

export type Ext = readonly [Felt, Felt, Felt, Felt, Felt];

export const ZERO: Ext = [0, 0, 0, 0, 0];
export const ONE: Ext = [1, 0, 0, 0, 0];

export function fromBase(a: Felt): Ext {
  return [a | 0, 0, 0, 0, 0];
}

export function add(a: Ext, b: Ext): Ext {
  return [fadd(a[0], b[0]), fadd(a[1], b[1]), fadd(a[2], b[2]), fadd(a[3], b[3]), fadd(a[4], b[4])];
}

export function sub(a: Ext, b: Ext): Ext {
  return [fsub(a[0], b[0]), fsub(a[1], b[1]), fsub(a[2], b[2]), fsub(a[3], b[3]), fsub(a[4], b[4])];
}

export function neg(a: Ext): Ext {
  return sub(ZERO, a);
}

export function mulBase(a: Ext, b: Felt): Ext {
  return [fmul(a[0], b), fmul(a[1], b), fmul(a[2], b), fmul(a[3], b), fmul(a[4], b)];
}

/*
 * a1 * b for the upper 15 and a0 * b for the lower 16 bits of a stay below 2^47, so five of each can be added exactly in
 * a double (< 2^50) and reduced once: 10 multiplications and 2 reductions per coefficient instead of 5 reductions.
 *
 * A reduction takes the quotient from a floating-point product whose error is below 1 / p, so the quotient is right, or
 * one too small for a multiple of p: remainders lie in [0, p]. `%` would be a library call, five times slower.
 */
const P_INVERSE = 1 / P;

function dot5(a: Ext, b0: number, b1: number, b2: number, b3: number, b4: number): Felt {
  // By index: destructuring would run the array iterator wherever the engine has not optimised yet.
  const a0 = a[0];
  const a1 = a[1];
  const a2 = a[2];
  const a3 = a[3];
  const a4 = a[4];
  const high = (a0 >>> 16) * b0 + (a1 >>> 16) * b1 + (a2 >>> 16) * b2 + (a3 >>> 16) * b3 + (a4 >>> 16) * b4;
  const low = (a0 & 0xffff) * b0 + (a1 & 0xffff) * b1 + (a2 & 0xffff) * b2 + (a3 & 0xffff) * b3 + (a4 & 0xffff) * b4;
  const sum = (high - Math.floor(high * P_INVERSE) * P) * 65536 + low;
  // Integer operations to the end: one array of doubles would make all code that meets it slower.
  const r = (sum - Math.floor(sum * P_INVERSE) * P - P) | 0;
  return r + (P & (r >> 31));
}

export function mul(a: Ext, b: Ext): Ext {
  const b0 = b[0];
  const b1 = b[1];
  const b2 = b[2];
  const b3 = b[3];
  const b4 = b[4];
  // Each coefficient of the product is one inner product of a with a rearrangement of b (x^5 = 1 - x^2).
  const b14 = fsub(b1, b4);
  const b03 = fsub(b0, b3);
  const b42 = fsub(b4, b2);
  const b314 = fadd(fsub(b3, b1), b4);
  return [
    dot5(a, b0, b4, b3, b2, b14),
    dot5(a, b1, b0, b4, b3, b2),
    dot5(a, b2, b14, b03, b42, b314),
    dot5(a, b3, b2, b14, b03, b42),
    dot5(a, b4, b3, b2, b14, b03),
  ];
}

/** Sum of weights[i] * values[i]. */
export function dotBase(weights: readonly Ext[], values: readonly Felt[]): Ext {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    const x = values[i]!;
    s0 = fadd(s0, fmul(w[0], x));
    s1 = fadd(s1, fmul(w[1], x));
    s2 = fadd(s2, fmul(w[2], x));
    s3 = fadd(s3, fmul(w[3], x));
    s4 = fadd(s4, fmul(w[4], x));
  }
  return [s0, s1, s2, s3, s4];
}

export function equals(a: Ext, b: Ext): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];
}

export function isZero(a: Ext): boolean {
  return equals(a, ZERO);
}

export function pow(a: Ext, e: bigint): Ext {
  let result: Ext = ONE;
  let base = a;
  for (let rest = e; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mul(result, base);
    base = mul(base, base);
  }
  return result;
}

/** Images x^(jp) of the basis under the Frobenius map, so that a -> a^p is linear: five base-by-extension products. */
const FROBENIUS: readonly Ext[] = (() => {
  const image = pow([0, 1, 0, 0, 0], BigInt(P));
  const powers: Ext[] = [ONE];
  for (let j = 1; j < DEGREE; j++) powers.push(mul(powers[j - 1]!, image));
  return powers;
})();

/** a^p. */
export function frobenius(a: Ext): Ext {
  let sum: Ext = ZERO;
  for (let j = 0; j < DEGREE; j++) sum = add(sum, mulBase(FROBENIUS[j]!, a[j]!));
  return sum;
}

/**
 * Inverse by the norm: with c = a^(p + p^2 + p^3 + p^4), a * c lies in the base field.
 * @throws {RangeError} when `a` is zero.
 */
export function inverse(a: Ext): Ext {
  if (isZero(a)) throw new RangeError('the zero of the extension has no inverse');
  const f1 = frobenius(a);
  const f12 = mul(f1, frobenius(f1));
  const conjugates = mul(f12, frobenius(frobenius(f12)));
  const norm = mul(a, conjugates)[0];
  return mulBase(conjugates, finv(norm));
}

/** 1, a, a^2, ... of the given length. */
export function powers(a: Ext, count: number): Ext[] {
  const out: Ext[] = [];
  let current: Ext = ONE;
  for (let i = 0; i < count; i++) {
    out.push(current);
    current = mul(current, a);
  }
  return out;
}
