/** Weights of columns in the committed vector. */
import { add, mul, mulBase, ONE, sub } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR_16, POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { MIN_LOG_HEIGHT } from '../air/chip.ts';
import { NativeBackend } from '../transcript/native.ts';
import {
  assertCellsFit,
  blocksOf,
  cellsOf,
  emptyParts,
  evaluateStackWeight,
  heightCode,
  inCoefficientOrder,
  mostLogHeight,
  packBlocks,
  packingRule,
  provedParts,
  runningSums,
  stackedColumns,
  tensor,
  unusedCells,
} from './stacking.ts';

const { ext } = seeded(7);
const backend = new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 }));

it('sums eq to one and weighs rows as tensors', () => {
  const point = [ext(), ext()];
  const table = eqTable(point);
  expect(tensor(backend, point)).toEqual(table);
  expect(mulBase(point[0]!, 1)).toEqual(point[0]);
});

describe('layout', () => {
  const widths = [5, 18, 1];
  it('one block for each set bit of a width, the largest first', () => {
    expect(blocksOf(widths)).toEqual([
      { table: 0, logColumns: 2, firstColumn: 0 },
      { table: 0, logColumns: 0, firstColumn: 4 },
      { table: 1, logColumns: 4, firstColumn: 0 },
      { table: 1, logColumns: 1, firstColumn: 16 },
      { table: 2, logColumns: 0, firstColumn: 0 },
    ]);
    expect(blocksOf([2 ** 15 + 1]).map((block) => block.logColumns)).toEqual([15, 0]);
    expect(runningSums(widths)).toEqual([0, 5, 23]);
  });
  it('packs larger blocks last, equal ones in falling order, absent ones at 0', () => {
    // Blocks of 2^10, 2^8, 2^11, 2^8 and 2^8 cells, from 4096 down.
    expect(packBlocks(widths, [8, 7, 8], 12)).toEqual([1024, 768, 2048, 512, 256]);
    expect(packBlocks(widths, [8, undefined, 8], 12)).toEqual([3072, 2816, 0, 0, 2560]);
    expect(packBlocks(widths, [8, undefined, 8], 11)).toEqual([1024, 768, 0, 0, 512]);
    expect(cellsOf(widths, [8, 7, 8])).toBe(3840);
    expect(cellsOf(widths, [8, undefined, 8])).toBe(1536);
    expect(() => packBlocks(widths, [8, 7, 8], 11)).toThrow(RangeError);
  });
  it('parts below all cells are empty: whole ones, and never all', () => {
    expect([1, 32, 33, 2048, 4095, 4096].map((cells) => emptyParts(cells, 12))).toEqual([127, 127, 126, 64, 0, 0]);
    expect(emptyParts(0, 12)).toBe(127);
    expect([32, 33, 2048].map((cells) => unusedCells(cells, 12))).toEqual([127 * 32, 126 * 32, 2048]);
    // Leaves absorb sixteen elements at a time, those of the other suite eight.
    const proved = (cells: number): number[] => [suite, POSEIDON2_KOALABEAR_16].map((s) => provedParts(s, cells, 12));
    expect([1, 16 * 32, 16 * 32 + 1, 24 * 32, 4096].map(proved)).toEqual([
      [16, 8],
      [16, 16],
      [32, 24],
      [32, 24],
      [128, 128],
    ]);
  });
  it('coefficients with one number within their parts stand together, the first part first', () => {
    const ordered = inCoefficientOrder(Array.from({ length: 512 }, (_, place) => place));
    expect([0, 1, 127, 128, 129, 511].map((i) => ordered[i])).toEqual([0, 4, 508, 1, 5, 511]);
  });
  it('every column of a present table lies in its block, and no two share a cell', () => {
    const columns = stackedColumns(widths, [8, undefined, 7], 11);
    expect(columns.map(({ table, column, index }) => [table, column, index])).toEqual([
      ...[0, 1, 2, 3, 4].map((c) => [0, c, c]),
      [2, 0, 23],
    ]);
    const cells = columns.flatMap(({ offset, logHeight }) =>
      Array.from({ length: 2 ** logHeight }, (_, i) => offset + i),
    );
    expect(cells.toSorted((x, y) => x - y)).toEqual(
      Array.from({ length: 5 * 256 + 128 }, (_, i) => 2048 - 5 * 256 - 128 + i),
    );
  });
  it('codes heights, and refuses tables that do not fit by one cell', () => {
    expect([undefined, 7, 10].map(heightCode)).toEqual([0, 1, 4]);
    expect(packingRule([1], 8)([2])).toEqual({ offsets: [0], emptyParts: 0 });
    expect(packingRule(widths, 12)([2, 1, 2])).toEqual({ offsets: [8, 6, 16, 4, 2], emptyParts: 8 });
    expect(reasonOf(() => void packingRule(widths, 11)([2, 1, 2]))).toBe('stacking');
    expect(reasonOf(() => void packingRule([1, 1], 7)([1, 0]))).toBe('accepted');
    expect(reasonOf(() => void packingRule([1, 1], 7)([1, 1]))).toBe('stacking');
  });
});

