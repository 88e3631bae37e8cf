/**
 * @module Loads and stores.
 */
import { OP } from '@weft/executor/program/isa';
import { type Chip, type ChipBuilder, defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { bytePair, bytes, range, type Word, word, wordOfBytes } from '@weft/prover/kit/gadgets';
import { loadFrame, type Row, select, selectByBits, storeFrame } from './frames.ts';

export const loadWord: Chip = defineChip('load_word', { events: 'load_word' }, (c) => {
  loadFrame(
    c,
    select(c, ['LW']),
    () => 0,
    () => {
      const memory = word(c, 'word', c.event('word'));
      return { memory, result: memory };
    },
  );
});

export const storeWord: Chip = defineChip('store_word', { events: 'store_word' }, (c) => {
  storeFrame(
    c,
    select(c, ['SW']),
    () => 0,
    () => {
      const value = word(c, 'b', c.event('b'));
      return { value, before: word(c, 'old', c.event('old')), after: value };
    },
  );
});

type Offsets = readonly [Expr, Expr, Expr, Expr];

/** One-hot byte offset within the word; a half word starts at an even one. */
function offsets(c: ChipBuilder, row: Row, half: Expr): { at: Offsets; offset: Expr } {
  const address = c.event('a').add(c.joined('imm')).and(3);
  const at = [0, 1, 2, 3].map((i) => c.bool(`offset_${i}`, address.eq(i))) as unknown as Offsets;
  c.assertEqual('one_offset', at[0].add(at[1]).add(at[2]).add(at[3]), row.isReal);
  c.assertZero('half_is_aligned', half.mul(at[1].add(at[3])));
  return { at, offset: at[1].add(at[2].mul(2)).add(at[3].mul(3)) };
}

/** LB, LBU, LH, LHU. */
export const loadSub: Chip = defineChip('load_sub', { events: 'load_sub' }, (c) => {
  const s = selectByBits(c, OP.LBU, { signed: 1, half: 2 });
  const { signed, half } = s.bit;
  let at: Offsets | undefined;
  const offset = (row: Row): Expr => {
    const o = offsets(c, row, half);
    at = o.at;
    return o.offset;
  };
  loadFrame(c, s, offset, (row) => {
    const w = bytes(c, 'word', c.event('word'));
    bytePair(c, w[0], w[1], row.isReal);
    bytePair(c, w[2], w[3], row.isReal);
    const memory = wordOfBytes(w);
    const op = c.joined('op');
    const shifted = c.event('word').shr(c.event('a').add(c.joined('imm')).and(3).shl(3));
    const isHalf = op.shr(1).and(1);
    const part = shifted.and(isHalf.select(0xffff, 0xff));
    const value = c.col('value', part);
    const byte = w.reduce((total, wi, i) => total.add(at![i]!.mul(wi)), c.constant(0));
    const halfWord = at![0].mul(memory.lo).add(at![2].mul(memory.hi));
    c.assertEqual('value', value, row.isReal.sub(half).mul(byte).add(half.mul(halfWord)));
    const sign = c.bool('sign', part.shr(isHalf.select(15, 7)).and(op.and(1)));
    c.assertZero('sign_only_signed', sign.sub(sign.mul(signed)));
    // Without its sign bit the value has one bit less.
    const signWeight = half.mul(2 ** 15 - 2 ** 7).add(2 ** 7);
    range(c, value.sub(sign.mul(signWeight)), half.mul(8).add(7), signed);
    const result = { lo: value.add(sign.mul(c.constant(0xff00).sub(half.mul(0xff00)))), hi: sign.mul(0xffff) };
    return { memory, result };
  });
});

/** SB and SH: the other bytes of the word stay. */
export const storeSub: Chip = defineChip('store_sub', { events: 'store_sub' }, (c) => {
  const s = selectByBits(c, OP.SB, { half: 1 });
  const { half } = s.bit;
  let at: Offsets | undefined;
  const offset = (row: Row): Expr => {
    const o = offsets(c, row, half);
    at = o.at;
    return o.offset;
  };
  storeFrame(c, s, offset, (row) => {
    const w = bytes(c, 'old', c.event('old'));
    const b = c.event('b');
    const [v0, v1] = [c.col('b_0', b.and(0xff)), c.col('b_1', b.shr(8).and(0xff))];
    const value: Word = { lo: v0.add(v1.mul(256)), hi: c.col('b_hi', b.shr(16)) };
    bytePair(c, w[0], w[1], row.isReal);
    bytePair(c, w[2], w[3], row.isReal);
    bytePair(c, v0, v1, row.isReal);
    const before = wordOfBytes(w);
    const isByte = row.isReal.sub(half);
    const limb = (old: Expr, even: number): Expr => {
      const bytesIn = at![even]!.mul(v0.sub(w[even]!)).add(at![even + 1]!.mul(v0.sub(w[even + 1]!)).mul(256));
      return old.add(isByte.mul(bytesIn)).add(half.mul(at![even]!).mul(value.lo.sub(old)));
    };
    return { value, before, after: { lo: limb(before.lo, 0), hi: limb(before.hi, 2) } };
  });
});
