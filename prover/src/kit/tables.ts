/**
 * @module Lookup tables of closed form: ranges and bytes.
 */
import { type Chip, defineChip, type FieldOperations, type RowFinder, type StructuredTable } from '../air/chip.ts';
import { BYTE_PAIR, BYTE_XOR, NIBBLE_XOR, RANGE, RANGE_SMALL } from './buses.ts';

const RANGE_BITS = 16;
const SMALL_RANGE_BITS = 8;

/** Row 2^bits + value holds (value, bits), bits <= most; row 0 repeats (0, 0). */
const rangeTable = (most: number): StructuredTable => ({
  logHeight: most + 1,
  value: (column, row) => {
    const bits = row === 0 ? 0 : 31 - Math.clz32(row);
    return column === 1 ? bits : row === 0 ? 0 : row - 2 ** bits;
  },
  formula<E>(f: FieldOperations<E>, point: readonly E[]): E[] {
    // top = whether bit b is the highest set one; below = the number that the lower bits make.
    let value = f.constant(0);
    let bits = f.constant(0);
    let above = f.constant(1);
    for (let b = most; b >= 0; b--) {
      const top = f.mul(above, point[b]!);
      let below = f.constant(0);
      for (let i = 0; i < b; i++) below = f.add(below, f.mul(f.constant(2 ** i), point[i]!));
      value = f.add(value, f.mul(top, below));
      bits = f.add(bits, f.mul(top, f.constant(b)));
      above = f.mul(above, f.sub(f.constant(1), point[b]!));
    }
    return [value, bits];
  },
});

/**
 * Inverse of a range table's rows. This and those below run several times for every row of other tables: shifts and bits of words take less
 * than sums and comparisons, which unsigned words make floating-point ones.
 */
const findRange =
  (most: number): RowFinder =>
  () =>
  ([value, bits], count, rows) => {
    for (let i = 0; i < count; i++) {
      const x = value![i]!;
      const n = bits![i]!;
      rows[i] = n <= most && x >>> n === 0 ? (1 << n) | x : -1;
    }
  };

/** Row a + 2^bits b holds (a, b, a xor b), both below 2^bits. */
const xorTable = (bits: number): StructuredTable => ({
  logHeight: 2 * bits,
  value: (column, row) => {
    const [a, b] = [row & (2 ** bits - 1), row >> bits];
    return column === 0 ? a : column === 1 ? b : a ^ b;
  },
  formula<E>(f: FieldOperations<E>, point: readonly E[]): E[] {
    let [a, b, xor] = [f.constant(0), f.constant(0), f.constant(0)];
    for (let i = 0; i < bits; i++) {
      const [x, y] = [point[i]!, point[bits + i]!];
      const both = f.mul(x, y);
      const weight = f.constant(2 ** i);
      a = f.add(a, f.mul(weight, x));
      b = f.add(b, f.mul(weight, y));
      xor = f.add(xor, f.mul(weight, f.sub(f.add(x, y), f.add(both, both))));
    }
    return [a, b, xor];
  },
});

/** Inverses of an xor table's rows, for tuples of two and of three. */
const findPair =
  (bits: number): RowFinder =>
  () =>
  ([a, b], count, rows) => {
    for (let i = 0; i < count; i++) {
      const x = a![i]!;
      const y = b![i]!;
      rows[i] = (x | y) >>> bits === 0 ? x | (y << bits) : -1;
    }
  };
const findXor =
  (bits: number): RowFinder =>
  () =>
  ([a, b, xor], count, rows) => {
    for (let i = 0; i < count; i++) {
      const x = a![i]!;
      const y = b![i]!;
      rows[i] = (x | y) >>> bits === 0 && (x ^ y) === xor![i]! ? x | (y << bits) : -1;
    }
  };

const structured = (table: StructuredTable) => ({ fixed: { kind: 'structured', table } }) as const;

export const rangeChip: Chip = defineChip('range', structured(rangeTable(RANGE_BITS)), (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(RANGE, [c.fixedCol('value'), c.fixedCol('bits')], multiplicity, findRange(RANGE_BITS));
});