describe('all tables together', () => {
  const MOST = 22;
  /** @param given - of the first table; the others say their heights themselves. */
  const verdict = (
    widths: readonly number[],
    logHeights: readonly (number | undefined)[],
    variables: number,
    given?: number,
  ): string => {
    const said = logHeights.map((h) => ({
      code: heightCode(h),
      presence: h === undefined ? 0 : 1,
      maxLogHeight: MOST,
    }));
    const heights = given === undefined ? said : [{ given }, ...said];
    return reasonOf(() => assertCellsFit(backend, widths, heights, variables));
  };
  it('fill a shape to its last cell, whatever their height, and not one row of 2^7 more', () => {
    for (let h = MIN_LOG_HEIGHT; h <= MOST; h++) {
      expect(verdict([1], [h], h), `height ${h}`).toBe('accepted');
      expect(verdict([3, 1], [h, h], h + 2), `height ${h}`).toBe('accepted');
      expect(verdict([1, 1], [h, MIN_LOG_HEIGHT], h), `height ${h}`).toBe('stacking');
      expect(verdict([1, 1], [h, undefined], h), `height ${h}`).toBe('accepted');
      expect(verdict([1], [], h, h), `height ${h}`).toBe('accepted');
      expect(verdict([1, 1], [MIN_LOG_HEIGHT], h, h), `height ${h}`).toBe('stacking');
    }
    expect(verdict([1, 1], [undefined, undefined], MIN_LOG_HEIGHT)).toBe('accepted');
  });
  it('are not said to fit by a number of cells that is small modulo p', () => {
    // What is missing, 2^7 - 64000 * 2^15 units, is 33 million modulo p.
    expect(verdict([64_000], [MOST], 14)).toBe('stacking');
  });
  it('have heights that their codes can say', () => {
    const heights = [{ code: 32, presence: 1, maxLogHeight: MOST }];
    expect(reasonOf(() => assertCellsFit(backend, [1], heights, 30))).toBe('height');
  });
});

it('a table of the greatest height is held against every coordinate of rho', () => {
  const [rho, z] = [Array.from({ length: 8 }, ext), Array.from({ length: 9 }, ext)];
  const data = { heights: [[0, 1]], offsetBits: [[0, 1]] };
  // Its one column is the upper half of 2^9 cells.
  const eq = rho.reduce((product, r, i) => {
    const both = mul(r, z[i]!);
    return mul(product, add(sub(sub(ONE, r), z[i]!), add(both, both)));
  }, ONE);
  // In the polynomial the bits that number the parts come first.
  const point = [...z.slice(2), ...z.slice(0, 2)];
  expect(evaluateStackWeight(backend, [1], data, rho, point, ext())).toEqual(mul(eq, z[8]!));
});

it('a table has no height at which it alone is larger than the whole, but always the least', () => {
  expect(mostLogHeight(22, 1, 20)).toBe(20);
  expect(mostLogHeight(22, 16, 20)).toBe(16);
  expect(mostLogHeight(22, 17, 20)).toBe(15);
  expect(mostLogHeight(12, 17, 20)).toBe(12);
  expect(mostLogHeight(22, 895, 12)).toBe(MIN_LOG_HEIGHT);
  // Tables without columns of their own.
  expect(mostLogHeight(22, 0, 20)).toBe(22);
});

describe('alignment', () => {
  const bits = (x: number, n: number): number[] => Array.from({ length: n }, (_, i) => (x >> i) & 1);
  const VARIABLES = 12;
  /** One table of two columns and 2^9 rows, its block of 2^10 cells at `offset` of `variables` variables. */
  const verdict = (offset: number, variables = VARIABLES, heights = [0, 0, 1, 0]): string =>
    reasonOf(() => {
      const point = Array.from({ length: variables }, ext);
      const data = { heights: [heights], offsetBits: [bits(offset / 128, variables - 7)] };
      const rho = Array.from({ length: 10 }, ext);
      evaluateStackWeight(backend, [2], data, rho, point, ext());
    });
  it('a block starts at a multiple of its size, in every bit of it', () => {
    for (const offset of [0, 1024, 2048, 3072]) expect(verdict(offset)).toBe('accepted');
    for (const bit of [7, 8, 9]) expect(verdict(1024 + 2 ** bit), `bit ${bit}`).toBe('stacking');
    expect(verdict(128 + 256 + 512)).toBe('stacking');
  });
  it('whatever the height, the least and the greatest too', () => {
    for (const j of [0, 1, 2, 3]) {
      const heights = [0, 0, 0, 0].with(j, 1);
      expect(verdict(2 ** (8 + j), VARIABLES, heights), `height ${j}`).toBe('accepted');
      expect(verdict(2 ** (7 + j), VARIABLES, heights), `height ${j}`).toBe('stacking');
    }
  });
  it('a block is no larger than the whole', () => {
    expect(verdict(0, 10)).toBe('accepted');
    expect(verdict(0, 9)).toBe('stacking');
    expect(verdict(0, 9, [0, 1, 0, 0])).toBe('accepted');
    expect(verdict(128, 9, [0, 1, 0, 0])).toBe('stacking');
    expect(verdict(0, 9, [0, 0, 0, 1])).toBe('stacking');
    expect(verdict(0, 7, [1, 0, 0, 0])).toBe('stacking');
  });
  it('a block as large as the whole starts at its beginning', () => {
    const heights = [0, 0, 0, 0, 1];
    expect(verdict(0, VARIABLES, heights)).toBe('accepted');
    for (let bit = 7; bit < VARIABLES; bit++)
      expect(verdict(2 ** bit, VARIABLES, heights), `bit ${bit}`).toBe('stacking');
  });
});
