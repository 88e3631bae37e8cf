/**
 * @module Multiplication and division. One factor is held in limbs, the other in bytes, so that partial products stay
 * below 2^25 and column sums below p. Carries are expressions, not columns: (sum - byte) / 256, range-checked.
 */
import { OP } from '@weft/executor/program/isa';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import {
  assertNegatedIf,
  bytePair,
  bytes,
  range,
  rangeWord,
  signBit,
  type Word,
  word,
  wordOfBytes,
} from '@weft/prover/kit/gadgets';
import { registerFrame, select, selectByBits } from './frames.ts';

const INVERSE_256 = 2122383361;

/**
 * Byte `index` of the product: asserts sum = digit + 256 * carry with carry < 2^17 and returns the carry.
 * Sums are below 2^25 < p, so digit and carry are the integer ones.
 */
function carryOf(c: ChipBuilder, name: string, sum: Expr, digit: Expr, wide: Fill | undefined, count: Expr): Expr {
  const carry = sum.sub(digit).mul(INVERSE_256);
  if (wide === undefined) range(c, carry, 16, count);
  else range(c, carry.sub(c.bool(`${name}_top`, wide).mul(2 ** 16)), 16, count);
  return carry;
}

/** Bit 16 of the carry out of byte `index` of a * b, for the fill. */
function carryTop(c: ChipBuilder, index: number): Fill {
  const [a, b] = [c.event('a'), c.event('b')];
  const [lo, hi] = [a.and(0xffff), a.shr(16)];
  const byte = (i: number): Fill => (i < 0 || i > 3 ? c.literal(0) : b.shr(8 * i).and(0xff));
  let carry = c.literal(0);
  for (let t = 0; t <= index; t++)
    carry = lo
      .mul(byte(t))
      .add(hi.mul(byte(t - 2)))
      .add(carry)
      .shr(8);
  return carry.shr(16);
}

/** The lower 4 (or 6) bytes of a * b and the carry beyond them. */
function product(c: ChipBuilder, a: Word, b: readonly Expr[], digits: readonly Expr[], count: Expr): Expr {
  let carry = c.constant(0);
  for (const [t, digit] of digits.entries()) {
    let sum = carry;
    if (t < 4) sum = sum.add(a.lo.mul(b[t]!));
    if (t >= 2) sum = sum.add(a.hi.mul(b[t - 2]!));
    // Only bytes 2, 3 and 4 receive enough to carry 2^16 and more.
    const wide = t >= 2 && t <= 4 ? carryTop(c, t) : undefined;
    carry = carryOf(c, `carry_${t}`, sum, digit, wide, count);
  }
  return carry;
}

export const mul: Chip = defineChip('mul', { events: 'mul' }, (c) => {
  let b: [Expr, Expr, Expr, Expr] | undefined;
  const { row, a, finish } = registerFrame(c, select(c, ['MUL']), () => {
    b = bytes(c, 'b', c.event('b'));
    return { a: word(c, 'a', c.event('a')), b: wordOfBytes(b) };
  });
  const digits = bytes(c, 'result', c.event('a').mul(c.event('b')));
  for (const x of [b!, digits]) {
    bytePair(c, x[0], x[1], row.isReal);
    bytePair(c, x[2], x[3], row.isReal);
  }
  product(c, a, b!, digits, row.isReal);
  finish(wordOfBytes(digits));
});

