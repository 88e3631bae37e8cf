/**
 * @module Stacking: all committed columns of all tables in one vector of 2^m cells. A table of w columns owns one block
 * per set bit of w (18 = 16 + 2), a block of 2^b columns of 2^h rows being aligned to its size. Blocks sorted by size
 * pack without gaps, from the vector's end down. Bits 0..h-1 of a cell's place are its row, the next b bits its column within the block.
 *
 * The vector's 128 parts, by the highest bits of the place, are the columns of its code: what the first fold combines. So parts that hold
 * no cell are columns of zeros, which nobody encodes, hashes or sends.
 */
import { VerificationError } from '@weft/primitives';
import { inverse, mul } from '@weft/primitives/field/base';
import { type HashSuite, leafRate } from '@weft/primitives/hash/suite';
import { MIN_LOG_HEIGHT } from '../air/chip.ts';
import type { Backend, Packing } from '../transcript/backend.ts';

/** The low row bits that all columns share. */
export const SHARED_ROW_BITS = 7;
/** log2 of the vector's parts; the first fold removes exactly the bits that number them. */
export const LOG_PARTS = 7;

/** A block of 2^logColumns columns, the first being column `firstColumn` of the table. */
export interface Block {
  readonly table: number;
  readonly logColumns: number;
  readonly firstColumn: number;
}

/** The blocks of tables with these widths, in order of table, then falling size. Independent of heights. */
export function blocksOf(widths: readonly number[]): Block[] {
  return widths.flatMap((width, table) => {
    const blocks: Block[] = [];
    let firstColumn = 0;
    for (let logColumns = 15; logColumns >= 0; logColumns--) {
      if (((width >> logColumns) & 1) === 0) continue;
      blocks.push({ table, logColumns, firstColumn });
      firstColumn += 1 << logColumns;
    }
    return blocks;
  });
}

/** Cells of all tables, of 2^logHeights rows (`undefined` = absent). */
export function cellsOf(widths: readonly number[], logHeights: readonly (number | undefined)[]): number {
  const cells = widths.map((width, k) => (logHeights[k] === undefined ? 0 : width * 2 ** logHeights[k]));
  return cells.reduce((total, x) => total + x, 0);
}

/** How many of the first parts of 2^variables cells hold none of the last `cells`; never all. */
export function emptyParts(cells: number, variables: number): number {
  return Math.floor((2 ** variables - Math.max(1, cells)) / 2 ** (variables - LOG_PARTS));
}

/** How many parts a prover works on: those that are not empty, in whole blocks of the sponge of leaves, which starts after the others. */
export function provedParts(suite: HashSuite, cells: number, variables: number): number {
  const rate = leafRate(suite);
  return 2 ** LOG_PARTS - Math.floor(emptyParts(cells, variables) / rate) * rate;
}

/** Cells of the parts that hold none of the last `cells` of 2^variables. */
export function unusedCells(cells: number, variables: number): number {
  return emptyParts(cells, variables) * 2 ** (variables - LOG_PARTS);
}

/**
 * First cell of every block of {@link blocksOf} in 2^variables cells, for tables of 2^logHeights rows (`undefined` = absent: offset 0).
 * Larger blocks come last, equal ones in falling order.
 * @throws {RangeError} when they do not fit.
 */
export function packBlocks(
  widths: readonly number[],
  logHeights: readonly (number | undefined)[],
  variables: number,
): number[] {
  const blocks = blocksOf(widths);
  const sized = blocks.flatMap((block, index) => {
    const h = logHeights[block.table];
    return h === undefined ? [] : [{ index, size: 2 ** (h + block.logColumns) }];
  });
  sized.sort((a, b) => b.size - a.size || a.index - b.index);
  const offsets = new Array<number>(blocks.length).fill(0);
  let end = 2 ** variables;
  for (const { index, size } of sized) {
    end -= size;
    offsets[index] = end;
  }
  if (end < 0) throw new RangeError(`${2 ** variables - end} cells do not fit 2^${variables}`);
  return offsets;
}

