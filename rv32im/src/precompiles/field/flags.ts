/**
 * @module What a bit says of a number: which of a root and its negative is asked for.
 */
import { inverse } from '@weft/primitives/field/base';
import type { ChipBuilder } from '@weft/prover/air/chip';
import { type Expr, sum } from '@weft/prover/air/expr';
import type { LimbColumns } from '@weft/prover/kit/field/limbs';
import { range } from '@weft/prover/kit/gadgets';
import type { Flag } from './formula.ts';

/**
 * Asserts that a number is odd if and only if the flag is set.
 * Assumes: limbs of 8 bits in range where `real` is 1, the flag 0 or 1. Guarantees: the lowest limb less the flag is twice seven bits,
 * both far below p.
 */
export function assertParity(c: ChipBuilder, real: Expr, number: LimbColumns, bit: Expr): void {
  range(c, number.limbs[0]!.sub(bit).mul(inverse(2)), 7, real);
}

/**
 * Asserts that a number is odd if and only if the flag is set, unless it is 0, which is its own negative.
 * Assumes: as {@link assertParity}.
 */
export function assertParityUnlessZero(
  c: ChipBuilder,
  name: string,
  real: Expr,
  number: LimbColumns,
  { bit }: Flag,
): void {
  const [low, ...others] = number.limbs as [Expr, ...Expr[]];
  const odd = c.bool(`${name}_odd`, number.fills[0]!.and(1));
  assertParity(c, real, number, odd);
  // The sum of all limbs is below p, hence 0 only if they all are.
  c.assertZero(name, bit.sub(odd).mul(sum(low, ...others)));
}
