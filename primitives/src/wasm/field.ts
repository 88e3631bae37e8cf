/**
 * @module KoalaBear on four SIMD lanes. Elements in kernel memory are canonical and in Montgomery form, x 2^32 mod p, and
 * products are Montgomery products a b / 2^32, so form is kept. Because p = 1 + 32512 * 2^16, one 16-bit reduction step
 * x -> x1 - 32512 x0 is a single `i32x4.dot_i16x8_s` with the pairs (-32512, 1); two steps reduce the low word of the
 * product. Flipping the top bits turns the unsigned halves into signed ones, and the addition in between removes the
 * constant that this induces. For |a|, |b| <= p the result lies strictly within (-p, p).
 */
import { type Felt, mul, P } from '../field/base.ts';
import { type Code, type FunctionBuilder, i32, v128 } from './assembler.ts';

const C = 32512;
/** 2^64 mod p: the Montgomery product with it brings a canonical element into Montgomery form. */
export const R_SQUARED = 402124772;
/** 2^32 mod p: the one of Montgomery form. */
export const R = 33554430;
/** 2^-32 mod p. */
const R_INVERSE = 1057030144;

/** x 2^32 mod p. */
export function toMontgomery(x: Felt): number {
  return mul(x, R);
}

/** The element whose Montgomery form is `x`. */
export function fromMontgomery(x: number): Felt {
  return mul(x, R_INVERSE);
}

/** p 2^32 in both 64-bit lanes. */
const P_HIGH = v128.constant([0, P, 0, P]);

/** Emits field arithmetic into one function. Operands are used more than once: pass locals or short loads. */
export class VectorField {
  readonly #f: FunctionBuilder;
  readonly #p: Code;
  readonly #pairs: Code;
  readonly #flipBoth: Code;
  readonly #flipLow: Code;
  readonly #offset: Code;

  constructor(f: FunctionBuilder) {
    this.#f = f;
    this.#p = f.keep(v128.splat(P));
    this.#pairs = f.keep(v128.splat(0x10000 | (-C & 0xffff)));
    this.#flipBoth = f.keep(v128.splat(0x80008000));
    this.#flipLow = f.keep(v128.splat(0x8000));
    this.#offset = f.keep(v128.splat(0x10000 - 32768 * C));
  }

  /** Canonical operands and result. */
  add(a: Code, b: Code): Code {
    return this.#belowP(v128.add(a, b));
  }

  /** Canonical operands and result. */
  sub(a: Code, b: Code): Code {
    return this.canonical(v128.sub(a, b));
  }

  /** Canonical operands; a result below 2p, congruent to their sum. For {@link mulShoup}. */
  lazyAdd(a: Code, b: Code): Code {
    return this.#f.keep(v128.add(a, b));
  }

  /** The same of their difference. */
  lazySub(a: Code, b: Code): Code {
    return this.#f.keep(v128.add(v128.sub(a, b), this.#p));
  }

  /** From (-p, p), as signed numbers, to [0, p). */
  canonical(a: Code): Code {
    const s = this.#f.keep(a);
    return this.#f.keep(v128.minU(s, v128.add(s, this.#p)));
  }

  /** From [0, 2p) to [0, p). */
  #belowP(a: Code): Code {
    const s = this.#f.keep(a);
    return this.#f.keep(v128.minU(s, v128.sub(s, this.#p)));
  }

  /**
   * Sum of products a_i b_i / 2^32 of canonical elements with one Montgomery reduction at the end. Four products stay
   * below 2^64. Taking p 2^32 off a sum whose high word is p or more leaves less than 2.05 p^2, room for two more.
   */
  dot(a: readonly Code[], b: readonly Code[]): Code {
    return this.reduce64(this.#wideSum(a, b, v128.mulLowU), this.#wideSum(a, b, v128.mulHighU));
  }

  #wideSum(a: readonly Code[], b: readonly Code[], product: (a: Code, b: Code) => Code): Code {
    let sum = product(a[0]!, b[0]!);
    for (let i = 1; i < a.length; i++) {
      if (i >= 4 && i % 2 === 0) sum = this.narrow64(sum);
      sum = v128.add64(sum, product(a[i]!, b[i]!));
    }
    return a.length > 4 && a.length % 2 === 0 ? this.narrow64(sum) : this.#f.keep(sum);
  }

  /** Takes p 2^32 off 64-bit lanes whose high word is at least p. */
  narrow64(sum: Code): Code {
    const s = this.#f.keep(sum);
    return this.#f.keep(v128.minU(s, v128.sub(s, P_HIGH)));
  }

  /** Montgomery reduction of four 64-bit sums in two pairs, each below 2p 2^32. */
  reduce64(low: Code, high: Code): Code {
    const lowWords = this.#f.keep(v128.shuffle(low, high, [0, 2, 4, 6]));
    const highWords = this.#belowP(v128.shuffle(low, high, [1, 3, 5, 7]));
    // The low words' part lies in (-p, p): canonical first, or its sum with the high words could leave 32 bits.
    return this.add(this.canonical(this.#reduceLow(lowWords)), highWords);
  }

  /** What the low word of a product contributes to its Montgomery reduction. */
  #reduceLow(low: Code): Code {
    const once = v128.dot(v128.xor(low, this.#flipBoth), this.#pairs);
    return v128.dot(v128.xor(v128.add(once, this.#offset), this.#flipLow), this.#pairs);
  }

  /** Operands in (-p, p), result in (-p, p) as a signed number. */
  mulSigned(a: Code, b: Code): Code {
    const [x, y] = [this.#f.keep(a), this.#f.keep(b)];
    const high = v128.shuffle(v128.mulLow(x, y), v128.mulHigh(x, y), [1, 3, 5, 7]);
    return this.#f.keep(v128.add(this.#reduceLow(v128.mul(x, y)), high));
  }

  /** Operands in (-p, p), canonical result. */
  mul(a: Code, b: Code): Code {
    return this.canonical(this.mulSigned(a, b));
  }

  /**
   * a w for a constant w, from w and floor(w 2^32 / p) (Shoup). No Montgomery factor is involved, so either form of `a`
   * is kept; any 32-bit `a` is allowed.
   */
  mulShoup(a: Code, w: Code, quotient: Code): Code {
    const q = v128.shuffle(v128.mulLowU(a, quotient), v128.mulHighU(a, quotient), [1, 3, 5, 7]);
    return this.#belowP(v128.sub(v128.mul(a, w), v128.mul(q, this.#p)));
  }

  /**
   * a / 2^k for canonical a and 1 <= k <= 24: with a = a1 2^k + a0, and 2^-24 = -127, it is a1 - a0 127 2^(24 - k).
   */
  halve(a: Code, k: number): Code {
    const low = v128.and(a, v128.splat(2 ** k - 1));
    const high = v128.shiftRightU(a, i32.constant(k));
    return this.canonical(v128.sub(high, v128.mul(low, v128.splat(127 * 2 ** (24 - k)))));
  }
}
