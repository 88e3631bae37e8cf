/**
 * @module What a bit says of a number: which of a root and its negative is asked for.
 */
import type { ChipBuilder } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import type { LimbColumns } from '@weft/prover/kit/field/limbs';
import { range } from '@weft/prover/kit/gadgets';
import type { Flag } from './formula.ts';

/**
 * Asserts that a number is odd if and only if the flag is set, unless it is 0, which is its own negative.
 * Assumes: limbs of 8 bits in range where `real` is 1, the flag 0 or 1.
 */
export function assertParity(c: ChipBuilder, name: string, real: Expr, number: LimbColumns, { bit }: Flag): void {
  const [low, ...others] = number.limbs as [Expr, ...Expr[]];
  const half = c.col(`${name}_half`, number.fills[0]!.shr(1));
  const odd = c.bool(`${name}_odd`, number.fills[0]!.and(1));
  // Seven bits and one are a byte in one way only.
  range(c, half, 7, real);
  c.assertEqual(`${name}_low`, low, half.mul(2).add(odd));
  // The sum of all limbs is below p, hence 0 only if they all are.
  c.assertZero(name, bit.sub(odd).mul(sum(low, ...others)));
}
