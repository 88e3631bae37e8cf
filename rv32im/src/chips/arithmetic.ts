/**
 * @module ADD, SUB, ADDI, constants, comparisons, bitwise operations and shifts.
 */
import { OP } from '@weft/executor/program/isa';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import type { Fill } from '@weft/prover/air/fill';
import { BYTE_XOR } from '@weft/prover/kit/buses';
import {
  assertAdd32,
  bytes,
  lessThan,
  range,
  rangeWord,
  signBit,
  type Word,
  word,
  wordOfBytes,
} from '@weft/prover/kit/gadgets';
import {
  beginRow,
  immediateFrame,
  immediateFrameInPlace,
  type Row,
  registerFrame,
  registerFrameInPlace,
  type Selection,
  select,
  selectByBits,
  step,
  writeRegister,
} from './frames.ts';

const INVERSE_32 = 2064121857;

/** What sums need of a frame. */
type SumFrame = (c: ChipBuilder, s: Selection) => { row: Row; a: Word; b: Word; finish: (result: Word) => void };

function addBody(c: ChipBuilder, frame: SumFrame): void {
  const s = select(c, ['ADD', 'SUB']);
  const { row, a, b, finish } = frame(c, s);
  const [fa, fb] = [c.event('a'), c.event('b')];
  const result = word(c, 'result', c.joined('op').eq(OP.ADD).select(fa.add(fb), fa.sub(fb)));
  assertAdd32(c, 'add', s.is.ADD, a, b, result);
  // a - b = result is b + result = a.
  assertAdd32(c, 'sub', s.is.SUB, b, result, a);
  rangeWord(c, result, row.isReal);
  finish(result);
}

function addiBody(c: ChipBuilder, frame: SumFrame): void {
  const { row, a, b, finish } = frame(c, select(c, ['ADDI']));
  const result = word(c, 'result', c.event('a').add(c.joined('imm')));
  assertAdd32(c, 'add', 1, a, b, result);
  rangeWord(c, result, row.isReal);
  finish(result);
}

export const add: Chip = defineChip('add', { events: 'add' }, (c) => addBody(c, registerFrame));
export const addi: Chip = defineChip('addi', { events: 'addi' }, (c) => addiBody(c, immediateFrame));
/** {@link add} and {@link addi} where rd is rs1, as it is in most sums: an access and its three interactions less. */
export const addInPlace: Chip = defineChip('add_in_place', { events: 'add_in_place' }, (c) =>
  addBody(c, registerFrameInPlace),
);
export const addiInPlace: Chip = defineChip('addi_in_place', { events: 'addi_in_place' }, (c) =>
  addiBody(c, immediateFrameInPlace),
);

/** ADDI with an immediate of 0: the sum is a word that a register holds, so it needs no check. */
export const move: Chip = defineChip('move', { events: 'move' }, (c) => {
  const none = { lo: c.constant(0), hi: c.constant(0) };
  const frame = immediateFrame(c, select(c, ['ADDI']), () => ({ a: word(c, 'a', c.event('a')), b: none }));
  frame.finish(frame.a);
});

/** LUI, AUIPC, JAL, FENCE and ADDI of x0: value and next pc stand in the program. */
export const constant: Chip = defineChip('const', { events: 'const' }, (c) => {
  const row = beginRow(c, select(c, ['CONST']));
  const rd = c.col('rd', c.joined('rd'));
  const value = word(c, 'value', c.joined('imm'));
  const target = c.col('target', c.joined('target'));
  writeRegister(row, rd, value);
  step(row, { rd, rs2: target, immLo: value.lo, immHi: value.hi }, target);
});

function compare(
  c: ChipBuilder,
  s: Selection & { bit: { signed: Expr } },
  frame: { row: Row; a: Word; b: Word; finish: (result: Word) => void },
  right: Fill,
): void {
  const signed = c.joined('op').and(1);
  const less = lessThan(c, frame.row.isReal, s.bit.signed, frame.a, frame.b, c.event('a'), right, signed);
  frame.finish({ lo: less, hi: c.constant(0) });
}

