/**
 * @module Long vectors of extension elements and their products with committed base vectors: what an opening consists of.
 * The oracle is the prover's plain implementation.
 */
import { P } from '../field/base.ts';
import { DEGREE, type Ext } from '../field/ext.ts';
import { type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { elementAt, GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { fromMontgomery, toMontgomery } from '../wasm/field.ts';
import {
  emitAddRows,
  emitAddScaled,
  emitContractHigh,
  emitContractLow,
  emitDot,
  emitFoldBase,
  emitPairFold,
  emitPairMessage,
  emitScale,
  emitToRows,
} from './emit/vectors.ts';
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
    emitContractHigh(module);
    emitContractLow(module, scratch);
    emitScale(module);
    emitAddScaled(module);
    emitDot(module);
    emitPairMessage(module);
    emitPairFold(module);
    emitAddRows(module);
    emitToRows(module);
    emitFoldBase(module);
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
