/**
 * @module Inner products of base elements with extension elements, kept as 64-bit sums until the end.
 */
import { DEGREE } from '../../field/ext.ts';
import { type Code, V128, v128 } from '../../wasm/assembler.ts';
import type { Emitter, ExtCode } from '../../wasm/extension.ts';

/** Four running sums, one per lane. */
export class WideSums {
  readonly #e: Emitter;
  /** Two locals per coefficient: the lower two lanes, and the upper two. */
  readonly #sums: readonly number[];

  constructor(e: Emitter) {
    this.#e = e;
    this.#sums = Array.from({ length: 2 * DEGREE }, () => e.f.local(V128));
  }

  clear(): void {
    for (const s of this.#sums) this.#e.f.set(s, v128.splat(0));
  }

  /**
   * Adds two products to each coefficient; sums of at most 2.05 p^2 allow just that.
   * @param weight - coefficient j of the weight of value k.
   */
  add(values: readonly [Code, Code], weight: (k: number, j: number) => Code): void {
    const { f, field } = this.#e;
    for (let j = 0; j < DEGREE; j++) {
      const [w0, w1] = [f.keep(weight(0, j)), f.keep(weight(1, j))];
      for (const [half, product] of [v128.mulLowU, v128.mulHighU].entries()) {
        const s = this.#sums[2 * j + half]!;
        const both = v128.add64(product(values[0], w0), product(values[1], w1));
        f.set(s, field.narrow64(v128.add64(f.get(s), both)));
      }
    }
  }

  /** Coefficient j of the sums, reduced. */
  coefficient(j: number): Code {
    const { f, field } = this.#e;
    return field.reduce64(f.get(this.#sums[2 * j]!), f.get(this.#sums[2 * j + 1]!));
  }

  /** All coefficients of the sums, reduced. */
  total(): ExtCode {
    return Array.from({ length: DEGREE }, (_, j) => this.coefficient(j));
  }
}