/** A present column of the stacked vector. */
export interface StackedColumn {
  readonly table: number;
  /** Within its table. */
  readonly column: number;
  /** Among all columns of all tables, present or not. */
  readonly index: number;
  readonly logHeight: number;
  /** Its first cell; the others follow. */
  readonly offset: number;
}

/** All columns of the tables that are present, where {@link packBlocks} puts them. */
export function stackedColumns(
  widths: readonly number[],
  logHeights: readonly (number | undefined)[],
  variables: number,
): StackedColumn[] {
  const offsets = packBlocks(widths, logHeights, variables);
  const first = runningSums(widths);
  return blocksOf(widths).flatMap(({ table, logColumns, firstColumn }, i) => {
    const logHeight = logHeights[table];
    if (logHeight === undefined) return [];
    return Array.from({ length: 1 << logColumns }, (_, c): StackedColumn => {
      const column = firstColumn + c;
      return { table, column, index: first[table]! + column, logHeight, offset: offsets[i]! + c * 2 ** logHeight };
    });
  });
}

/** Index of each table's first column among all columns. */
export function runningSums(widths: readonly number[]): number[] {
  let total = 0;
  return widths.map((w) => {
    const at = total;
    total += w;
    return at;
  });
}

/** Heights and offsets as the verifier holds them: data, never control flow. */
export interface StackingData<F> {
  /** Per table, bit i of `height[k]` says that the table has 2^(MIN_LOG_HEIGHT + i) rows; all zero when absent. */
  readonly heights: readonly (readonly F[])[];
  /** Per block, the bits of its first cell from bit 7 on. */
  readonly offsetBits: readonly (readonly F[])[];
}

/** The inner product of one-hot `bits` with `values`. */
export function pick<F, E>(b: Backend<F, E>, bits: readonly F[], values: readonly E[]): E {
  return b.dotBase(values, bits);
}

/** eq(x, y) for single coordinates. */
function eqStep<F, E>(b: Backend<F, E>, x: E, y: E): E {
  const xy = b.mul(x, y);
  return b.add(b.sub(b.sub(b.constant(1), x), y), b.add(xy, xy));
}

/** eq(bits of c, point) for all c < 2^point.length, lowest bit first. */
export function tensor<F, E>(b: Backend<F, E>, point: readonly E[]): E[] {
  let out = [b.constant(1)];
  for (const x of point) {
    const upper = out.map((v) => b.mul(v, x));
    out = [...out.map((v, i) => b.sub(v, upper[i]!)), ...upper];
  }
  return out;
}

/** A point of the committed polynomial, whose lowest variables number the parts, in the order of the bits of a cell's place. */
function placeOrder<E>(point: readonly E[]): E[] {
  return [...point.slice(LOG_PARTS), ...point.slice(0, LOG_PARTS)];
}

/** What cells hold, by the coefficients of the committed polynomial that they are: those of one place within a part together. */
export function inCoefficientOrder<T>(cells: readonly T[]): T[] {
  const within = cells.length / 2 ** LOG_PARTS;
  return cells.map((_, i) => cells[(i % 2 ** LOG_PARTS) * within + Math.floor(i / 2 ** LOG_PARTS)]!);
}

/** `gamma` to the number of each block's first column, columns counting over all tables; and gamma^(2^t) for t up to the largest block's. */
function gammaPowers<F, E>(b: Backend<F, E>, blocks: readonly Block[], gamma: E): { starts: E[]; squares: E[] } {
  const squares = [gamma];
  const most = blocks.reduce((highest, { logColumns }) => Math.max(highest, logColumns), 0);
  while (squares.length <= most) squares.push(b.mul(squares.at(-1)!, squares.at(-1)!));
  let power = b.constant(1);
  const starts = blocks.map(({ logColumns }) => {
    const start = power;
    power = b.mul(power, squares[logColumns]!);
    return start;
  });
  return { starts, squares };
}

