/**
 * @module The chip of bits: the decomposition of a word into the 31 bits of its canonical representative, or into a one-hot
 * vector, and the domain point of the row at the position that the low bits are.
 */
import { rootOfUnity, sub as subFelt } from '@weft/primitives/field/base';
import { type Expr, sum } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { defineRows, FELT, type RowChip } from './words.ts';

const BITS = 31;
/** Bits that a row provides: p - 1 is a multiple of 2^24, and no position or offset has more. */
export const PROVIDED_BITS = 24;
/** Where the bits of all ones are that only p - 1 and what is above it share. */
const TOP = PROVIDED_BITS;

/** The cell of column `factor_i` in a row that provides a domain point of more than i bits. */
export const domainFactor = (i: number): number => subFelt(rootOfUnity(i + 1), 1);

const weighted = (bits: readonly Expr[], weight: (i: number) => number): Expr => {
  const [first, ...rest] = bits.map((b, i) => b.mul(weight(i)));
  return sum(first!, ...rest);
};

function bitFills(x: Fill, isOneHot: Fill, one: Fill): Fill[] {
  // x = i + 1 sets bit i; shifting by x - 1 of x = 0 would set the last one.
  const hot = one.shl(x.sub(1)).mul(one.xor(x.eq(0)));
  const pattern = isOneHot.select(hot, x);
  return Array.from({ length: BITS }, (_, i) => pattern.shr(i).and(1));
}

export const bits: RowChip = defineRows(
  'bits',
  { padding: [...new Array<number>(BITS + 3).fill(0), ...new Array<number>(PROVIDED_BITS).fill(1)] },
  (c) => {
    const [x, hot, length] = [c.wire('x'), c.number('one_hot'), c.number('point_bits')];
    const fills = bitFills(x, hot, c.literal(1));
    const b = fills.map((fill, i) => c.bool(`bit_${i}`, fill));
    // Whether the top bits are all ones, three at a time.
    const tops: Expr[] = [];
    let allOnes: Fill = fills[TOP]!;
    for (let k = 0; k < 3; k++) {
      const [i, j] = [TOP + 1 + 2 * k, TOP + 2 + 2 * k];
      allOnes = allOnes.and(fills[i]!).and(fills[j]!);
      const column = c.col(`top_${k}`, allOnes);
      c.assertEqual(`top_${k}`, (tops[k - 1] ?? b[TOP]!).mul(b[i]!).mul(b[j]!), column);
      tops.push(column);
    }
    const points: Expr[] = [];
    let power: Fill = c.literal(1);
    for (let i = 0; i < PROVIDED_BITS; i++) {
      const isIn = c.literal(i).ltu(length).and(fills[i]!);
      power = isIn.select(power.fmul(rootOfUnity(i + 1)), power);
      points.push(c.col(`point_${i}`, power));
    }
    const [atX, atBits, atPoint] = [c.fixedCol('at_x'), c.fixedCol('at_bits'), c.fixedCol('at_point')];
    const [isReal, isOneHot, isExact] = [c.fixedCol('is_real'), c.fixedCol('is_one_hot'), c.fixedCol('is_exact')];
    const pointCount = c.fixedCol('point_count');
    const factors = points.map((_, i) => c.fixedCol(`factor_${i}`));
    const low = b.slice(0, PROVIDED_BITS);
    // 127 * 2^24 = p - 1: with all top bits set, any other bit would make a number from p on, a second form of a small one.
    c.assertZero('canonical', tops[2]!.mul(weighted(low, () => 1)));
    const all = weighted(b, () => 1);
    c.assertZero('one_hot', isOneHot.mul(all.mul(all.sub(1))));
    // Where the key wants no more than so many bits, its factors are 1 at the others.
    const beyond = factors.map((f, i) => f.mul(b[i]!)).reduce((s, e) => s.add(e));
    c.assertZero('exact', isExact.mul(beyond.add(weighted(b.slice(PROVIDED_BITS), () => 1))));
    for (const [i, point] of points.entries()) {
      const step = b[i]!.mul(factors[i]!).add(1);
      c.assertEqual(`point_${i}`, i === 0 ? step : points[i - 1]!.mul(step), point);
    }
    const number = weighted(b, (i) => 2 ** i);
    const index = weighted(b, (i) => i + 1);
    c.send(FELT, [atX, number.add(isOneHot.mul(index.sub(number)))], isReal);
    c.provide(FELT, [atPoint, points.at(-1)!], pointCount);
    for (const [i, bit] of low.entries()) c.provide(FELT, [atBits.add(i), bit], c.fixedCol(`count_${i}`));
  },
);