export const slt: Chip = defineChip('slt', { events: 'slt' }, (c) => {
  const s = selectByBits(c, OP.SLTU, { signed: 1 });
  compare(c, s, registerFrame(c, s), c.event('b'));
});

export const sltImm: Chip = defineChip('slt_imm', { events: 'slt_imm' }, (c) => {
  const s = selectByBits(c, OP.SLTIU, { signed: 1 });
  compare(c, s, immediateFrame(c, s), c.joined('imm'));
});

type Bytes = [Expr, Expr, Expr, Expr];

/** AND and OR follow from XOR byte by byte: 2 (a and b) = a + b - x, 2 (a or b) = a + b + x. */
function bitwiseResult(
  c: ChipBuilder,
  isReal: Expr,
  and: Expr,
  or: Expr,
  xor: Expr,
  a: Bytes,
  b: Bytes,
  right: Fill,
): Word {
  const x = bytes(c, 'xor', c.event('a').xor(right));
  const inverse2 = 1065353217;
  const result = x.map((xi, i) => {
    c.send(BYTE_XOR, [a[i]!, b[i]!, xi], isReal);
    const sum = a[i]!.add(b[i]!);
    return xor
      .mul(xi)
      .add(and.mul(sum.sub(xi).mul(inverse2)))
      .add(or.mul(sum.add(xi).mul(inverse2)));
  });
  return wordOfBytes(result as Bytes);
}

function bitwiseBody(c: ChipBuilder, frame: typeof registerFrame | typeof registerFrameInPlace): void {
  const s = select(c, ['AND', 'OR', 'XOR']);
  let [a, b]: [Bytes | undefined, Bytes | undefined] = [undefined, undefined];
  const { row, finish } = frame(c, s, () => {
    a = bytes(c, 'a', c.event('a'));
    b = bytes(c, 'b', c.event('b'));
    return { a: wordOfBytes(a), b: wordOfBytes(b) };
  });
  finish(bitwiseResult(c, row.isReal, s.is.AND, s.is.OR, s.is.XOR, a!, b!, c.event('b')));
}

export const bitwise: Chip = defineChip('bitwise', { events: 'bitwise' }, (c) => bitwiseBody(c, registerFrame));
/** {@link bitwise} where rd is rs1. */
export const bitwiseInPlace: Chip = defineChip('bitwise_in_place', { events: 'bitwise_in_place' }, (c) =>
  bitwiseBody(c, registerFrameInPlace),
);

export const bitwiseImm: Chip = defineChip('bitwise_imm', { events: 'bitwise_imm' }, (c) => {
  const s = select(c, ['ANDI', 'ORI', 'XORI']);
  let [a, b]: [Bytes | undefined, Bytes | undefined] = [undefined, undefined];
  const { row, finish } = immediateFrame(c, s, () => {
    const imm = c.joined('imm');
    a = bytes(c, 'a', c.event('a'));
    // The upper half of a sign-extended immediate is one byte, twice.
    const [low, high] = [c.col('imm_0', imm.and(0xff)), c.col('imm_1', imm.shr(8).and(0xff))];
    const sign = c.col('imm_sign', imm.shr(31)).mul(0xff);
    b = [low, high, sign, sign];
    return { a: wordOfBytes(a), b: wordOfBytes(b) };
  });
  finish(bitwiseResult(c, row.isReal, s.is.ANDI, s.is.ORI, s.is.XORI, a!, b!, c.joined('imm')));
});

/**
 * Shifts of a word by 0 to 31. With s the amount modulo 16, every limb is split as high * A + low, where A = 2^s for right
 * and 2^(16 - s) for left shifts, and B = 2^16 / A; the parts then move by multiplication with B, and whole limbs move by
 * selector. Parts are range-checked with as many bits as the split says, so the split is unique.
 */
