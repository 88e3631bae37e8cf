/**
 * @module Hashing on the kernels: permutations of many states, leaves, tree levels, proof-of-work search. The oracles are
 * `hash/poseidon2` and `hash/modes`.
 */
import type { HashSuite } from '../hash/suite.ts';
import { type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { fromMontgomery, R_SQUARED, toMontgomery } from '../wasm/field.ts';
import { emitConvert, emitHashLevel, emitHashRows, emitPermuteOne, emitSearch } from './emit/hashing.ts';
import { emitPermutation } from './emit/poseidon2.ts';
import type { KernelMemory } from './memory.ts';

/** Rows that one call hashes: calls stay well below a millisecond, also before the engine has optimised them. */
const ROWS_PER_CALL = 32;
const NODES_PER_CALL = 256;
/** Rows of {@link HashKernels.hashPairs} in one call. */
const PAIRS_PER_CALL = 256;
/** Canonical states of one call. */
const STATES_PER_CALL = 128;
/** Proof-of-work candidates of one call. */
const TRIALS_PER_CALL = 256;

type Names = 'permuteNode' | 'permuteLeaf' | 'oneNode' | 'oneLeaf' | 'hashRows' | 'hashLevel' | 'search' | 'convert';

/** Hashing in one kernel memory. Elements there are in Montgomery form. */
export class HashKernels {
  readonly #memory: KernelMemory;
  readonly #suite: HashSuite;
  readonly #state: number;
  readonly #template: number;
  readonly #call: KernelCalls<Names>;

  constructor(memory: KernelMemory, suite: HashSuite) {
    if (suite.digestLength !== 8 || suite.node.width !== 16) throw new RangeError('the kernels hash to 8 elements');
    this.#memory = memory;
    this.#suite = suite;
    // Room for whole batches of trials; single states use the start of it.
    this.#state = memory.allocate(4 * Math.max(suite.leaf.width * STATES_PER_CALL, 16 * TRIALS_PER_CALL));
    this.#template = memory.allocate(16 * 16);
    const module = new ModuleBuilder();
    const node = emitPermutation(module, 'permuteNode', suite.node, memory);
    const leaf = emitPermutation(module, 'permuteLeaf', suite.leaf, memory);
    emitHashRows(module, leaf, this.#state, leaf.width - suite.digestLength);
    emitHashLevel(module, node, this.#state);
    emitSearch(module, node, this.#state, this.#template, TRIALS_PER_CALL);
    const convert = emitConvert(module);
    emitPermuteOne(module, 'oneNode', node, this.#state, convert);
    emitPermuteOne(module, 'oneLeaf', leaf, this.#state, convert);
    this.#call = module.instantiate(memory.memory);
  }

  /** Brings `count` words at `at` from canonical to Montgomery form; rounded up to four. */
  toMontgomery(at: number, count: number): void {
    for (let i = 0; i < count; i += 2 ** 16) {
      this.#call.convert(at + 4 * i, at + 4 * Math.min(count, i + 2 ** 16), R_SQUARED);
    }
  }

  /** Permutes canonical states. */
  permuteMany(kind: 'node' | 'leaf', states: readonly (readonly number[])[]): number[][] {
    const { width } = this.#suite[kind];
    const out: number[][] = [];
    for (let start = 0; start < states.length; start += STATES_PER_CALL) {
      const count = Math.min(STATES_PER_CALL, states.length - start);
      const { words } = this.#memory;
      const first = this.#state / 4;
      const at = (i: number): number => first + 4 * width * (i >> 2) + (i & 3);
      for (let i = 0; i < count; i++) {
        const state = states[start + i]!;
        for (let k = 0; k < width; k++) words[at(i) + 4 * k] = state[k]!;
      }
      const bytes = 16 * width * Math.ceil(count / 4);
      this.#call.convert(this.#state, this.#state + bytes, R_SQUARED);
      this.#permute(kind, this.#state, Math.ceil(count / 4));
      this.#call.convert(this.#state, this.#state + bytes, 1);
      for (let i = 0; i < count; i++) {
        const from = at(i);
        const state = new Array<number>(width);
        for (let k = 0; k < width; k++) state[k] = words[from + 4 * k]!;
        out.push(state);
      }
    }
    return out;
  }

  /** Leaf digests of canonical rows of one length, a multiple of four. */
  hashMany(rows: readonly (readonly number[])[]): number[][] {
    const rowWords = rows[0]!.length;
    const count = Math.ceil(rows.length / 4) * 4;
    const mark = this.#memory.mark();
    const data = this.#memory.allocate(4 * rowWords * count);
    const digests = this.#memory.allocate(32 * count);
    const { words } = this.#memory;
    for (const [i, row] of rows.entries()) words.set(row, data / 4 + i * rowWords);
    this.toMontgomery(data, rowWords * rows.length);
    this.hashLeaves(data, rowWords, count, digests);
    const out = rows.map((_, i) => this.digest(digests + 32 * i));
    this.#memory.release(mark);
    return out;
  }

  /** Parents, eight words each, of pairs of canonical digests, 16 words each, one after another. */
  hashPairs(rows: Uint32Array): Uint32Array {
    const count = rows.length / 16;
    const out = new Uint32Array(8 * count);
    const mark = this.#memory.mark();
    const data = this.#memory.allocate(64 * PAIRS_PER_CALL);
    const digests = this.#memory.allocate(32 * PAIRS_PER_CALL);
    for (let start = 0; start < count; start += PAIRS_PER_CALL) {
      const part = rows.subarray(16 * start, 16 * Math.min(count, start + PAIRS_PER_CALL));
      const { words } = this.#memory;
      words.set(part, data / 4);
      this.toMontgomery(data, part.length);
      const padded = Math.ceil(part.length / 64) * 4;
      this.#call.hashLevel(data, data + 64 * padded, digests);
      this.#call.convert(digests, digests + part.length * 2, 1);
      out.set(words.subarray(digests / 4, digests / 4 + part.length / 2), 8 * start);
    }
    this.#memory.release(mark);
    return out;
  }

  /** Permutes one canonical state, in one lane of four: the transcript's way, on a path of its own. */
  permuteOne(kind: 'node' | 'leaf', state: readonly number[]): number[] {
    const { words } = this.#memory;
    const { width } = this.#suite[kind];
    const first = this.#state / 4;
    for (let i = 0; i < width; i++) words[first + 4 * i] = state[i]!;
    this.#call[kind === 'node' ? 'oneNode' : 'oneLeaf']();
    const out: number[] = [];
    for (let i = 0; i < width; i++) out.push(words[first + 4 * i]!);
    return out;
  }

  /** Permutes `groups` groups of four states at `at`, in Montgomery form. */
  permuteGroups(kind: 'node' | 'leaf', at: number, groups: number): void {
    this.#permute(kind, at, groups);
  }

  #permute(kind: 'node' | 'leaf', at: number, groups: number): void {
    this.#call[kind === 'node' ? 'permuteNode' : 'permuteLeaf'](at, 16 * this.#suite[kind].width * groups);
  }

  /** Bytes of the tree over 2^logRows leaves, all levels. */
  static treeBytes(logRows: number): number {
    // The last levels are written four nodes at a time.
    return 32 * (2 ** (logRows + 1) - 1) + 256;
  }

  /**
   * Hashes all rows and builds the tree at `tree`: leaf digests first, then level by level, 32 bytes a node.
   * @param rowWords - a multiple of four; at least four rows.
   */
  buildTree(data: number, rowWords: number, logRows: number, tree: number): void {
    this.hashLeaves(data, rowWords, 2 ** logRows, tree);
    this.hashNodes(logRows, tree);
  }

  /** Digests of rows, one after another. @param rows - a multiple of four. */
  hashLeaves(data: number, rowWords: number, rows: number, digests: number): void {
    if (rowWords % 4 !== 0 || rows % 4 !== 0) throw new RangeError(`no leaves for ${rows} rows of ${rowWords} words`);
    const width = toMontgomery(rowWords);
    for (let i = 0; i < rows; i += ROWS_PER_CALL) {
      const end = Math.min(rows, i + ROWS_PER_CALL);
      this.#call.hashRows(data + 4 * rowWords * i, 4 * rowWords, data + 4 * rowWords * end, digests + 32 * i, width);
    }
  }

  /** The levels above the 2^logRows leaf digests at `tree`. */
  hashNodes(logRows: number, tree: number): void {
    let below = tree;
    for (let count = 2 ** logRows / 2; count >= 1; count /= 2) {
      const level = below + 64 * count;
      for (let i = 0; i < count; i += NODES_PER_CALL) {
        const end = Math.min(count, i + NODES_PER_CALL);
        this.#call.hashLevel(below + 64 * i, below + 64 * end, level + 32 * i);
      }
      below = level;
    }
  }

  /** A digest at `at` as canonical elements. */
  digest(at: number): number[] {
    return Array.from(this.#memory.words.subarray(at / 4, at / 4 + 8), fromMontgomery);
  }

  /**
   * The lowest nonce for which the first element of the permuted state, `state` with the nonce at `slot`, has `bits`
   * zero bits at its low end.
   */
  findNonce(state: readonly number[], slot: number, bits: number): number {
    const put = (i: number, x: number): void => {
      this.#memory.words.fill(toMontgomery(x), this.#template / 4 + 4 * i, this.#template / 4 + 4 * i + 4);
    };
    for (const [i, x] of state.entries()) put(i, x);
    const nonces = this.#template + 16 * slot;
    const mask = 2 ** bits - 1;
    for (let start = 0; ; start += TRIALS_PER_CALL) {
      const { words } = this.#memory;
      for (let i = 0; i < 4; i++) words[nonces / 4 + i] = toMontgomery(start + i);
      this.#call.search(16 * slot, nonces);
      for (let i = 0; i < TRIALS_PER_CALL; i++) {
        const first = fromMontgomery(words[this.#state / 4 + 64 * (i >> 2) + (i & 3)]!);
        if ((first & mask) === 0) return start + i;
      }
    }
  }
}