/** By table: the sum over its columns of gamma^(number of the column) times its value, columns counting over all tables. */
export function joinColumns<F, E>(b: Backend<F, E>, columns: readonly (readonly E[])[], gamma: E): E[] {
  const blocks = blocksOf(columns.map((c) => c.length));
  const { starts } = gammaPowers(b, blocks, gamma);
  return columns.map((values, k) => {
    const start = starts[blocks.findIndex(({ table }) => table === k)] ?? b.constant(0);
    const sum = values.reduceRight((rest, value) => b.add(value, b.mul(gamma, rest)), b.constant(0));
    return b.mul(start, sum);
  });
}

/**
 * The value at `point` of the weight polynomial: the sum over all columns of gamma^(number of the column) times eq(column's cells, point), the
 * row bits being held against `rho`. Asserts that every block is aligned to its size and fits.
 */
export function evaluateStackWeight<F, E>(
  b: Backend<F, E>,
  widths: readonly number[],
  data: StackingData<F>,
  rho: readonly E[],
  point: readonly E[],
  gamma: E,
): E {
  const z = placeOrder(point);
  const one = b.constant(1);
  const prefixes = [one];
  for (let i = 0; i < Math.min(rho.length, z.length); i++)
    prefixes.push(b.mul(prefixes[i]!, eqStep(b, rho[i]!, z[i]!)));
  const blocks = blocksOf(widths);
  const { starts, squares } = gammaPowers(b, blocks, gamma);
  let total = b.constant(0);
  for (const [i, block] of blocks.entries()) {
    const heightBits = data.heights[block.table]!;
    const offset = data.offsetBits[i]!;
    const logHeights = heightBits.map((_, j) => MIN_LOG_HEIGHT + j);
    const rows = pick(
      b,
      heightBits,
      logHeights.map((h) => prefixes[h] ?? one),
    );
    // suffix[j] = eq of the offset bits j, j + 1, ... with z.
    const suffix = new Array<E>(z.length + 1).fill(one);
    for (let j = z.length - 1; j >= SHARED_ROW_BITS; j--) {
      const factor = b.add(b.sub(one, z[j]!), b.mulBase(b.sub(b.add(z[j]!, z[j]!), one), offset[j - SHARED_ROW_BITS]!));
      suffix[j] = b.mul(suffix[j + 1]!, factor);
    }
    const position = pick(
      b,
      heightBits,
      logHeights.map((h) => suffix[h + block.logColumns] ?? one),
    );
    assertAligned(b, block, logHeights, heightBits, offset, z.length);
    // Sum over the block's columns c of gamma^c eq(bits of c, window), a factor for each bit.
    let columns: E = starts[i]!;
    for (let t = 0; t < block.logColumns; t++) {
      const window = pick(
        b,
        heightBits,
        logHeights.map((h) => z[h + t] ?? one),
      );
      columns = b.mul(columns, b.add(b.sub(one, window), b.mul(window, squares[t]!)));
    }
    total = b.add(total, b.mul(b.mul(rows, position), columns));
  }
  return total;
}

/** A table's height, to {@link assertCellsFit}: what the key gives, or what the proof says. */
export type FittedHeight<F> =
  | { readonly given: number }
  | {
      /** At most 1 + the greatest height - MIN_LOG_HEIGHT, and 0 when absent; see {@link heightCode}. */
      readonly code: F;
      /** 1 or 0. */
      readonly presence: F;
      /** log2 of the most rows. */
      readonly maxLogHeight: number;
    };

/**
 * Asserts that all tables together have at most 2^variables cells. Blocks that each fit and are aligned could still overlap, and tables
 * would then have more rows, hence fractions, than a key's security counts with.
 */
