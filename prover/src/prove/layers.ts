/**
 * @module Sums of fractions in plain TypeScript: layers over interactions only, which are small, the last rows of others, and the
 * oracle's.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable, lerp } from '@weft/primitives/field/multilinear';
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

/** s0, s1, q0, q1: with s = p + (lambda / 2) q the summand is s0 q1 + s1 q0. */
export type Children = readonly (readonly Ext[])[];

/** Children that all stand in one list, neighbours together. */
export function childrenOf(fractions: readonly Fraction[], lambda: Ext): Children {
  const halfLambda = mulBase(lambda, HALF);
  const s = fractions.map((x) => add(x.numerator, mul(halfLambda, x.denominator)));
  const q = fractions.map((x) => x.denominator);
  return [s, s, q, q].map((v, k) => v.filter((_, i) => i % 2 === k % 2));
}

/** A sumcheck over children in plain lists. Variables are bound from the lowest up. */
export class PlainLayer implements LayerSumcheck {
  readonly #halfLambda: Ext;
  readonly #point: readonly Ext[];
  #children: Children;

  /** @param point - as many coordinates as the lists' length has bits. */
  constructor(children: Children, lambda: Ext, point: readonly Ext[]) {
    this.#halfLambda = mulBase(lambda, HALF);
    this.#point = point;
    this.#children = children;
  }

  async message(variable: number): Promise<readonly [Ext, Ext]> {
    let [atOne, leading] = [ZERO, ZERO];
    for (const [i, weight] of eqTable(this.#point.slice(variable + 1)).entries()) {
      const high = this.#children.map((v) => v[2 * i + 1]!);
      const slope = high.map((x, k) => sub(x, this.#children[k]![2 * i]!));
      const cross = ([s0, s1, q0, q1]: readonly Ext[]): Ext => add(mul(s0!, q1!), mul(s1!, q0!));
      atOne = add(atOne, mul(weight, cross(high)));
      leading = add(leading, mul(weight, cross(slope)));
    }
    return [atOne, leading];
  }

  async bind(_: number, challenge: Ext): Promise<void> {
    this.#children = this.#children.map((v) =>
      Array.from({ length: v.length / 2 }, (_, i) => lerp(v[2 * i]!, v[2 * i + 1]!, challenge)),
    );
  }

  async finish(): Promise<[Ext, Ext, Ext, Ext]> {
    const [s0, s1, q0, q1] = this.#children.map((v) => v[0]!) as [Ext, Ext, Ext, Ext];
    return [sub(s0, mul(this.#halfLambda, q0)), sub(s1, mul(this.#halfLambda, q1)), q0, q1];
  }
}
