/**
 * @module Products of a number of 256 bits and one of many times 256, a part of it a row: the way in which such a product grows
 * without ever being longer than one carry.
 */
import { Congruences } from '@weft/prover/kit/field/congruences';
import type { Formula } from './formula.ts';

const PART_BITS = 256n;

/**
 * low + 2^256 high = a b + carry, all of 256 bits. The next part's carry is `high`; the carry of the first part is 0. Both are
 * numbers of the row, so that whoever chains rows can tie them to each other.
 */
export function widePart(): Formula {
  return {
    system: new Congruences({
      modulus: 2n ** PART_BITS,
      numbers: { a: 'any', b: 'any', carry: 'any', low: 'any', high: 'any' },
      equalities: {
        part: [{ a: { a: 1 }, b: { b: 1 } }, { a: { carry: 1, low: -1 } }, { a: { high: -1 }, b: 2n ** PART_BITS }],
      },
    }),
    inputs: ['a', 'b', 'carry'],
    outputs: ['low', 'high'],
    solve: (inputs) =>
      inputs.map((values) => {
        const { a, b, carry } = values as Readonly<Record<'a' | 'b' | 'carry', bigint>>;
        const sum = a * b + carry;
        return { a, b, carry, low: BigInt.asUintN(Number(PART_BITS), sum), high: sum >> PART_BITS };
      }),
  };
}