/** MULH, MULHU, MULHSU: the upper half of the unsigned product, less b where a is negative and a where b is. */
export const mulh: Chip = defineChip('mulh', { events: 'mulh' }, (c) => {
  const s = select(c, ['MULH', 'MULHU', 'MULHSU']);
  let b: [Expr, Expr, Expr, Expr] | undefined;
  const frame = registerFrame(c, s, () => {
    b = bytes(c, 'b', c.event('b'));
    return { a: word(c, 'a', c.event('a')), b: wordOfBytes(b) };
  });
  const { row, a, finish } = frame;
  const [fa, fb, op] = [c.event('a'), c.event('b'), c.joined('op')];
  const [low, high] = [fa.mul(fb), fa.mulhu(fb)];
  const digits = [...bytes(c, 'low', low), c.col('high_0', high.and(0xff)), c.col('high_1', high.shr(8).and(0xff))];
  bytePair(c, b![0], b![1], row.isReal);
  bytePair(c, b![2], b![3], row.isReal);
  for (let i = 0; i < 6; i += 2) bytePair(c, digits[i]!, digits[i + 1]!, row.isReal);
  const upper: Word = { lo: digits[4]!.add(digits[5]!.mul(256)), hi: product(c, a, b!, digits, row.isReal) };
  const signA = signBit(c, 'sign_a', a.hi, s.is.MULH.add(s.is.MULHSU), fa.shr(31).mul(op.eq(OP.MULHU).xor(1)));
  const signB = signBit(c, 'sign_b', frame.b.hi, s.is.MULH, fb.shr(31).mul(op.eq(OP.MULH)));
  const [takeB, takeA] = [fa.shr(31).mul(op.eq(OP.MULHU).xor(1)).mul(fb), fb.shr(31).mul(op.eq(OP.MULH)).mul(fa)];
  const fResult = high.sub(takeB).sub(takeA);
  const result = word(c, 'result', fResult);
  rangeWord(c, result, row.isReal);
  // result + signA b + signB a = upper modulo 2^32; each limb carries 0, 1 or 2.
  const sumLo = fResult.and(0xffff).add(takeB.and(0xffff)).add(takeA.and(0xffff)).sub(high.and(0xffff)).shr(16);
  const sumHi = fResult.shr(16).add(takeB.shr(16)).add(takeA.shr(16)).add(sumLo).sub(high.shr(16)).shr(16);
  const [carryLo, carryHi] = [c.col('borrow_lo', sumLo), c.col('borrow_hi', sumHi)];
  for (const [name, carry] of [
    ['lo', carryLo],
    ['hi', carryHi],
  ] as const) {
    c.assertZero(`borrow_${name}_is_small`, carry.mul(carry.sub(1)).mul(carry.sub(2)));
  }
  const total = (limb: 'lo' | 'hi'): Expr => result[limb].add(signA.mul(frame.b[limb])).add(signB.mul(a[limb]));
  c.assertEqual('corrected_lo', total('lo'), upper.lo.add(carryLo.mul(2 ** 16)));
  c.assertEqual('corrected_hi', total('hi').add(carryLo), upper.hi.add(carryHi.mul(2 ** 16)));
  finish(result);
});

/**
 * DIV, DIVU, REM, REMU on absolute values: |a| = |q| |b| + |r| with |r| < |b|, and the result is |q| or |r| with the sign
 * that it should have. Dividing by 0 gives |q| = 2^32 - 1 without sign, and then |r| = |a| makes the remainder a. The
 * overflow -2^31 / -1 needs no case: |q| = 2^31 with positive sign is the word 0x80000000.
 */
