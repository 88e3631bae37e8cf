/**
 * @module Branches and JALR.
 */
import { OP } from '@weft/executor/program/isa';
import { type Chip, defineChip } from '@weft/prover/air/chip';
import { assertAdd32, lessThan, range } from '@weft/prover/kit/gadgets';
import { branchFrame, immediateFrame, select, selectByBits } from './frames.ts';

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
  finish(s.is.BEQ.mul(equal).add(s.is.BNE.sub(s.is.BNE.mul(equal))));
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