function shiftBody(c: ChipBuilder, ops: { left: number; right: number }, isImmediate: boolean): void {
  const op = c.joined('op');
  const amountFill = (isImmediate ? c.joined('imm') : c.event('b')).and(31);
  const isLeft = op.eq(ops.left);
  const whole = amountFill.shr(4);
  const flag = (name: string, left: number, limb: number): Expr => c.bool(name, isLeft.eq(left).mul(whole.eq(limb)));
  const [l0, l1, r0, r1] = [flag('left', 1, 0), flag('left_limb', 1, 1), flag('right', 0, 0), flag('right_limb', 0, 1)];
  const arithmetic = c.bool('arithmetic', op.eq(ops.right + 1));
  const [left, right] = [l0.add(l1), r0.add(r1)];
  const isReal = left.add(right);
  c.assertBool('at_most_one_direction', isReal);
  c.assertZero('arithmetic_only_right', arithmetic.sub(arithmetic.mul(right)));
  const bits = [0, 1, 2, 3].map((i) => c.bool(`amount_${i}`, amountFill.shr(i).and(1)));
  const small = bits.reduce((total, bit, i) => total.add(bit.mul(2 ** i)), c.constant(0));
  const amount = small.add(l1.add(r1).mul(16));
  const selection = { isReal, op: left.mul(ops.left).add(right.mul(ops.right)).add(arithmetic) };

  const s = amountFill.and(15);
  const exponent = isLeft.select(c.literal(16).sub(s), s);
  const power = c.col('power', c.literal(1).shl(s));
  const partial = c.col('power_low', c.literal(1).shl(s.and(3)));
  const splitA = c.col('split', c.literal(1).shl(exponent));
  const moveB = c.col('move', c.literal(1).shl(c.literal(16).sub(exponent)));
  c.assertEqual('power_low', isReal.mul(bits[0]!.add(1)).mul(bits[1]!.mul(3).add(1)), partial);
  c.assertEqual('power', partial.mul(bits[2]!.mul(15).add(1)).mul(bits[3]!.mul(255).add(1)), power);
  c.assertZero('split_of_right', right.mul(splitA.sub(power)));
  c.assertZero('move_of_left', left.mul(moveB.sub(power)));
  c.assertEqual('split_times_move', splitA.mul(moveB), isReal.mul(65536));

  const a = c.event('a');
  const limbs = { lo: a.and(0xffff), hi: a.shr(16) };
  const part = (name: 'lo' | 'hi'): { high: Expr; low: Expr; limb: Expr } => {
    const high = c.col(`a_${name}_high`, limbs[name].shr(exponent));
    const low = c.col(`a_${name}_low`, limbs[name].sub(limbs[name].shr(exponent).shl(exponent)));
    const lowBits = right.mul(small).add(left.mul(c.constant(16).sub(small)));
    range(c, low, lowBits, isReal);
    range(c, high, isReal.mul(16).sub(lowBits), isReal);
    return { high, low, limb: high.mul(splitA).add(low) };
  };
  const [lo, hi] = [part('lo'), part('hi')];
  const value = { lo: lo.limb, hi: hi.limb };
  const sign = signBit(c, 'sign', hi.limb, arithmetic, a.shr(31).mul(op.eq(ops.right + 1)));

  const lowest = lo.low.mul(moveB);
  const middle = hi.low.mul(moveB).add(lo.high);
  const top = hi.high.add(sign.mul(c.constant(65536).sub(moveB)));
  const result = {
    lo: l0.mul(lowest).add(r0.mul(middle)).add(r1.mul(top)),
    hi: l0.mul(middle).add(l1.mul(lowest)).add(r0.mul(top)).add(r1.mul(sign).mul(65535)),
  };
  if (isImmediate) {
    immediateFrame(c, selection, () => ({ a: value, b: { lo: amount, hi: c.constant(0) } })).finish(result);
    return;
  }
  const { row, b, finish } = registerFrame(c, selection, () => ({ a: value, b: word(c, 'b', c.event('b')) }));
  range(c, b.lo.sub(amount).mul(INVERSE_32), 11, row.isReal);
  finish(result);
}

export const shift: Chip = defineChip('shift', { events: 'shift' }, (c) =>
  shiftBody(c, { left: OP.SLL, right: OP.SRL }, false),
);
export const shiftImm: Chip = defineChip('shift_imm', { events: 'shift_imm' }, (c) =>
  shiftBody(c, { left: OP.SLLI, right: OP.SRLI }, true),
);