export const byteChip: Chip = defineChip('byte', structured(xorTable(8)), (c) => {
  const [xors, pairs] = [c.col('xor_multiplicity'), c.col('pair_multiplicity')];
  const [a, b, xor] = [c.fixedCol('a'), c.fixedCol('b'), c.fixedCol('xor')];
  c.provide(BYTE_XOR, [a, b, xor], xors, findXor(8));
  c.provide(BYTE_PAIR, [a, b], pairs, findPair(8));
});

/** What sparse tables look up. On buses of their own: a sparse row that could look up another could vouch for itself. */
export const smallRangeChip: Chip = defineChip('range_small', structured(rangeTable(SMALL_RANGE_BITS)), (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(RANGE_SMALL, [c.fixedCol('value'), c.fixedCol('bits')], multiplicity, findRange(SMALL_RANGE_BITS));
});

export const nibbleChip: Chip = defineChip('nibble', structured(xorTable(4)), (c) => {
  const multiplicity = c.col('multiplicity');
  const tuple = [c.fixedCol('a'), c.fixedCol('b'), c.fixedCol('xor')];
  c.provide(NIBBLE_XOR, tuple, multiplicity, findXor(4));
});

/**
 * Ranges that are asked for, a row each, checked by halves: `value` = low + 2^8 high, low < 2^low_bits, high < 2^high_bits. With high = 0
 * unless low has 8 bits, the value has low_bits + high_bits.
 */
export const sparseRangeChip: Chip = defineChip('range_sparse', { sparse: 'range' }, (c) => {
  const [value, bits] = [c.event('value'), c.event('bits')];
  const isShort = bits.ltu(SMALL_RANGE_BITS + 1);
  const low = c.col('low', value.and(2 ** SMALL_RANGE_BITS - 1));
  const high = c.col('high', value.shr(SMALL_RANGE_BITS));
  const lowBits = c.col('low_bits', isShort.select(bits, SMALL_RANGE_BITS));
  const highBits = c.col('high_bits', isShort.select(0, bits.sub(SMALL_RANGE_BITS)));
  const multiplicity = c.col('multiplicity', c.event('multiplicity'));
  const real = c.bool('real', c.literal(1));
  // Rows that check nothing vouch for nothing.
  c.assertZero('only_real_rows_answer', multiplicity.mul(real.sub(1)));
  c.assertZero('high_stands_above_8_bits', high.mul(lowBits.sub(SMALL_RANGE_BITS)));
  c.send(RANGE_SMALL, [low, lowBits], real);
  c.send(RANGE_SMALL, [high, highBits], real);
  c.provide(RANGE, [low.add(high.mul(2 ** SMALL_RANGE_BITS)), lowBits.add(highBits)], multiplicity);
});

/** Pairs of bytes that are asked for, a row each, checked by halves of bytes. */
export const sparseByteChip: Chip = defineChip('byte_sparse', { sparse: 'byte' }, (c) => {
  const halves = ['a', 'b', 'xor'].map((name) => {
    const byte = c.event(name);
    return [c.col(`${name}_low`, byte.and(15)), c.col(`${name}_high`, byte.shr(4))] as const;
  });
  const [xors, pairs] = (['xor_multiplicity', 'pair_multiplicity'] as const).map((name) => c.col(name, c.event(name)));
  const real = c.bool('real', c.literal(1));
  // Rows that check nothing vouch for nothing.
  c.assertZero('only_real_rows_answer_xor', xors!.mul(real.sub(1)));
  c.assertZero('only_real_rows_answer_pair', pairs!.mul(real.sub(1)));
  for (const half of [0, 1] as const)
    c.send(
      NIBBLE_XOR,
      halves.map((byte) => byte[half]),
      real,
    );
  const bytes = halves.map(([low, high]) => low.add(high.mul(16)));
  c.provide(BYTE_XOR, bytes, xors!);
  c.provide(BYTE_PAIR, bytes.slice(0, 2), pairs!);
});
