/**
 * @module Transforms of many interleaved sequences. The oracle is `field/ntt`; the results are the same values in the same
 * order. Here the butterflies multiply first (Cooley-Tukey), so that block k of any level has the one twiddle T[k], level
 * by level a prefix of one table, and the inner loop runs over whole blocks of rows with the twiddle in a register.
 */
import { mul, P, rootOfUnity } from '../field/base.ts';
import { type Code, FunctionBuilder, I32, i32, type KernelCalls, ModuleBuilder, v128 } from '../wasm/assembler.ts';
import { VectorField } from '../wasm/field.ts';
import type { KernelMemory } from './memory.ts';

/** What the inner passes work on at once: it stays in the second-level cache. */
const SCRATCH_BYTES = 2 ** 18;
/** Row slices that are gathered: at least a cache line, at most this. */
const SLICE_BYTES = 512;

type Names = 'forward4' | 'forward2' | 'transposed4' | 'transposed2' | 'copyRows';

/** floor(w 2^32 / p): the quotient that multiplication by the constant w needs. */
export function shoupQuotient(w: number): number {
  const guess = Math.floor((w * 2 ** 32) / P);
  // The division is off by less than one; the remainder, small and exact modulo 2^32, tells.
  const remainder = (0 - Math.imul(guess, P)) | 0;
  return (remainder < 0 ? guess - 1 : remainder >= P ? guess + 1 : guess) >>> 0;
}

export class TransformKernels {
  readonly #memory: KernelMemory;
  readonly #call: KernelCalls<Names>;
  readonly #scratch: number;
  #table = 0;
  #tableLog = -1;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#scratch = memory.allocate(SCRATCH_BYTES);
    const module = new ModuleBuilder();
    // All take (base, quarter or half block bytes, blocks, address of the first block's twiddle); see `#radix`.
    module.add(
      emitPass('forward4', 4, ([a, b, c, d], field, [w, u, v]) => {
        const [s, t] = [field.mulShoup(c!, ...w!), field.mulShoup(d!, ...w!)];
        const [a1, c1, b1, d1] = [field.add(a!, s), field.sub(a!, s), field.add(b!, t), field.sub(b!, t)];
        const [x, y] = [field.mulShoup(b1, ...u!), field.mulShoup(d1, ...v!)];
        return [field.add(a1, x), field.sub(a1, x), field.add(c1, y), field.sub(c1, y)];
      }),
    );
    module.add(
      emitPass('forward2', 2, ([a, b], field, [w]) => {
        const t = field.mulShoup(b!, ...w!);
        return [field.add(a!, t), field.sub(a!, t)];
      }),
    );
    module.add(
      emitPass('transposed4', 4, ([a, b, c, d], field, [w, u, v]) => {
        const [a1, b1] = [field.add(a!, b!), field.mulShoup(field.sub(a!, b!), ...u!)];
        const [c1, d1] = [field.add(c!, d!), field.mulShoup(field.sub(c!, d!), ...v!)];
        return [
          field.add(a1, c1),
          field.add(b1, d1),
          field.mulShoup(field.sub(a1, c1), ...w!),
          field.mulShoup(field.sub(b1, d1), ...w!),
        ];
      }),
    );
    module.add(
      emitPass('transposed2', 2, ([a, b], field, [w]) => [field.add(a!, b!), field.mulShoup(field.sub(a!, b!), ...w!)]),
    );
    // copyRows(from, from stride, to, to stride, rows, row bytes)
    const copy = new FunctionBuilder('copyRows', [I32, I32, I32, I32, I32, I32]);
    const [from, to] = [copy.variable(copy.parameter(0)), copy.variable(copy.parameter(2))];
    copy.loop(i32.constant(0), 1, copy.parameter(4), () => {
      const target = copy.variable(copy.get(to));
      const end = copy.keep(i32.add(copy.get(from), copy.parameter(5)), I32);
      const lines = copy.keep(i32.sub(end, i32.and(copy.parameter(5), i32.constant(63))), I32);
      // Whole cache lines, then what is left of the row.
      for (const [start, step, last] of [
        [copy.get(from), 64, lines],
        [lines, 16, end],
      ] as const) {
        copy.loop(start, step, last, (at) => {
          const line = Array.from({ length: step / 16 }, (_, k) => copy.keep(v128.load(at, 16 * k)));
          for (const [k, v] of line.entries()) copy.emit(v128.store(copy.get(target), v, 16 * k));
          copy.advance(target, step);
        });
      }
      copy.advance(from, copy.parameter(1));
      copy.advance(to, copy.parameter(3));
    });
    module.add(copy);
    this.#call = module.instantiate(memory.memory);
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
    for (let column = 0; column < stride; column += slice)
      this.#strided(from + column, to + column, stride, outer, coset, slice, false);
    for (let q = 0; q < 2 ** outer; q++)
      this.#forward(to + q * stride, stride, logRows - outer, coset * 2 ** outer + q);
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
    for (let q = 0; q < 2 ** outer; q++) {
      if (!isZero(q * 2 ** inner, 2 ** inner)) this.#transposed(at + q * stride, stride, inner, q);
    }
    for (let column = 0; column < stride; column += slice)
      this.#strided(at + column, at + column, stride, outer, 0, slice, true);
  }
}

type Twiddle = readonly [Code, Code];

/**
 * pass(base, part bytes, blocks, twiddle of the first block at the upper level, the same at the lower level): applies
 * `butterfly` across the `radix` parts of every block. Block k has twiddle T[node + k] at the upper level; its halves
 * have T[2 (node + k)] and T[2 (node + k) + 1] at the lower one.
 */
function emitPass(
  name: string,
  radix: 2 | 4,
  butterfly: (x: readonly Code[], field: VectorField, w: readonly Twiddle[]) => Code[],
): FunctionBuilder {
  const f = new FunctionBuilder(name, [I32, I32, I32, I32, I32]);
  const field = new VectorField(f);
  const part = f.parameter(1);
  const base = f.variable(f.parameter(0));
  const [upper, lower] = [f.variable(f.parameter(3)), f.variable(f.parameter(4))];
  const twiddle = (at: Code, offset: number): Twiddle => [
    f.keep(v128.loadSplat(at, offset)),
    f.keep(v128.loadSplat(at, offset + 4)),
  ];
  f.loop(i32.constant(0), 1, f.parameter(2), () => {
    const w = [twiddle(f.get(upper), 0)];
    if (radix === 4) w.push(twiddle(f.get(lower), 0), twiddle(f.get(lower), 8));
    f.loop(f.get(base), 16, i32.add(f.get(base), part), (at) => {
      const addresses = [at];
      for (let k = 1; k < radix; k++) addresses.push(f.keep(i32.add(addresses[k - 1]!, part), I32));
      const x = addresses.map((a) => f.keep(v128.load(a)));
      for (const [k, y] of butterfly(x, field, w).entries()) f.emit(v128.store(addresses[k]!, y));
    });
    f.advance(base, i32.mul(part, i32.constant(radix)));
    f.advance(upper, 8);
    f.advance(lower, 16);
  });
  return f;
}
