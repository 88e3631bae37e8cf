/**
 * @module Long vectors of extension elements and their products with committed base vectors: what an opening consists of.
 * The oracle is the prover's plain implementation.
 */
import { P } from '../field/base.ts';
import { DEGREE, type Ext } from '../field/ext.ts';
import { instantiateKept, ModuleBuilder } from '../wasm/assembler.ts';
import { elementAt, GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { fromMontgomery, toMontgomery } from '../wasm/field.ts';
import { emitCopyRows } from './emit/transform.ts';
import {
  emitAddRows,
  emitAddScaled,
  emitBlockFold,
  emitBlockMessage,
  emitContractHigh,
  emitContractLow,
  emitDot,
  emitPairFold,
  emitPairMessage,
  emitScale,
  emitToRows,
} from './emit/vectors.ts';
import type { KernelMemory } from './memory.ts';
import type { Loop, Team } from './team.ts';
import { Totals } from './totals.ts';

const E = GROUP_BYTES;
/** Groups, or rows of base elements, that one call works on. */
const GROUPS_PER_CALL = 1024;
const ROWS_PER_CALL = 64;

/** The first row of iteration `i` and how many it has. */
const rowsOf = (i: number, rows: number): readonly [row: number, count: number] => [
  i * ROWS_PER_CALL,
  Math.min(ROWS_PER_CALL, rows - i * ROWS_PER_CALL),
];

/** Iterations that vectors of `length` elements take, and their groups. */
function groupsOf(length: number): readonly [iterations: number, groups: number] {
  const groups = Math.ceil(length / LANES);
  return [Math.ceil(groups / GROUPS_PER_CALL), groups];
}

type Names =
  | 'contractHigh'
  | 'contractLow'
  | 'copyRows'
  | 'blockMessage'
  | 'blockFold'
  | 'scale'
  | 'addScaled'
  | 'dot'
  | 'pairMessage'
  | 'pairFold'
  | 'addRows'
  | 'toRows';

/** Rows that {@link VectorKernels.contractHigh} takes at most, and words of theirs that one iteration works on. */
const MAX_ROWS = 128;
const SLICE_WORDS = 128;

function buildModule(scratch: number): ModuleBuilder {
  const module = new ModuleBuilder();
  emitContractHigh(module);
  emitContractLow(module, scratch);
  emitCopyRows(module);
  emitBlockMessage(module);
  emitBlockFold(module);
  emitScale(module);
  emitAddScaled(module);
  emitDot(module);
  emitPairMessage(module);
  emitPairFold(module);
  emitAddRows(module);
  emitToRows(module);
  return module;
}

/** A vector of extension elements in kernel memory; its length is a multiple of four or below four. */
export class VectorKernels {
  readonly #memory: KernelMemory;
  /** A factor of the current calls, the same for all threads. */
  readonly #scalar: number;
  readonly #totals: Totals;
  readonly #contractHigh: Loop;
  readonly #contractLow: Loop;
  readonly #scale: Loop;
  readonly #addScaled: Loop;
  readonly #dot: Loop;
  readonly #pairMessage: Loop;
  readonly #pairFold: Loop;
  readonly #blockMessage: Loop;
  readonly #blockFold: Loop;
  readonly #addRows: Loop;
  readonly #toRows: Loop;

  constructor(team: Team) {
    const { memory } = team;
    this.#memory = memory;
    this.#scalar = memory.allocate(64);
    this.#totals = new Totals(team, 2);
    const slices = memory.allocateLocal(4 * MAX_ROWS * SLICE_WORDS);
    const scratch = memory.allocateLocal(LANES * E) - memory.threadOffset;
    const call = instantiateKept<Names>(`vectors, scratch ${scratch}`, memory, () => buildModule(scratch));
    const [scalar, totals] = [this.#scalar, this.#totals.at];
    this.#contractHigh = team.loop((i, [values, rowWords, rows, weights, out]) => {
      const bytes = 4 * Math.min(SLICE_WORDS, rowWords!);
      // Rows lie powers of two apart, whose lines would drive each other out of the cache.
      call.copyRows(values! + i * bytes, 4 * rowWords!, slices, bytes, rows!, bytes);
      call.contractHigh(slices, bytes, rows!, weights!, elementAt(out!, i * SLICE_WORDS));
    });
    this.#contractLow = team.loop((i, [values, rowWords, rows, weights, out]) => {
      const [row, count] = rowsOf(i, rows!);
      call.contractLow(values! + 4 * rowWords! * row, 4 * rowWords!, count, weights!, elementAt(out!, row));
    });
    /** A loop over groups; `body` is given the first of an iteration and their number. */
    const groupwise = (body: (first: number, count: number, args: readonly number[]) => void): Loop =>
      team.loop((i, [groups, ...args]) =>
        body(i * GROUPS_PER_CALL, Math.min(GROUPS_PER_CALL, groups! - i * GROUPS_PER_CALL), args),
      );
    this.#scale = groupwise((i, count, [from, to]) => call.scale(from! + i * E, to! + i * E, count, scalar));
    this.#addScaled = groupwise((i, count, [from, to]) => call.addScaled(from! + i * E, to! + i * E, count, scalar));
    this.#dot = groupwise((i, count, [a, b]) => call.dot(a! + i * E, b! + i * E, count, totals));
    this.#pairMessage = groupwise((i, count, [f, w]) =>
      call.pairMessage(f! + 2 * i * E, w! + 2 * i * E, count, totals),
    );
    // What is folded is summed while it is in the cache.
    this.#pairFold = groupwise((i, count, [f, w, toF, toW]) => {
      call.pairFold(f! + 2 * i * E, toF! + i * E, count, scalar);
      call.pairFold(w! + 2 * i * E, toW! + i * E, count, scalar);
      call.pairMessage(toF! + i * E, toW! + i * E, count / 2, totals);
    });
    this.#blockMessage = team.loop((i, [f, w, block, perBlock]) => {
      const [pair, part] = [Math.floor(i / perBlock!), i % perBlock!];
      const [at, groups] = [2 * pair * block! + part * GROUPS_PER_CALL, Math.min(GROUPS_PER_CALL, block!)];
      call.blockMessage(f! + at * E, w! + at * E, block! * E, groups, totals);
    });
    this.#blockFold = team.loop((i, [f, w, block, pairs, slice]) => {
      const count = Math.min(slice!, block! - i * slice!);
      const at = (v: number, k: number): number => v + (k * block! + i * slice!) * E;
      for (const v of [f!, w!])
        for (let k = 0; k < pairs!; k++) call.blockFold(at(v, 2 * k), at(v, k), block! * E, count, scalar);
      for (let k = 0; k + 1 < pairs!; k += 2) call.blockMessage(at(f!, k), at(w!, k), block! * E, count, totals);
    });
    this.#addRows = groupwise((i, count, [rows, v]) => call.addRows(rows! + 128 * i, v! + i * E, count));
    this.#toRows = groupwise((i, count, [v, out]) => call.toRows(v! + i * E, out! + i * E, count));
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

  /** Sets `groups` whole groups to an element each lane. */
  fill(v: number, groups: number, x: Ext): void {
    if (groups === 0) return;
    for (let lane = 0; lane < LANES; lane++) this.set(v, lane, x);
    const { words } = this.#memory;
    const [first, one, all] = [v / 4, E / 4, (groups * E) / 4];
    for (let n = one; n < all; n *= 2) words.copyWithin(first + n, first, first + Math.min(n, all - n));
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

  /**
   * out[j] = sum over rows of weights[row] values[row][j].
   * @param rowWords - 4 to 64, or a multiple of 128.
   * @param rows - even, at most 128.
   */
  contractHigh(values: number, rowWords: number, rows: number, weights: number, out: number): void {
    if (rows > MAX_ROWS) throw new RangeError(`no sums over ${rows} rows`);
    this.clear(out, rowWords);
    this.#contractHigh(Math.ceil(rowWords / SLICE_WORDS), values, rowWords, rows, weights, out);
  }

  /** out[row] = sum over j of weights[j] values[row][j]. @param rowWords - a multiple of 8; rows are rounded up to 4. */
  contractLow(values: number, rowWords: number, rows: number, weights: number, out: number): void {
    this.#contractLow(Math.ceil(rows / ROWS_PER_CALL), values, rowWords, rows, weights, out);
  }

  scale(from: number, to: number, length: number, c: Ext): void {
    this.putScalar(this.#scalar, c);
    this.#scale(...groupsOf(length), from, to);
  }

  addScaled(from: number, to: number, length: number, c: Ext): void {
    this.putScalar(this.#scalar, c);
    this.#addScaled(...groupsOf(length), from, to);
  }

  /** Sum of a[i] b[i]; vectors shorter than a group need zeros in the lanes beyond. */
  dot(a: number, b: number, length: number): Ext {
    this.#totals.clear(1);
    this.#dot(...groupsOf(length), a, b);
    this.#totals.gather(1);
    return this.laneSum(this.#totals.at);
  }

  /** g(0) and the leading coefficient of g(X), the sum of f w with X in place of the lowest variable. @param length - at least 8 */
  pairMessage(f: number, w: number, length: number): [Ext, Ext] {
    this.#totals.clear(2);
    this.#pairMessage(...groupsOf(length / 2), f, w);
    return this.#message();
  }

  /**
   * Binds the lowest variable of f and w and gives the {@link pairMessage} of the next.
   * @param length - before; at least 16
   * @param toF - what is left of f goes here, not where f lies: what one iteration writes another may have yet to read.
   * @param toW - and of w here.
   */
  pairFold(f: number, w: number, length: number, r: Ext, toF: number, toW: number): [Ext, Ext] {
    this.putScalar(this.#scalar, r);
    this.#totals.clear(2);
    this.#pairFold(...groupsOf(length / 2), f, w, toF, toW);
    return this.#message();
  }

  /**
   * As {@link pairMessage}, X standing in place of the variable that tells a block of `block` elements from the next.
   * @param block - a power of two, at least 4; `length` a multiple of two blocks
   */
  blockMessage(f: number, w: number, length: number, block: number): [Ext, Ext] {
    this.#totals.clear(2);
    const perBlock = Math.ceil(block / LANES / GROUPS_PER_CALL);
    this.#blockMessage((length / block / 2) * perBlock, f, w, block / LANES, perBlock);
    return this.#message();
  }

  /**
   * Binds that variable, in place, and gives the {@link blockMessage} of the next, zeros if one block is left. An iteration takes the
   * same elements of all blocks.
   */
  blockFold(f: number, w: number, length: number, block: number, r: Ext): [Ext, Ext] {
    this.putScalar(this.#scalar, r);
    this.#totals.clear(2);
    const [groups, pairs] = [block / LANES, length / block / 2];
    const slice = Math.max(1, Math.floor(GROUPS_PER_CALL / pairs));
    this.#blockFold(Math.ceil(groups / slice), f, w, groups, pairs, slice);
    return this.#message();
  }

  /** What a message's loop has summed. */
  #message(): [Ext, Ext] {
    this.#totals.gather(2);
    return [this.laneSum(this.#totals.at), this.laneSum(this.#totals.at + E)];
  }

  /** Adds the first five words of rows of eight. */
  addRows(rows: number, v: number, length: number): void {
    this.#addRows(...groupsOf(length), rows, v);
  }

  toRows(v: number, out: number, length: number): void {
    this.#toRows(...groupsOf(length), v, out);
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
