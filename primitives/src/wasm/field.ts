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

  /** Operands in (-p, p), result in (-p, p) as a signed number. */
  mulSigned(a: Code, b: Code): Code {
    const [x, y] = [this.#f.keep(a), this.#f.keep(b)];
    const low = v128.dot(v128.xor(v128.mul(x, y), this.#flipBoth), this.#pairs);
    const reduced = v128.dot(v128.xor(v128.add(low, this.#offset), this.#flipLow), this.#pairs);
    const high = v128.shuffle(v128.mulLow(x, y), v128.mulHigh(x, y), [1, 3, 5, 7]);
    return this.#f.keep(v128.add(reduced, high));
  }

  /** Operands in (-p, p), canonical result. */
  mul(a: Code, b: Code): Code {
    const t = this.mulSigned(a, b);
    return this.#f.keep(v128.minU(t, v128.add(t, this.#p)));
  }
}
