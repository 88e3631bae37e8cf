/**
 * @module Gadgets: constraint functions that chips share. `Assumes` names what the caller has to have proven, `Guarantees`
 * what holds for every row that satisfies the constraints.
 */
import { checkArray, checkInteger, checkMethods, checkName } from '@weft/primitives/arguments';
import type { ChipBuilder } from '../air/chip.ts';
import type { Expr } from '../air/expr.ts';
import type { Fill } from '../air/fill.ts';
import { BYTE_PAIR, RANGE } from './buses.ts';

/** A 32-bit value as two 16-bit limbs. */
export interface Word {
  readonly lo: Expr;
  readonly hi: Expr;
}

const INVERSE_2_16: number = 2130673921;

/** Two columns for the limbs of `fill`. Guarantees nothing about their size. */
export function word(c: ChipBuilder, name: string, fill: Fill): Word {
  checkName('name', name);
  return { lo: c.col(`${name}_lo`, fill.and(0xffff)), hi: c.col(`${name}_hi`, fill.shr(16)) };
}

/** Guarantees, where count is 1: value < 2^bits as an integer. @throws {RangeError} for a number of bits above 16. */
export function range(c: ChipBuilder, value: Expr, bits: Expr | number, count: Expr): void {
  if (typeof bits === 'number') checkInteger('bits', bits, 0, 16);
  c.send(RANGE, [value, bits], count);
}

/** Guarantees, where count is 1: both limbs are below 2^16. */
export function rangeWord(c: ChipBuilder, w: Word, count: Expr): void {
  range(c, w.lo, 16, count);
  range(c, w.hi, 16, count);
}

/** Guarantees, where count is 1: both are bytes. */
export function bytePair(c: ChipBuilder, a: Expr, b: Expr, count: Expr): void {
  c.send(BYTE_PAIR, [a, b], count);
}

/** Byte columns b0..b3 of `fill`. */
export function bytes(c: ChipBuilder, name: string, fill: Fill): [Expr, Expr, Expr, Expr] {
  checkName('name', name);
  const at = (i: number): Expr => c.col(`${name}_${i}`, fill.shr(8 * i).and(0xff));
  return [at(0), at(1), at(2), at(3)];
}

/** The word whose bytes these are. */
export function wordOfBytes(b: readonly [Expr, Expr, Expr, Expr]): Word {
  checkArray('bytes', b, (name, byte) => checkMethods(name, byte, 'an expression', ['add', 'mul']));
  if ((b as readonly Expr[]).length !== 4) throw new RangeError(`bytes must have 4 elements, got ${b.length}`);
  return { lo: b[0].add(b[1].mul(256)), hi: b[2].add(b[3].mul(256)) };
}

/**
 * Asserts x + y = z modulo 2^32 where guard is 1, adding no column.
 * Assumes: all limbs are below 2^16. Guarantees: z is the sum; both carries are 0 or 1.
 */
export function assertAdd32(c: ChipBuilder, name: string, guard: Expr | number, x: Word, y: Word, z: Word): void {
  checkName('name', name);
  const carryLo = x.lo.add(y.lo).sub(z.lo).mul(INVERSE_2_16);
  const carryHi = x.hi.add(y.hi).add(carryLo).sub(z.hi).mul(INVERSE_2_16);
  c.assertZero(`${name}_carry_lo`, carryLo.mul(carryLo.sub(1)).mul(guard));
  c.assertZero(`${name}_carry_hi`, carryHi.mul(carryHi.sub(1)).mul(guard));
}

/**
 * A sign column. Assumes: `hi` < 2^16. Guarantees, where signed is 1: the result is bit 15 of hi; where it is 0: 0.
 * Adding 2^15 and taking 2^16 off again where the bit is set must leave 16 bits, which fixes the bit.
 */
export function signBit(c: ChipBuilder, name: string, hi: Expr, signed: Expr, fill: Fill): Expr {
  checkName('name', name);
  const sign = c.bool(name, fill);
  c.assertZero(`${name}_only_signed`, sign.sub(sign.mul(signed)));
  range(c, hi.add(2 ** 15).sub(sign.mul(2 ** 16)), 16, signed);
  return sign;
}

/**
 * A column that is 1 when a < b and 0 otherwise.
 * Assumes: limbs below 2^16, `signed` 0 or 1 and 1 only where isReal is. Guarantees the above where isReal is 1.
 */
export function lessThan(
  c: ChipBuilder,
  isReal: Expr,
  signed: Expr,
  a: Word,
  b: Word,
  fa: Fill,
  fb: Fill,
  fSigned: Fill,
): Expr {
  const signA = c.bool('sign_a', fa.shr(31).mul(fSigned));
  const signB = c.bool('sign_b', fb.shr(31).mul(fSigned));
  const flip = fSigned.shl(31);
  const less = c.bool('less', fa.xor(flip).ltu(fb.xor(flip)));
  const borrow = c.bool('borrow', fa.and(0xffff).ltu(fb.and(0xffff)));
  // Signed order is unsigned order after moving both by 2^31; sign columns are 0 where that does not apply.
  for (const [name, sign] of [
    ['a', signA],
    ['b', signB],
  ] as const)
    c.assertZero(`sign_${name}_only_signed`, sign.sub(sign.mul(signed)));
  const moved = (hi: Expr, sign: Expr): Expr => hi.add(signed.mul(2 ** 15)).sub(sign.mul(2 ** 16));
  const [highA, highB] = [moved(a.hi, signA), moved(b.hi, signB)];
  range(c, highA, 16, isReal);
  range(c, highB, 16, isReal);
  range(c, a.lo.sub(b.lo).add(borrow.mul(2 ** 16)), 16, isReal);
  range(
    c,
    highA
      .sub(highB)
      .sub(borrow)
      .add(less.mul(2 ** 16)),
    16,
    isReal,
  );
  return less;
}

/**
 * Asserts z = negate ? -x : x modulo 2^32, with two carry columns.
 * Assumes: limbs below 2^16, `negate` 0 or 1. Guarantees the above.
 */
export function assertNegatedIf(
  c: ChipBuilder,
  name: string,
  negate: Expr,
  x: Word,
  z: Word,
  fx: Fill,
  fz: Fill,
): void {
  checkName('name', name);
  const carryLo = c.bool(`${name}_carry_lo`, fx.and(0xffff).add(fz.and(0xffff)).shr(16));
  const carryHi = c.bool(
    `${name}_carry_hi`,
    fx
      .shr(16)
      .add(fz.shr(16))
      .add(fx.and(0xffff).add(fz.and(0xffff)).shr(16))
      .shr(16),
  );
  c.assertZero(`${name}_sum_lo`, negate.mul(x.lo.add(z.lo).sub(carryLo.mul(2 ** 16))));
  c.assertZero(
    `${name}_sum_hi`,
    negate.mul(
      x.hi
        .add(z.hi)
        .add(carryLo)
        .sub(carryHi.mul(2 ** 16)),
    ),
  );
  c.assertZero(`${name}_same_lo`, x.lo.sub(z.lo).sub(negate.mul(x.lo.sub(z.lo))));
  c.assertZero(`${name}_same_hi`, x.hi.sub(z.hi).sub(negate.mul(x.hi.sub(z.hi))));
}
