/**
 * @module Long vectors of extension elements and their products with committed base vectors: what an opening consists of.
 * The oracle is the prover's plain implementation.
 */
import { P } from '../field/base.ts';
import { DEGREE, type Ext } from '../field/ext.ts';
import {
  type Code,
  type FunctionBuilder,
  I32,
  i32,
  type KernelCalls,
  ModuleBuilder,
  V128,
  v128,
} from '../wasm/assembler.ts';
import { defineKernel, type ExtCode, elementAt, GROUP_BYTES, LANES, transpose } from '../wasm/extension.ts';
import { fromMontgomery, toMontgomery, type VectorField } from '../wasm/field.ts';
import type { KernelMemory } from './memory.ts';

const E = GROUP_BYTES;
/** Groups, or rows of base elements, that one call works on. */
const GROUPS_PER_CALL = 1024;
const ROWS_PER_CALL = 64;

type Names =
  | 'contractHigh'
  | 'contractLow'
  | 'scale'
  | 'addScaled'
  | 'dot'
  | 'pairMessage'
  | 'pairFold'
  | 'addRows'
  | 'toRows'
  | 'foldBase';

/** A vector of extension elements in kernel memory; its length is a multiple of four or below four. */
export class VectorKernels {
  readonly #memory: KernelMemory;
  readonly #call: KernelCalls<Names>;
  readonly #scalar: number;
  readonly #totals: number;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#scalar = memory.allocate(64);
    this.#totals = memory.allocate(2 * E);
    const scratch = memory.allocate(LANES * E);
    const module = new ModuleBuilder();
    const define = (name: Names, parameters: number, body: Parameters<typeof defineKernel>[3]): number =>
      defineKernel(module, name, parameters, body);
    const wideSums = (f: FunctionBuilder): number[] => Array.from({ length: 2 * DEGREE }, () => f.local(V128));
    const clear = (f: FunctionBuilder, sums: readonly number[]): void => {
      for (const s of sums) f.set(s, v128.splat(0));
    };
    /** Adds two products to each coefficient's wide sums; sums of at most 2.05 p^2 allow just that. */
    const addProducts = (
      f: FunctionBuilder,
      field: VectorField,
      sums: readonly number[],
      values: readonly Code[],
      weight: (k: number, j: number) => Code,
    ): void => {
      for (let j = 0; j < DEGREE; j++) {
        const w = values.map((_, k) => f.keep(weight(k, j)));
        for (const [half, product] of [v128.mulLowU, v128.mulHighU].entries()) {
          const s = sums[2 * j + half]!;
          const both = v128.add64(product(values[0]!, w[0]!), product(values[1]!, w[1]!));
          f.set(s, field.narrow64(v128.add64(f.get(s), both)));
        }
      }
    };
    const reduced = (f: FunctionBuilder, field: VectorField, sums: readonly number[]): ExtCode =>
      Array.from({ length: DEGREE }, (_, j) => field.reduce64(f.get(sums[2 * j]!), f.get(sums[2 * j + 1]!)));

