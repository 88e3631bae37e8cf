/**
 * @module Branches and JALR.
 */
import { OP } from '@weft/executor/program/isa';
import { type Chip, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { assertAdd32, lessThan, range } from '@weft/prover/kit/gadgets';
import { branchFrame, immediateFrame, select, selectByBits, zeroBranchFrame } from './frames.ts';

/** Whether BEQ or BNE is taken. */
const isTaken = ({ BEQ, BNE }: Record<'BEQ' | 'BNE', Expr>, equal: Expr): Expr =>
  BEQ.mul(equal).add(BNE.sub(BNE.mul(equal)));

/** BEQ and BNE. Words are equal if and only if both limbs are; one field element would not do, since 2^32 > p. */
export const branchEq: Chip = defineChip('branch_eq', { events: 'branch_eq' }, (c) => {
  const s = select(c, ['BEQ', 'BNE']);
  const { row, a, b, finish } = branchFrame(c, s);
  const [fa, fb] = [c.event('a'), c.event('b')];
  const equal = c.bool('equal', fa.eq(fb));
  const [differenceLo, differenceHi] = [a.lo.sub(b.lo), a.hi.sub(b.hi)];
  c.assertZero('equal_lo', equal.mul(differenceLo));
  c.assertZero('equal_hi', equal.mul(differenceHi));
  // Where not equal, some combination of the differences is 1.
  const lo = fa.and(0xffff).fsub(fb.and(0xffff));
  const hi = fa.shr(16).fsub(fb.shr(16));
  const inverseLo = c.col('inverse_lo', lo.finv());
  const inverseHi = c.col('inverse_hi', lo.eq(0).select(hi.finv(), 0));
  c.assertEqual(
    'differs',
    differenceLo.mul(inverseLo).add(differenceHi.mul(inverseHi)),
    row.isReal.sub(row.isReal.mul(equal)),
  );
  finish(isTaken(s.is, equal));
});

/** BEQ and BNE whose rs2 is x0: a word is 0 if and only if its limbs add up to 0, which are too small for p. */
export const branchZero: Chip = defineChip('branch_zero', { events: 'branch_zero' }, (c) => {
  const s = select(c, ['BEQ', 'BNE']);
  const { row, a, finish } = zeroBranchFrame(c, s);
  const fa = c.event('a');
  const isZero = c.bool('zero', fa.eq(0));
  const limbs = a.lo.add(a.hi);
  c.assertZero('zero_is_0', isZero.mul(limbs));
  const inverse = c.col('inverse', fa.and(0xffff).add(fa.shr(16)).finv());
  c.assertEqual('others_are_not', limbs.mul(inverse), row.isReal.sub(row.isReal.mul(isZero)));
  finish(isTaken(s.is, isZero));
});

/** BLT, BGE, BLTU, BGEU. */
export const branchLt: Chip = defineChip('branch_lt', { events: 'branch_lt' }, (c) => {
  const s = selectByBits(c, OP.BLTU, { signed: 1, not: 2 });
  const { row, a, b, finish } = branchFrame(c, s);
  const less = lessThan(c, row.isReal, s.bit.signed, a, b, c.event('a'), c.event('b'), c.joined('op').and(1));
  // less xor not; the program bus has count 0 where the row is not real.
  finish(less.add(s.bit.not).sub(less.mul(s.bit.not).mul(2)));
});

/**
 * JALR: bit 0 of the target is dropped, what is left must be a multiple of 4.
 *
 * The target is a 32-bit number and may exceed p, then standing for target - p. That is 3 modulo 4 for a target that is 0, p being
 * 1 modulo 4: no instruction is there, nor is it the pc of a halted run.
 */
export const jalr: Chip = defineChip('jalr', { events: 'jalr' }, (c) => {
  const { row, a, b, finish } = immediateFrame(c, select(c, ['JALR']));
  const target = c.event('a').add(c.joined('imm'));
  const low = c.col('target_lo', target.and(0xffff).shr(2));
  const high = c.col('target_hi', target.shr(16));
  const dropped = c.bool('dropped_bit', target.and(1));
  range(c, low, 14, row.isReal);
  range(c, high, 16, row.isReal);
  assertAdd32(c, 'target', 1, a, b, { lo: low.mul(4).add(dropped), hi: high });
  // The program holds the upper limb of pc + 4; the lower one follows.
  const linkHi = c.col('link_hi', c.joined('pc').add(4).shr(16));
  const link = { lo: row.pc.add(row.isReal.mul(4)).sub(linkHi.mul(2 ** 16)), hi: linkHi };
  finish(link, low.mul(4).add(high.mul(2 ** 16)), linkHi);
});
