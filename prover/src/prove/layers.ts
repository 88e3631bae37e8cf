/**
 * @module Sums of fractions in plain TypeScript: layers over interactions only, which are small, and the oracle's.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable, foldHalves } from '@weft/primitives/field/multilinear';
import type { Fraction, LayerSumcheck } from './engine.ts';

const HALF = inverseFelt(2);

/** n0 / d0 + n1 / d1. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  return {
    numerator: add(mul(a.numerator, b.denominator), mul(b.numerator, a.denominator)),
    denominator: mul(a.denominator, b.denominator),
  };
}

/** Sums neighbours. */
export function halve(fractions: readonly Fraction[]): Fraction[] {
  return Array.from({ length: fractions.length / 2 }, (_, i) => addFractions(fractions[2 * i]!, fractions[2 * i + 1]!));
}

/** The sumcheck of one layer whose children all stand in one list. With s = p + (lambda / 2) q the summand is s0 q1 + s1 q0. */
export class PlainLayer implements LayerSumcheck {
  readonly #halfLambda: Ext;
  readonly #point: readonly Ext[];
  /** s0, s1, q0, q1. */
  #children: Ext[][];

  constructor(fractions: readonly Fraction[], lambda: Ext, point: readonly Ext[]) {
    this.#halfLambda = mulBase(lambda, HALF);
    this.#point = point;
    const s = fractions.map((x) => add(x.numerator, mul(this.#halfLambda, x.denominator)));
    const q = fractions.map((x) => x.denominator);
    this.#children = [s, s, q, q].map((v, k) => v.filter((_, i) => i % 2 === k % 2));
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    const n = 2 ** variable;
    const eq = eqTable(this.#point.slice(0, variable));
    let [atOne, leading] = [ZERO, ZERO];
    for (const [i, weight] of eq.entries()) {
      const high = this.#children.map((v) => v[n + i]!);
      const slope = this.#children.map((v) => sub(v[n + i]!, v[i]!));
      const cross = ([s0, s1, q0, q1]: readonly Ext[]): Ext => add(mul(s0!, q1!), mul(s1!, q0!));
      atOne = add(atOne, mul(weight, cross(high)));
      leading = add(leading, mul(weight, cross(slope)));
    }
    return [atOne, leading];
  }

  async bind(_: number, challenge: Ext): Promise<void> {
    this.#children = this.#children.map((v) => foldHalves(v, challenge));
  }

  async finish(): Promise<[Ext, Ext, Ext, Ext]> {
    const [s0, s1, q0, q1] = this.#children.map((v) => v[0]!) as [Ext, Ext, Ext, Ext];
    return [sub(s0, mul(this.#halfLambda, q0)), sub(s1, mul(this.#halfLambda, q1)), q0, q1];
  }
}
