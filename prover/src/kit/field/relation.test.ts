/** Assertions about numbers, apart from systems of congruences. */
import { ConstraintError } from '@weft/primitives';
import { describe, expect, it } from 'vitest';
import { type Chip, type ChipBuilder, defineChip } from '../../air/chip.ts';
import { BASE_FIELD, evaluateNodes } from '../../air/evaluate.ts';
import { eventsOf, packedEvents } from '../../air/tables.ts';
import { fillTable } from '../../prove/fill.ts';
import { balancedDigits, digitsOf, floorDivide, inverses } from './integers.ts';
import { halvesOf, limbColumns, wordsOf } from './limbs.ts';
import { assertAbove, assertBelow, assertDistinct, assertZeroSum } from './relation.ts';

/** flag = [r > middle] */
const MIDDLE = 0x8000_0000_0001_fffen;
const above = defineChip('above', {}, (c) => {
  const real = c.bool('real', c.literal(1));
  const flag = c.bool('flag', c.event('flag'));
  assertAbove(c, 'above', limbColumns(c, 'r', 8, 8), MIDDLE, flag, c.event('flag'), real);
});

/** r < bound, both of 64 bits and filled. */
const below = defineChip('below', {}, (c) => {
  const real = c.bool('real', c.literal(1));
  const [r, bound] = [limbColumns(c, 'r', 8, 8), limbColumns(c, 'bound', 16, 4)];
  assertBelow(c, 'below', r, bound.limbs, bound.fills, real);
});

const words = (name: string, x: bigint): Record<string, number> =>
  Object.fromEntries(digitsOf(x, 32, 2).map((word, i) => [`${name}_${i}`, word]));

/** The cells of a chip's row for an event. */
function cellsOf(chip: Chip, event: Readonly<Record<string, number>>): number[] {
  return fillTable(chip, eventsOf([event]))!.columns.map((column) => column[0]!);
}

/** What a row of a chip breaks. */
function brokenBy(chip: Chip, cells: readonly number[]): string[] {
  const values = evaluateNodes(BASE_FIELD, chip.nodes, cells);
  const misses = chip.interactions.filter(({ tuple }) => values[tuple[0]!]! >= 2 ** values[tuple[1]!]!);
  return [...chip.constraints.filter((c) => values[c.node] !== 0).map((c) => c.name), ...misses.map((i) => i.bus.name)];
}

/** What a row of {@link below} breaks. */
const broken = (r: bigint, bound: bigint): string[] =>
  brokenBy(below, cellsOf(below, { ...words('r', r), ...words('bound', bound) }));

describe('a flag that says which side of a constant a number is on', () => {
  const numbers = [
    0n,
    MIDDLE - 1n,
    MIDDLE,
    MIDDLE + 1n,
    MIDDLE + 2n,
    MIDDLE - 0x10000n,
    MIDDLE + 0x10000n,
    2n ** 64n - 1n,
  ];
  it.each(numbers.flatMap((r) => [0, 1].map((flag) => [r, flag] as const)))('%s, flag %i', (r, flag) => {
    const cells = cellsOf(above, { ...words('r', r), flag });
    expect(brokenBy(above, cells).length === 0).toBe((r > MIDDLE ? 1 : 0) === flag);
    if (r > MIDDLE === (flag === 1)) return;
    // No other mark helps, nor none.
    const first = above.columns.findIndex((c) => c.name === 'above_at_0');
    for (const mark of [-1, 0, 1, 2, 3]) {
      const marked = cells.map((x, i) => (i >= first && i < first + 4 ? Number(i === first + mark) : x));
      expect(brokenBy(above, marked)).not.toEqual([]);
    }
  });
});

describe('a bound that is a number of the row', () => {
  const edges = [0n, 1n, 0xffffn, 0x10000n, 0x1_0000_0000n, 2n ** 63n, 2n ** 64n - 1n];
  it.each(edges.flatMap((r) => edges.map((bound) => [r, bound] as const)))('%s < %s', (r, bound) => {
    expect(broken(r, bound).length === 0).toBe(r < bound);
    if (r === bound) expect(broken(r, bound)).toContain('below_one');
    // The first difference is marked, and there the bound is not the greater one.
    if (r > bound) expect(broken(r, bound)).toEqual(['range']);
  });
});

