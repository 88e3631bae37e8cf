/**
 * @module Transforms of many interleaved sequences. The oracle is `field/ntt`; the results are the same values in the same
 * order. Here the butterflies multiply first (Cooley-Tukey), so that block k of any level has the one twiddle T[k], level
 * by level a prefix of one table, and the inner loop runs over whole blocks of rows with the twiddle in a register.
 */
import { mul, P, rootOfUnity } from '../field/base.ts';
import { instantiateKept, type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { emitCopyRows, emitGather, emitPasses, emitScatter } from './emit/transform.ts';
import type { KernelMemory } from './memory.ts';
import type { Loop, Team } from './team.ts';

/** What the inner passes work on at once: it stays in the second-level cache. */
const SCRATCH_BYTES = 2 ** 18;
/** Row slices that are gathered: at least a cache line, at most this. */
const SLICE_BYTES = 512;

/** Columns of one tile of {@link TransformKernels.encodeParts}: a cache line of a row, where their number allows it. */
const TILE_COLUMNS = 16;
/** log2 of the rows that are gathered at a time. */
const GATHERED_LOG_ROWS = 2;

/** How a code of `parts` columns is cut: levels over rows that are far apart, and how many rows and columns of a step are done at once. */
export function tileOf(parts: number, logRows: number): { outer: number; rows: number; columns: number } {
  const outer = Math.min(Math.ceil(logRows / 2), logRows - GATHERED_LOG_ROWS);
  const mostColumns = SCRATCH_BYTES / (4 * 2 ** (outer + GATHERED_LOG_ROWS));
  const columns = Math.min(parts % TILE_COLUMNS === 0 ? TILE_COLUMNS : TILE_COLUMNS / 2, mostColumns);
  const rows = Math.min(2 ** (logRows - outer), SCRATCH_BYTES / (4 * columns * 2 ** outer));
  if (columns < 4 || rows < 2 ** GATHERED_LOG_ROWS) throw new RangeError(`no tiles for 2^${logRows} rows`);
  return { outer, rows, columns };
}

type Names = 'forward4' | 'forward2' | 'transposed4' | 'transposed2' | 'copyRows' | 'gather' | 'scatter';

/** floor(w 2^32 / p): the quotient that multiplication by the constant w needs. */
export function shoupQuotient(w: number): number {
  const guess = Math.floor((w * 2 ** 32) / P);
  // The division is off by less than one; the remainder, small and exact modulo 2^32, tells.
  const remainder = (0 - Math.imul(guess, P)) | 0;
  return (remainder < 0 ? guess - 1 : remainder >= P ? guess + 1 : guess) >>> 0;
}

function buildModule(): ModuleBuilder {
  const module = new ModuleBuilder();
  emitPasses(module);
  emitCopyRows(module);
  emitGather(module);
  emitScatter(module);
  return module;
}

export class TransformKernels {
  readonly #memory: KernelMemory;
  readonly #call: KernelCalls<Names>;
  readonly #scratch: number;
  /** As large: for the second of two cosets. */
  readonly #otherScratch: number;
  readonly #encodeSlices: Loop;
  readonly #encodeTiles: Loop;
  readonly #encodeBlocks: Loop;
  readonly #transposeBlocks: Loop;
  readonly #transposeSlices: Loop;
  #table = 0;
  #tableLog = -1;

  constructor(team: Team) {
    const { memory } = team;
    this.#memory = memory;
    this.#scratch = memory.allocateLocal(SCRATCH_BYTES);
    this.#otherScratch = memory.allocateLocal(SCRATCH_BYTES);
    this.#call = instantiateKept('transform', memory, buildModule);
    this.#encodeSlices = team.loop((i, [from, to, stride, outer, coset, slice, table]) => {
      this.#table = table!;
      this.#strided(from! + i * slice!, to! + i * slice!, stride!, outer!, coset!, slice!, false);
    });
    this.#encodeTiles = team.loop((i, [from, to, parts, logRows, coset, table, lists, count]) => {
      this.#table = table!;
      const wanted: Uint32Array[] = [];
      for (let at = lists! / 4; wanted.length < count!; at += 1 + wanted.at(-1)!.length)
        wanted.push(memory.words.subarray(at + 1, at + 1 + memory.words[at]!));
      this.#tile(i, from!, to!, parts!, logRows!, coset!, wanted);
    });
    this.#encodeBlocks = team.loop((i, [to, stride, levels, firstNode, table, list]) => {
      this.#table = table!;
      const q = list === 0 ? i : memory.words[list! / 4 + i]!;
      this.#forward(to! + q * stride!, stride!, levels!, firstNode! + q);
    });
    this.#transposeBlocks = team.loop((i, [at, stride, levels, list, table]) => {
      this.#table = table!;
      const q = memory.words[list! / 4 + i]!;
      this.#transposed(at! + q * stride!, stride!, levels!, q);
    });
    this.#transposeSlices = team.loop((i, [at, stride, outer, slice, table]) => {
      this.#table = table!;
      this.#strided(at! + i * slice!, at! + i * slice!, stride!, outer!, 0, slice!, true);
    });
  }

  /** Bytes of the twiddles that transforms of 2^logRows rows need. */
  static tableBytes(logRows: number): number {
    return 8 * 2 ** Math.max(0, logRows - 1);
  }

  /**
   * Puts the table for transforms of up to 2^logRows rows at `at`: pairs of T[k] = omega^rev(k) and its quotient, omega
   * of order 2^(level + 1) and rev over `level` bits at any level with k < 2^level.
   */
  setTable(at: number, logRows: number): void {
    const { words } = this.#memory;
    const put = (k: number, w: number): void => {
      words[at / 4 + 2 * k] = w;
      words[at / 4 + 2 * k + 1] = shoupQuotient(w);
    };
    put(0, 1);
    for (let j = 0; j < logRows - 1; j++) {
      const factor = rootOfUnity(j + 2);
      for (let k = 0; k < 2 ** j; k++) put(k + 2 ** j, mul(words[at / 4 + 2 * k]!, factor));
    }
    [this.#table, this.#tableLog] = [at, logRows];
  }

  /** `levels` levels of the transform of the block number `node`, `bytes` long, in place. */
  #forward(base: number, bytes: number, levels: number, node: number): void {
    let [done, blocks] = [0, 1];
    const twiddle = (): number => this.#table + 8 * node * blocks;
    if (levels % 2 === 1) {
      this.#call.forward2(base, bytes / 2, 1, twiddle(), 0);
      [done, blocks] = [1, 2];
    }
    for (; done < levels; done += 2, blocks *= 4)
      this.#call.forward4(base, bytes / blocks / 4, blocks, twiddle(), this.#table + 16 * node * blocks);
  }

  #transposed(base: number, bytes: number, levels: number, node: number): void {
    let blocks = 2 ** levels;
    for (; blocks > 2; ) {
      blocks /= 4;
      this.#call.transposed4(
        base,
        bytes / blocks / 4,
        blocks,
        this.#table + 8 * node * blocks,
        this.#table + 16 * node * blocks,
      );
    }
    if (blocks === 2) this.#call.transposed2(base, bytes / 2, 1, this.#table + 8 * node, 0);
  }

  /**
   * Runs `levels` levels on rows that are `stride` bytes apart, through the scratch space: 2^levels rows, reading from
   * `from` and writing to `to` (the same or another place).
   */
  #strided(
    from: number,
    to: number,
    stride: number,
    levels: number,
    node: number,
    slice: number,
    transposed: boolean,
  ): void {
    const rows = 2 ** levels;
    this.#call.copyRows(from, stride, this.#scratch, slice, rows, slice);
    if (transposed) this.#transposed(this.#scratch, rows * slice, levels, node);
    else this.#forward(this.#scratch, rows * slice, levels, node);
    this.#call.copyRows(this.#scratch, slice, to, stride, rows, slice);
  }

  /** Splits 2^logRows rows: levels over strided rows first, the rest inside contiguous blocks. */
  #split(logRows: number, rowBytes: number): { outer: number; slice: number } {
    const outer = Math.ceil(logRows / 2);
    let slice = Math.min(rowBytes, SLICE_BYTES, SCRATCH_BYTES / 2 ** outer);
    while (rowBytes % slice !== 0 || slice % 16 !== 0) slice -= 4;
    return { outer, slice };
  }

  /**
   * Reed-Solomon code of every column: 2^logRows rows of coefficients at `from`, `rowBytes` each (a multiple of 16), into
   * 2^(logRows + logInverseRate) rows at `to`. Zero coefficients above the given ones make the first levels copies: every
   * block of 2^logRows rows starts from the coefficients themselves.
   */
  encode(from: number, to: number, rowBytes: number, logRows: number, logInverseRate: number): void {
    const bytes = 2 ** logRows * rowBytes;
    for (let coset = 0; coset < 2 ** logInverseRate; coset++)
      this.encodeCoset(from, to + coset * bytes, rowBytes, logRows, coset);
  }

  /** Rows [coset 2^logRows, (coset + 1) 2^logRows) of the code. */
  encodeCoset(from: number, to: number, rowBytes: number, logRows: number, coset: number): void {
    if (rowBytes % 16 !== 0 || (coset + 1) * 2 ** logRows > 2 ** this.#tableLog)
      throw new RangeError('no such transform');
    const { outer, slice } = this.#split(logRows, rowBytes);
    const stride = (2 ** logRows * rowBytes) / 2 ** outer;
    this.#encodeSlices(stride / slice, from, to, stride, outer, coset, slice, this.#table);
    this.#encodeBlocks(2 ** outer, to, stride, logRows - outer, coset * 2 ** outer, this.#table, 0);
  }

  /**
   * One or two cosets of the code of `parts` columns, of which each has its 2^logRows coefficients together: coset k is rows
   * [k 2^logRows, (k + 1) 2^logRows). Two are written one after another, from one walk over the columns.
   * @param parts - a multiple of eight.
   * @param logRows - 3 to 24.
   * @param coset - the first.
   * @param wanted - for each coset, which of its rows, from the first of them; `undefined` for all. What is written where others belong
   * means nothing.
   */
  encodeParts(
    from: number,
    to: number,
    parts: number,
    logRows: number,
    coset: number,
    wanted: readonly (readonly number[] | undefined)[] = [undefined],
  ): void {
    if (parts % 8 !== 0 || logRows < 3 || (coset + wanted.length) * 2 ** logRows > 2 ** this.#tableLog)
      throw new RangeError('no such transform');
    const { outer, rows, columns } = tileOf(parts, logRows);
    const inner = logRows - outer;
    // None stand for all.
    const blocks = wanted.map((all) => [...new Set((all ?? []).map((row) => row >> inner))]);
    const mark = this.#memory.mark();
    const lists = this.#list(blocks.flatMap((list) => [list.length, ...list]));
    const tiles = (parts / columns) * (2 ** inner / rows);
    this.#encodeTiles(tiles, from, to, parts, logRows, coset, this.#table, lists, blocks.length);
    const stride = 4 * parts * 2 ** inner;
    for (const [k, list] of blocks.entries()) {
      const [count, numbers] = list.length === 0 ? [2 ** outer, 0] : [list.length, this.#list(list)];
      const [first, node] = [to + k * stride * 2 ** outer, (coset + k) * 2 ** outer];
      this.#encodeBlocks(count, first, stride, inner, node, this.#table, numbers);
    }
    this.#memory.release(mark);
  }

  /** Numbers in the leader's region, which JavaScript of other threads can read however lately the memory has grown. */
  #list(numbers: readonly number[]): number {
    const list = this.#memory.allocateLocal(4 * numbers.length);
    this.#memory.words.set(numbers, list / 4);
    return list;
  }

  /**
   * The upper levels of some columns, on rows that are far apart: from columns to rows, through the scratch space.
   * @param wanted - for each coset, blocks of which rows are written; none for all.
   */
  #tile(
    i: number,
    from: number,
    to: number,
    parts: number,
    logRows: number,
    coset: number,
    wanted: readonly ArrayLike<number>[],
  ): void {
    const { outer, rows, columns } = tileOf(parts, logRows);
    const tilesDown = 2 ** (logRows - outer) / rows;
    const [row, column] = [(i % tilesDown) * rows, Math.floor(i / tilesDown) * columns];
    const [columnBytes, step] = [4 * 2 ** logRows, 4 * 2 ** (logRows - outer)];
    const [scratch, steps] = [this.#scratch, 2 ** outer];
    const bytes = 4 * steps * rows * columns;
    this.#call.gather(from + column * columnBytes + 4 * row, columnBytes, step, scratch, steps, rows, columns);
    if (wanted.length > 1) this.#call.copyRows(scratch, bytes, this.#otherScratch, bytes, 1, bytes);
    const scatter = (from: number, to: number, count: number): void =>
      this.#call.scatter(from, to, step * parts, 4 * parts, count, rows, 4 * columns);
    for (const [k, blocks] of wanted.entries()) {
      const at = k === 0 ? scratch : this.#otherScratch;
      const target = to + 4 * (k * 2 ** logRows + row) * parts + 4 * column;
      this.#forward(at, bytes, outer, coset + k);
      if (blocks.length === 0) scatter(at, target, steps);
      for (let b = 0; b < blocks.length; b++)
        scatter(at + 4 * rows * columns * blocks[b]!, target + step * parts * blocks[b]!, 1);
    }
  }

  /**
   * Transpose of the transform of 2^logRows rows, in place: row i becomes the sum over pos of row[pos] omega^(rev(pos) i).
   * @param isZero - whether rows [first, first + count) are all zero: such blocks are skipped.
   */
  transpose(at: number, rowBytes: number, logRows: number, isZero: (first: number, count: number) => boolean): void {
    if (rowBytes % 16 !== 0 || logRows > this.#tableLog) throw new RangeError('no such transform');
    const { outer, slice } = this.#split(logRows, rowBytes);
    const inner = logRows - outer;
    const stride = 2 ** inner * rowBytes;
    const blocks = Array.from({ length: 2 ** outer }, (_, q) => q).filter((q) => !isZero(q * 2 ** inner, 2 ** inner));
    const mark = this.#memory.mark();
    const list = this.#list(blocks);
    this.#transposeBlocks(blocks.length, at, stride, inner, list, this.#table);
    this.#memory.release(mark);
    this.#transposeSlices(stride / slice, at, stride, outer, slice, this.#table);
  }
}