    // contractHigh(values, row bytes, rows (even), weights, out): out[j] += sum over rows of weight[row] * values[row][j].
    // Weights are consecutive elements from a group's first lane on.
    define('contractHigh', 5, (f, ext, field, [values, rowBytes, rows, weights, out]) => {
      const target = f.variable(out!);
      f.loop(values!, 16, i32.add(values!, rowBytes!), (column) => {
        const sums = wideSums(f);
        clear(f, sums);
        const at = f.variable(column);
        f.loop(i32.constant(0), 2, rows!, (row) => {
          const group = i32.mul(i32.shrU(row, i32.constant(2)), i32.constant(E));
          const lane = i32.shl(i32.and(row, i32.constant(3)), i32.constant(2));
          const weight = f.keep(i32.add(weights!, i32.add(group, lane)), I32);
          const next = f.keep(i32.add(f.get(at), rowBytes!), I32);
          const pair = [f.keep(v128.load(f.get(at))), f.keep(v128.load(next))];
          addProducts(f, field, sums, pair, (k, j) => v128.loadSplat(weight, 16 * j + 4 * k));
          f.set(at, i32.add(next, rowBytes!));
        });
        ext.store(f.get(target), ext.add(ext.load(f.get(target)), reduced(f, field, sums)));
        f.advance(target, E);
      });
    });
    // contractLow(values, row bytes (a multiple of 32), rows (a multiple of 4), weights, out): out[row] = sum over j of
    // weight[j] * values[row][j]. Lanes run along the row; four rows' lane sums are transposed into one group.
    define('contractLow', 5, (f, ext, field, [values, rowBytes, rows, weights, out]) => {
      const at = f.variable(values!);
      const target = f.variable(out!);
      f.loop(i32.constant(0), LANES, rows!, () => {
        f.loop(i32.constant(scratch), E, i32.constant(scratch + LANES * E), (lanes) => {
          const sums = wideSums(f);
          clear(f, sums);
          const weight = f.variable(weights!);
          const end = f.keep(i32.add(f.get(at), rowBytes!), I32);
          f.loop(f.get(at), 32, end, (x) => {
            const pair = [f.keep(v128.load(x)), f.keep(v128.load(x, 16))];
            addProducts(f, field, sums, pair, (k, j) => v128.load(f.get(weight), E * k + 16 * j));
            f.advance(weight, 2 * E);
          });
          ext.store(lanes, reduced(f, field, sums));
          f.set(at, end);
        });
        const sum = Array.from({ length: DEGREE }, (_, j) => {
          const lanes = [0, 1, 2, 3].map((r) => f.keep(v128.load(i32.constant(scratch), E * r + 16 * j)));
          return transpose(f, lanes)
            .map((v) => f.keep(v))
            .reduce((x, y) => field.add(x, y));
        });
        ext.store(f.get(target), sum);
        f.advance(target, E);
      });
    });
    // scale(from, to, groups, scalar): to = from * c
    define('scale', 4, (f, ext, _field, [from, to, groups, scalar]) => {
      const rows = ext.prepare(ext.loadScalar(scalar!));
      const target = f.variable(to!);
      f.loop(from!, E, i32.add(from!, i32.mul(groups!, i32.constant(E))), (x) => {
        ext.store(f.get(target), ext.mulPrepared(ext.load(x), rows));
        f.advance(target, E);
      });
    });
    // addScaled(from, to, groups, scalar): to += from * c
    define('addScaled', 4, (f, ext, _field, [from, to, groups, scalar]) => {
      const rows = ext.prepare(ext.loadScalar(scalar!));
      const target = f.variable(to!);
      f.loop(from!, E, i32.add(from!, i32.mul(groups!, i32.constant(E))), (x) => {
        ext.store(f.get(target), ext.add(ext.load(f.get(target)), ext.mulPrepared(ext.load(x), rows)));
        f.advance(target, E);
      });
    });
    // dot(a, b, groups, totals): totals += sum of a * b, lane by lane
    define('dot', 4, (f, ext, _field, [a, b, groups, totals]) => {
      const y = f.variable(b!);
      f.loop(a!, E, i32.add(a!, i32.mul(groups!, i32.constant(E))), (x) => {
        ext.store(totals!, ext.add(ext.load(totals!), ext.mul(ext.load(x), ext.load(f.get(y)))));
        f.advance(y, E);
      });
    });
    // pairMessage(f, w, pairs of groups, totals): even * even, and difference * difference, of neighbours
    define('pairMessage', 4, (f, ext, _field, [a, b, pairs, totals]) => {
      const y = f.variable(b!);
      f.loop(a!, 2 * E, i32.add(a!, i32.mul(pairs!, i32.constant(2 * E))), (x) => {
        const [even, odd] = ext.deinterleave(ext.load(x), ext.load(x, E));
        const [weight, oddWeight] = ext.deinterleave(ext.load(f.get(y)), ext.load(f.get(y), E));
        ext.store(totals!, ext.add(ext.load(totals!), ext.mul(even, weight)));
        const leading = ext.mul(ext.sub(odd, even), ext.sub(oddWeight, weight));
        ext.store(totals!, ext.add(ext.load(totals!, E), leading), E);
        f.advance(y, 2 * E);
      });
    });
    // pairFold(from, to, groups out, scalar): even + r (odd - even) of neighbours; in place if `to` is `from`
    define('pairFold', 4, (f, ext, _field, [from, to, groups, scalar]) => {
      const rows = ext.prepare(ext.loadScalar(scalar!));
      const x = f.variable(from!);
      f.loop(to!, E, i32.add(to!, i32.mul(groups!, i32.constant(E))), (target) => {
        const [even, odd] = ext.deinterleave(ext.load(f.get(x)), ext.load(f.get(x), E));
        ext.store(target, ext.add(even, ext.mulPrepared(ext.sub(odd, even), rows)));
        f.advance(x, 2 * E);
      });
    });
    // addRows(rows of eight words, to, groups): adds the first five words of each row
    define('addRows', 3, (f, ext, _field, [rows, to, groups]) => {
      const row = f.variable(rows!);
      f.loop(to!, E, i32.add(to!, i32.mul(groups!, i32.constant(E))), (target) => {
        const half = (offset: number): Code[] =>
          transpose(
            f,
            [0, 1, 2, 3].map((r) => f.keep(v128.load(f.get(row), 32 * r + offset))),
          );
        const columns = [...half(0), half(16)[0]!].map((v) => f.keep(v));
        ext.store(target, ext.add(ext.load(target), columns));
        f.advance(row, 128);
      });
    });
    // toRows(from, to, groups): elements one after another, five words each
    define('toRows', 3, (f, ext, _field, [from, to, groups]) => {
      const target = f.variable(to!);
      f.loop(from!, E, i32.add(from!, i32.mul(groups!, i32.constant(E))), (x) => {
        const value = ext.load(x);
        for (let lane = 0; lane < LANES; lane++) {
          for (const [j, v] of value.entries())
            f.emit(i32.store(f.get(target), v128.extract(v, lane), 4 * (DEGREE * lane + j)));
        }
        f.advance(target, E);
      });
    });
    // foldBase(column, half bytes, to, groups, scalar): low + r (high - low) of base elements
    define('foldBase', 5, (f, ext, field, [column, half, to, groups, scalar]) => {
      const r = ext.loadScalar(scalar!);
      const target = f.variable(to!);
      f.loop(column!, 16, i32.add(column!, i32.shl(groups!, i32.constant(4))), (x) => {
        const low = f.keep(v128.load(x));
        const difference = field.sub(f.keep(v128.load(i32.add(x, half!))), low);
        const [c0, ...rest] = ext.mulBase(r, difference);
        ext.store(f.get(target), [field.add(c0!, low), ...rest]);
        f.advance(target, E);
      });
    });
    this.#call = module.instantiate(memory.memory);
  }

  /** Bytes of a vector of `length` elements. */
  static bytes(length: number): number {
    return E * Math.ceil(length / LANES);
  }

  /** Writes a challenge or weight where kernels read it: five words in Montgomery form. */
  putScalar(at: number, x: Ext): void {
    const { words } = this.#memory;
    for (let j = 0; j < DEGREE; j++) words[at / 4 + j] = toMontgomery(x[j]!);
  }

  set(v: number, i: number, x: Ext): void {
    const { words } = this.#memory;
    const at = elementAt(v, i) / 4;
    for (let j = 0; j < DEGREE; j++) words[at + 4 * j] = toMontgomery(x[j]!);
  }

  get(v: number, i: number): Ext {
    const { words } = this.#memory;
    const at = elementAt(v, i) / 4;
    const [a, b, c, d, e] = [0, 4, 8, 12, 16].map((j) => fromMontgomery(words[at + j]!));
    return [a!, b!, c!, d!, e!];
  }

  /** Sets the elements [first, first + count), whole groups, to zero. */
  clear(v: number, count: number): void {
    this.#memory.words.fill(0, v / 4, v / 4 + VectorKernels.bytes(count) / 4);
  }

  /** Sum of the four lanes of a group. */
  laneSum(group: number): Ext {
    const { words } = this.#memory;
    const sum = (j: number): number => {
      let total = 0;
      for (let lane = 0; lane < LANES; lane++) total += fromMontgomery(words[group / 4 + 4 * j + lane]!);
      return total % P;
    };
    return [sum(0), sum(1), sum(2), sum(3), sum(4)];
  }

  /** out[j] = sum over rows of weights[row] values[row][j]. @param rows - even. */
  contractHigh(values: number, rowWords: number, rows: number, weights: number, out: number): void {
    this.clear(out, rowWords);
    for (let row = 0; row < rows; row += ROWS_PER_CALL) {
      const count = Math.min(ROWS_PER_CALL, rows - row);
      this.#call.contractHigh(values + 4 * rowWords * row, 4 * rowWords, count, elementAt(weights, row), out);
    }
  }

  /** out[row] = sum over j of weights[j] values[row][j]. @param rowWords - a multiple of 8; rows are rounded up to 4. */
  contractLow(values: number, rowWords: number, rows: number, weights: number, out: number): void {
    for (let row = 0; row < rows; row += ROWS_PER_CALL) {
      const count = Math.min(ROWS_PER_CALL, rows - row);
      this.#call.contractLow(values + 4 * rowWords * row, 4 * rowWords, count, weights, elementAt(out, row));
    }
  }

  #chunks(length: number, body: (first: number, groups: number) => void): void {
    const groups = Math.ceil(length / LANES);
    for (let first = 0; first < groups; first += GROUPS_PER_CALL)
      body(first * E, Math.min(GROUPS_PER_CALL, groups - first));
  }

  scale(from: number, to: number, length: number, c: Ext): void {
    this.putScalar(this.#scalar, c);
    this.#chunks(length, (at, groups) => this.#call.scale(from + at, to + at, groups, this.#scalar));
  }

  addScaled(from: number, to: number, length: number, c: Ext): void {
    this.putScalar(this.#scalar, c);
    this.#chunks(length, (at, groups) => this.#call.addScaled(from + at, to + at, groups, this.#scalar));
  }

  /** Sum of a[i] b[i]; vectors shorter than a group need zeros in the lanes beyond. */
  dot(a: number, b: number, length: number): Ext {
    this.clear(this.#totals, LANES);
    this.#chunks(length, (at, groups) => this.#call.dot(a + at, b + at, groups, this.#totals));
    return this.laneSum(this.#totals);
  }

  /** g(0) and the leading coefficient of g(X), the sum of f w with X in place of the lowest variable. @param length - at least 8 */
  pairMessage(f: number, w: number, length: number): [Ext, Ext] {
    this.clear(this.#totals, 2 * LANES);
    this.#chunks(length / 2, (at, groups) => this.#call.pairMessage(f + 2 * at, w + 2 * at, groups, this.#totals));
    return [this.laneSum(this.#totals), this.laneSum(this.#totals + E)];
  }

  /** Binds the lowest variable, in place. @param length - before; at least 8 */
  pairFold(v: number, length: number, r: Ext): void {
    this.putScalar(this.#scalar, r);
    this.#chunks(length / 2, (at, groups) => this.#call.pairFold(v + 2 * at, v + at, groups, this.#scalar));
  }

  /** Binds the highest variable of 2 * `half` base elements. @param half - a multiple of four */
  foldBase(column: number, half: number, out: number, r: Ext): void {
    this.putScalar(this.#scalar, r);
    this.#chunks(half, (at, groups) => {
      this.#call.foldBase(column + (at / E) * 16, 4 * half, out + at, groups, this.#scalar);
    });
  }

  /** Adds the first five words of rows of eight. */
  addRows(rows: number, v: number, length: number): void {
    this.#chunks(length, (at, groups) => this.#call.addRows(rows + (at / E) * 128, v + at, groups));
  }

  toRows(v: number, out: number, length: number): void {
    this.#chunks(length, (at, groups) => this.#call.toRows(v + at, out + at, groups));
  }

  /** 1, z, z^2, ... @param length - a power of two */
  powers(v: number, length: number, z: Ext, multiply: (a: Ext, b: Ext) => Ext): void {
    let power: Ext = [1, 0, 0, 0, 0];
    for (let i = 0; i < Math.min(length, LANES); i++) {
      this.set(v, i, power);
      power = multiply(power, z);
    }
    for (let n = LANES; n < length; n *= 2) {
      this.scale(v, v + VectorKernels.bytes(n), n, power);
      power = multiply(power, power);
    }
  }
}