describe('what does not fit is refused:', () => {
  const code = (body: (c: ChipBuilder) => void): string => {
    try {
      defineChip('refused', {}, body);
      return 'accepted';
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      return error.code;
    }
  };
  it.each<[string, (c: ChipBuilder) => void]>([
    [
      'positions that no group holds',
      (c) => assertZeroSum(c, 'sum', [c.col('x'), c.col('y')], [{ first: 0, size: 1 }], 8, c.bool('real')),
    ],
    [
      'a bound of another length',
      (c) => assertBelow(c, 'b', limbColumns(c, 'r', 8, 8), [1, 2], [1, 2], c.bool('real')),
    ],
    [
      'a bound whose fills are of another length',
      (c) => assertBelow(c, 'b', limbColumns(c, 'r', 8, 8), [1, 2, 3, 4], [1, 2, 3], c.bool('real')),
    ],
    [
      'a constant whose successor has other upper halves',
      (c) => assertAbove(c, 'a', limbColumns(c, 'r', 8, 8), 0x1ffffn, c.bool('flag'), c.literal(0), c.bool('real')),
    ],
    ['numbers of two lengths', (c) => assertDistinct(c, 'd', limbColumns(c, 'r', 8, 8), [1, 2], c.bool('real'))],
  ])('%s', (_, body) => {
    expect(code(body)).toBe('BOUND');
  });
});

describe('integers', () => {
  it('digits make the number again', () => {
    for (const x of [0n, 1n, 127n, 128n, 255n, -1n, -129n, 2n ** 256n - 1n, 3n ** 200n]) {
      const digits = balancedDigits(x, 8);
      expect(digits.every((d) => d >= -128 && d < 128)).toBe(true);
      expect(digits.reduce((sum, d, i) => sum + (BigInt(d) << BigInt(8 * i)), 0n)).toBe(x);
    }
    expect(digitsOf(0x1_0203n, 8, 4)).toEqual([3, 2, 1, 0]);
  });
  it('quotients are rounded down', () => {
    for (const [a, b, q] of [
      [7n, 2n, 3n],
      [-7n, 2n, -4n],
      [-8n, 2n, -4n],
      [0n, 5n, 0n],
    ] as const)
      expect(floorDivide(a, b)).toBe(q);
  });
  it('inverses of many are those of each', () => {
    const m = 2n ** 61n - 1n;
    const values = Array.from({ length: 20 }, (_, i) => 3n ** BigInt(i) - 2n);
    for (const [i, x] of inverses('x', values, m).entries()) expect((((x * values[i]!) % m) + m) % m).toBe(1n);
    expect(inverses('x', [], m)).toEqual([]);
    expect(() => inverses('x', [1n, m], m)).toThrow(ConstraintError);
  });
  it('halves are made of two bytes each', () => {
    expect(halvesOf(8, [1, 2, 3, 4], (a, b) => a + 256 * b)).toEqual([513, 1027]);
    expect(halvesOf(16, [1, 2], () => 0)).toEqual([1, 2]);
  });
});

it('words of a number are whole', () => {
  const wordsIn =
    (limbBits: number, count: number): (() => unknown) =>
    () =>
      defineChip('test', {}, (c) => expect(wordsOf(limbColumns(c, 'x', limbBits, count))).toHaveLength(2));
  for (const [limbBits, count] of [
    [8, 8],
    [16, 4],
  ] as const)
    expect(wordsIn(limbBits, count)).not.toThrow();
  for (const [limbBits, count] of [
    [8, 6],
    [8, 7],
    [16, 3],
    [4, 16],
  ] as const)
    expect(wordsIn(limbBits, count)).toThrow(RangeError);
});

it('packed events are whole, and have the fields that they are asked for', () => {
  const events = packedEvents(['a', 'b'], Uint32Array.of(1, 2, 3, 4));
  const out = new Uint32Array(2);
  events.read('b', 0, 2, out);
  expect([...out]).toEqual([2, 4]);
  expect(() => events.read('c', 0, 2, out)).toThrow(ConstraintError);
  expect(() => packedEvents(['a', 'b'], new Uint32Array(3))).toThrow(RangeError);
  expect(() => packedEvents([], new Uint32Array(0))).toThrow(RangeError);
});
