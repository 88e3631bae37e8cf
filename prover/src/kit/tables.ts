/**
 * @module Lookup tables of closed form: ranges and bytes.
 */
import { type Chip, defineChip, type FieldOperations, type RowFinder, type StructuredTable } from '../air/chip.ts';
import { BYTE_PAIR, BYTE_XOR, RANGE } from './buses.ts';

const RANGE_BITS = 16;

/** Row 2^bits + value holds (value, bits), bits <= 16; row 0 repeats (0, 0). */
const rangeTable: StructuredTable = {
  logHeight: RANGE_BITS + 1,
  value: (column, row) => {
    const bits = row === 0 ? 0 : 31 - Math.clz32(row);
    return column === 1 ? bits : row === 0 ? 0 : row - 2 ** bits;
  },
  formula<E>(f: FieldOperations<E>, point: readonly E[]): E[] {
    // top = whether bit b is the highest set one; below = the number that the lower bits make.
    let value = f.constant(0);
    let bits = f.constant(0);
    let above = f.constant(1);
    for (let b = RANGE_BITS; b >= 0; b--) {
      const top = f.mul(above, point[b]!);
      let below = f.constant(0);
      for (let i = 0; i < b; i++) below = f.add(below, f.mul(f.constant(2 ** i), point[i]!));
      value = f.add(value, f.mul(top, below));
      bits = f.add(bits, f.mul(top, f.constant(b)));
      above = f.mul(above, f.sub(f.constant(1), point[b]!));
    }
    return [value, bits];
  },
};

/** Inverse of the range table's rows. Shifts, not powers: this runs several times for every row of other tables. */
const findRange: RowFinder =
  () =>
  ([value, bits], row) => {
    const size = bits![row]! <= RANGE_BITS ? 1 << bits![row]! : 0;
    return value![row]! < size ? size + value![row]! : -1;
  };

/** Row a + 256 b holds (a, b, a xor b). */
const byteTable: StructuredTable = {
  logHeight: 16,
  value: (column, row) => (column === 0 ? row & 255 : column === 1 ? row >> 8 : (row & 255) ^ (row >> 8)),
  formula<E>(f: FieldOperations<E>, point: readonly E[]): E[] {
    let [a, b, xor] = [f.constant(0), f.constant(0), f.constant(0)];
    for (let i = 0; i < 8; i++) {
      const [x, y] = [point[i]!, point[8 + i]!];
      const both = f.mul(x, y);
      const weight = f.constant(2 ** i);
      a = f.add(a, f.mul(weight, x));
      b = f.add(b, f.mul(weight, y));
      xor = f.add(xor, f.mul(weight, f.sub(f.add(x, y), f.add(both, both))));
    }
    return [a, b, xor];
  },
};

/** Inverses of the byte table's rows, for both buses. */
const findPair: RowFinder =
  () =>
  ([a, b], row) =>
    a![row]! < 256 && b![row]! < 256 ? a![row]! + 256 * b![row]! : -1;
const findXor: RowFinder = (fixed) => {
  const find = findPair(fixed);
  return (tuple, row) => ((tuple[0]![row]! ^ tuple[1]![row]!) === tuple[2]![row]! ? find(tuple, row) : -1);
};

export const rangeChip: Chip = defineChip('range', { fixed: { kind: 'structured', table: rangeTable } }, (c) => {
  const multiplicity = c.col('multiplicity');
  c.provide(RANGE, [c.fixedCol('value'), c.fixedCol('bits')], multiplicity, findRange);
});

export const byteChip: Chip = defineChip('byte', { fixed: { kind: 'structured', table: byteTable } }, (c) => {
  const [xors, pairs] = [c.col('xor_multiplicity'), c.col('pair_multiplicity')];
  const [a, b, xor] = [c.fixedCol('a'), c.fixedCol('b'), c.fixedCol('xor')];
  c.provide(BYTE_XOR, [a, b, xor], xors, findXor);
  c.provide(BYTE_PAIR, [a, b], pairs, findPair);
});