export const divrem: Chip = defineChip('divrem', { events: 'divrem' }, (c) => {
  const s = selectByBits(c, OP.DIVU, { signed: 1, remainder: 2 });
  const { signed, remainder } = s.bit;
  const { row, a, b, finish } = registerFrame(c, s);
  const { isReal } = row;
  const [fa, fb, op] = [c.event('a'), c.event('b'), c.joined('op')];
  const fSigned = op.and(1);
  const fRemainder = op.shr(1).and(1);
  const [fSignA, fSignB] = [fa.shr(31).mul(fSigned), fb.shr(31).mul(fSigned)];
  const absolute = (x: Fill, sign: Fill): Fill => sign.select(c.literal(0).sub(x), x);
  const [fAbsA, fAbsB] = [absolute(fa, fSignA), absolute(fb, fSignB)];
  const [fQ, fR] = [fAbsA.divu(fAbsB), fAbsA.remu(fAbsB)];

  const signA = signBit(c, 'sign_a', a.hi, signed, fSignA);
  const signB = signBit(c, 'sign_b', b.hi, signed, fSignB);
  // |a| in bytes, |b| and |r| in limbs, |q| in bytes.
  const x = bytes(c, 'abs_a', fAbsA);
  const d = word(c, 'abs_b', fAbsB);
  const q = bytes(c, 'abs_q', fQ);
  const r = word(c, 'abs_r', fR);
  for (const bytesOf of [x, q]) {
    bytePair(c, bytesOf[0], bytesOf[1], isReal);
    bytePair(c, bytesOf[2], bytesOf[3], isReal);
  }
  rangeWord(c, d, isReal);
  rangeWord(c, r, isReal);
  assertNegatedIf(c, 'abs_a', signA, a, wordOfBytes(x), fa, fAbsA);
  assertNegatedIf(c, 'abs_b', signB, b, d, fb, fAbsB);

  // |q| |b| + |r| = |a| byte by byte; the product stays below 2^32, so what would lie beyond is zero.
  const carry0 = d.lo.mul(q[0]).add(r.lo).sub(x[0]).mul(INVERSE_256);
  range(c, carry0, 16, isReal);
  const carry1 = d.lo.mul(q[1]).add(carry0).sub(x[1]).mul(INVERSE_256);
  range(c, carry1, 16, isReal);
  const carry2 = d.lo.mul(q[2]).add(d.hi.mul(q[0])).add(r.hi).add(carry1).sub(x[2]).mul(INVERSE_256);
  range(c, carry2, 16, isReal);
  c.assertEqual('top_byte', d.lo.mul(q[3]).add(d.hi.mul(q[1])).add(carry2), x[3]);
  c.assertZero('no_overflow_2', d.hi.mul(q[2]));
  c.assertZero('no_overflow_3', d.hi.mul(q[3]));

  const byZero = c.bool('by_zero', fb.eq(0));
  c.assertZero('by_zero_only_real', byZero.sub(byZero.mul(isReal)));
  c.assertZero('by_zero_lo', byZero.mul(d.lo));
  c.assertZero('by_zero_hi', byZero.mul(d.hi));
  for (const [i, qi] of q.entries()) c.assertZero(`by_zero_quotient_${i}`, byZero.mul(qi.sub(255)));
  // |r| < |b| unless b = 0: |b| - |r| - 1 is not negative.
  const borrow = c.bool('borrow', fAbsB.and(0xffff).ltu(fR.and(0xffff).add(1)));
  const hasBound = isReal.sub(byZero);
  range(
    c,
    d.lo
      .sub(r.lo)
      .sub(1)
      .add(borrow.mul(2 ** 16)),
    16,
    hasBound,
  );
  range(c, d.hi.sub(r.hi).sub(borrow), 16, hasBound);

  const fSignQ = fSignA.xor(fSignB).mul(fb.eq(0).xor(1));
  const signQ = c.col('sign_q', fSignQ);
  const differ = signA.add(signB).sub(signA.mul(signB).mul(2));
  c.assertEqual('sign_q', signQ, differ.sub(differ.mul(byZero)));
  const negate = c.col('negate', fRemainder.select(fSignA, fSignQ));
  c.assertEqual('negate', negate, signQ.add(remainder.mul(signA.sub(signQ))));
  const fMagnitude = fRemainder.select(fR, fQ);
  const magnitude = word(c, 'magnitude', fMagnitude);
  const quotient = wordOfBytes(q);
  for (const limb of ['lo', 'hi'] as const) {
    c.assertEqual(`magnitude_${limb}`, magnitude[limb], quotient[limb].add(remainder.mul(r[limb].sub(quotient[limb]))));
  }
  const fResult = absolute(fMagnitude, fRemainder.select(fSignA, fSignQ));
  const result = word(c, 'result', fResult);
  rangeWord(c, result, isReal);
  assertNegatedIf(c, 'result', negate, magnitude, result, fMagnitude, fResult);
  finish(result);
});