export function assertCellsFit<F, E>(
  b: Backend<F, E>,
  widths: readonly number[],
  heights: readonly FittedHeight<F>[],
  variables: number,
): void {
  // In units of 2^7 cells. A key has so few columns that the sum of all cells is below p, and what is missing no small number.
  let room = b.felt(2 ** (variables - SHARED_ROW_BITS));
  const take = (units: F, factor: number): void => {
    room = b.subFelt(room, b.mulFelt(units, b.felt(factor)));
  };
  for (const [k, height] of heights.entries()) {
    const width = widths[k]!;
    if ('given' in height) {
      take(b.felt(width), 2 ** (height.given - SHARED_ROW_BITS));
      continue;
    }
    // 2^code from the code's bits: a product for each, where one for each height would be three times as many.
    let power = b.felt(1);
    const { code, presence, maxLogHeight } = height;
    const bits = b.bits(code, bitLength(heightCode(maxLogHeight)), 'height');
    for (const [i, bit] of bits.entries())
      power = b.addFelt(power, b.mulFelt(b.mulFelt(power, bit), b.felt(2 ** (2 ** i) - 1)));
    // Half of 2^code - 1 + presence is the number of units, and 0 for an absent table.
    const half = mul(width, inverse(2));
    room = b.addFelt(room, b.felt(half));
    take(power, half);
    take(presence, half);
  }
  b.bits(room, variables - SHARED_ROW_BITS + 1, 'stacking');
}

/** Bits of an integer from 1 on. */
const bitLength = (x: number): number => 32 - Math.clz32(x);

/** A block of 2^(h + logColumns) cells starts at a multiple of its size and is no larger than the whole. */
function assertAligned<F, E>(
  b: Backend<F, E>,
  block: Block,
  logHeights: readonly number[],
  heightBits: readonly F[],
  offset: readonly F[],
  variables: number,
): void {
  const zero = b.felt(0);
  for (const [j, h] of logHeights.entries())
    if (h + block.logColumns > variables)
      b.assertEqualFelt(heightBits[j]!, zero, 'stacking', `block of table ${block.table} fits`);
  // Bit i of the offset has to be 0 where the height is such that the block's size is a multiple of 2^(i + 1): sums that a table's blocks share.
  const atLeast = [...heightBits];
  for (let j = atLeast.length - 2; j >= 0; j--) atLeast[j] = b.addFelt(atLeast[j + 1]!, atLeast[j]!);
  let misaligned = zero;
  for (const [i, bit] of offset.entries()) {
    const isLarger = atLeast[Math.max(0, i + 1 - block.logColumns)];
    if (isLarger !== undefined) misaligned = b.addFelt(misaligned, b.mulFelt(isLarger, bit));
  }
  b.assertEqualFelt(misaligned, zero, 'stacking', `alignment of a block of table ${block.table}`);
}

/**
 * log2 of the most rows of a table of `width` columns, without leaving 2^variables cells by itself: a bit for each height is dear in a circuit.
 * Every table may have the least height; that all fit is for {@link assertCellsFit} to say.
 */
export function mostLogHeight(maxLogHeight: number, width: number, variables: number): number {
  return Math.min(maxLogHeight, Math.max(MIN_LOG_HEIGHT, variables - Math.ceil(Math.log2(width))));
}

/** How a proof writes a height: 0 for an absent table, else 1 + log2(rows) - MIN_LOG_HEIGHT. */
export function heightCode(logHeight: number | undefined): number {
  return logHeight === undefined ? 0 : 1 + logHeight - MIN_LOG_HEIGHT;
}

/**
 * The rule by which native proofs leave offsets and empty parts off the wire, from height codes.
 * @throws {VerificationError} `stacking` when the tables do not fit 2^variables cells.
 */
export function packingRule(widths: readonly number[], variables: number): (codes: readonly number[]) => Packing {
  return (codes) => {
    const logHeights = codes.map((code) => (code === 0 ? undefined : code - 1 + MIN_LOG_HEIGHT));
    const cells = cellsOf(widths, logHeights);
    if (cells > 2 ** variables) throw new VerificationError('stacking', `${cells} cells do not fit 2^${variables}`);
    const offsets = packBlocks(widths, logHeights, variables).map((o) => o / 2 ** SHARED_ROW_BITS);
    return { offsets, emptyParts: emptyParts(cells, variables) };
  };
}
