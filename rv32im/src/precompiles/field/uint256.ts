/**
 * @module Products of numbers of 256 bits modulo another: the modulus is a number of the row.
 */
import type { ChipBuilder } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import { Congruences } from '@weft/prover/kit/field/congruences';
import { halvesOf } from '@weft/prover/kit/field/limbs';
import { assertBelow } from '@weft/prover/kit/field/relation';
import type { Values } from '@weft/prover/kit/field/witness';
import type { Formula, Numbers } from './formula.ts';

const BITS = 256;
const SIZE = 2n ** BigInt(BITS);

/**
 * r = a b modulo m, and modulo 2^256 if m is 0. Operands are any numbers; there is no row if the quotient takes more than 256 bits, which
 * it does only if neither factor is below the modulus.
 */
export function multiplyModular(): Formula {
  const system = new Congruences({
    modulus: SIZE,
    numbers: { a: 'any', b: 'any', m: 'any', quotient: 'any', r: 'any' },
    // 2^256 in place of m = 0.
    bits: { whole: BITS },
    equalities: {
      product: [{ a: { a: 1 }, b: { b: 1 } }, { a: { quotient: -1 }, b: { m: 1, whole: 1 } }, { a: { r: -1 } }],
    },
  });
  return {
    system,
    inputs: ['a', 'b', 'm'],
    outputs: ['r'],
    assert: assertModulus,
    solve: (inputs) =>
      inputs.map((values): Values => {
        const { a, b, m } = values as Readonly<Record<'a' | 'b' | 'm', bigint>>;
        const [product, whole] = [a * b, m === 0n ? SIZE : 0n];
        return { a, b, m, whole, quotient: product / (m + whole), r: product % (m + whole) };
      }),
  };
}

/** The modulus is m, or 2^256 if that is 0, and r is below it. */
function assertModulus(c: ChipBuilder, real: Expr, numbers: Numbers): void {
  const { m, r, whole } = numbers as Readonly<Record<'m' | 'r' | 'whole', Numbers[string]>>;
  const [isWhole, fill] = [whole.limbs.at(-1)!, whole.fills.at(-1)!];
  const [first, ...rest] = m.limbs as [Expr, ...Expr[]];
  // The sum of bytes is below p, hence 0 only of 0: no other modulus has 2^256 added to it.
  c.assertZero('whole_is_0', sum(first, ...rest).mul(isWhole));
  const limits = halvesOf(8, m.limbs, (x, y) => x.add(y.mul(256)));
  const limitFills = halvesOf(8, m.fills, (x, y) => x.add(y.shl(8)));
  // Every r is below 2^256, and none below an m = 0 that is not whole. 0 or 1: marks add up to this, which they cannot to the -1 of a
  // row that is whole and not real.
  const isPart = real.sub(isWhole);
  assertBelow(c, 'r_below', r, limits, limitFills, isPart, fill.xor(1));
}
