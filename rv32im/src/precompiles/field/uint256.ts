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

const BITS = 256n;
const SIZE = 2n ** BITS;

/**
 * r = a b modulo m, and modulo 2^256 if m is 0. Operands are any numbers; there is no row if the quotient takes more than 256 bits, which
 * it does only if neither factor is below the modulus.
 */
export function multiplyModular(): Formula {
  const system = new Congruences({
    modulus: SIZE,
    numbers: { a: 'any', b: 'any', m: 'any', quotient: 'any', high: 'any', r: 'any' },
    equalities: {
      product: [
        { a: { a: 1 }, b: { b: 1 } },
        { a: { quotient: -1 }, b: { m: 1 } },
        { a: { r: -1 } },
        { a: { high: -1 }, b: SIZE },
      ],
    },
    derived: ['high'],
  });
  return {
    system,
    inputs: ['a', 'b', 'm'],
    outputs: ['r'],
    assert: assertModulus,
    solve: (inputs) =>
      inputs.map((values): Values => {
        const { a, b, m } = values as Readonly<Record<'a' | 'b' | 'm', bigint>>;
        const modulus = m === 0n ? SIZE : m;
        const quotient = (a * b) / modulus;
        return { a, b, m, quotient, high: m === 0n ? quotient : 0n, r: (a * b) % modulus };
      }),
  };
}

/** The modulus is m, or 2^256 if that is 0: `high` is the quotient then, else 0, and r is below m unless that is 0. */
function assertModulus(c: ChipBuilder, real: Expr, numbers: Numbers): void {
  const { m, quotient, high, r } = numbers as Readonly<Record<'m' | 'quotient' | 'high' | 'r', Numbers[string]>>;
  const [first, ...rest] = m.limbs as [Expr, ...Expr[]];
  // Below p, hence 0 only if all limbs are.
  const total = sum(first, ...rest);
  const [firstFill, ...fills] = m.fills;
  const totalFill = fills.reduce((x, y) => x.add(y), firstFill!);
  const isZero = c.bool('modulus_is_zero', totalFill.eq(0));
  // 0 or 1: where the bit is set and the row not real the total would be 0, and its product with anything -1.
  const isSet = real.sub(isZero);
  c.assertZero('zero_modulus', isZero.mul(total));
  const inverse = c.col('modulus_inverse', totalFill.finv());
  c.assertEqual('modulus_has_inverse', total.mul(inverse), isSet);
  // Nothing would read it; so no column is free.
  c.assertZero('no_inverse_of_zero', inverse.mul(isZero));
  for (const [i, limb] of high.limbs.entries()) c.assertEqual(`high_${i}`, limb, isZero.mul(quotient.limbs[i]!));
  const limits = halvesOf(8, m.limbs, (x, y) => x.add(y.mul(256)));
  const limitFills = halvesOf(8, m.fills, (x, y) => x.add(y.shl(8)));
  assertBelow(c, 'r_below', r, limits, limitFills, isSet, totalFill.eq(0).xor(1));
}
