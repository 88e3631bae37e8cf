/**
 * @module KoalaBear on four SIMD lanes. Products are Montgomery products a b / 2^32. Because p = 1 + 32512 * 2^16, one
 * 16-bit reduction step x -> x1 - 32512 x0 is a single `i32x4.dot_i16x8_s` with the pairs (-32512, 1); two steps reduce
 * the low word of the product. Flipping the top bits turns the unsigned halves into signed ones, and the addition in
 * between removes the constant that this induces. For |a|, |b| <= p the result lies strictly within (-p, p).
 */
import { P } from '../field/base.ts';
import { type Code, type FunctionBuilder, v128 } from './assembler.ts';

const C = 32512;
/** 2^64 mod p: the Montgomery product with it brings a canonical element into Montgomery form. */
export const R_SQUARED = 402124772;
/** 2^32 mod p. */
export const R = 33554430;

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
    const s = this.#f.keep(v128.add(a, b));
    return this.#f.keep(v128.minU(s, v128.sub(s, this.#p)));
  }

  /** Canonical operands and result. */
  sub(a: Code, b: Code): Code {
    const s = this.#f.keep(v128.sub(a, b));
    return this.#f.keep(v128.minU(s, v128.add(s, this.#p)));
  }

  /**
   * Sum of products a_i b_i / 2^32 of up to five pairs of canonical elements. The 64-bit sums take four products below
   * 2^64; taking p off a high word that is p or more makes room for the fifth. One Montgomery reduction at the end.
   */
  dot(a: readonly Code[], b: readonly Code[]): Code {
    const f = this.#f;
    const highP = v128.constant([0, P, 0, P]);
    let low: Code = [];
    let high: Code = [];
    for (const [i, x] of a.entries()) {
      const [l, h] = [v128.mulLowU(x, b[i]!), v128.mulHighU(x, b[i]!)];
      if (i === 4) {
        low = f.keep(v128.minU(low, v128.sub(low, highP)));
        high = f.keep(v128.minU(high, v128.sub(high, highP)));
      }
      low = f.keep(i === 0 ? l : v128.add64(low, l));
      high = f.keep(i === 0 ? h : v128.add64(high, h));
    }
    const lowWords = f.keep(v128.shuffle(low, high, [0, 2, 4, 6]));
    const highWords = f.keep(v128.shuffle(low, high, [1, 3, 5, 7]));
    // The low words' part lies in (-p, p): canonical first, or its sum with the high words could leave 32 bits.
    const part = f.keep(this.#reduceLow(lowWords));
    const lowPart = f.keep(v128.minU(part, v128.add(part, this.#p)));
    return this.add(lowPart, f.keep(v128.minU(highWords, v128.sub(highWords, this.#p))));
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
    const t = this.mulSigned(a, b);
    return this.#f.keep(v128.minU(t, v128.add(t, this.#p)));
  }
}
