/**
 * @module Hashing on the kernels: permutations of many states, leaves, tree levels, proof-of-work search. The oracles are
 * `hash/poseidon2` and `hash/modes`.
 */
import { bytesToHex } from '../bytes.ts';
import { type HashSuite, leafRate, suiteFingerprint } from '../hash/suite.ts';
import { instantiateKept, type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { fromMontgomery, R_SQUARED, toMontgomery } from '../wasm/field.ts';
import { emitConvert, emitHashLevel, emitHashRows, emitPermuteOne, emitSearch } from './emit/hashing.ts';
import { emitPermutation } from './emit/poseidon2.ts';
import type { KernelMemory } from './memory.ts';
import type { Loop, Team } from './team.ts';

/** Rows that one iteration hashes: calls stay well below a millisecond, also before the engine has optimised them. */
const ROWS_PER_CALL = 32;
const NODES_PER_CALL = 256;
/** Rows of {@link HashKernels.hashPairs} in one call. */
const PAIRS_PER_CALL = 256;
/** Words of {@link HashKernels.toMontgomery} in one iteration. */
const WORDS_PER_CALL = 2 ** 16;
/** Canonical states of one call. */
const STATES_PER_CALL = 128;
/** Proof-of-work candidates of one call. */
const TRIALS_PER_CALL = 256;
/** Calls of one round of the search, some milliseconds. */
const CALLS_PER_ROUND = 64;

type Names = 'permuteNode' | 'permuteLeaf' | 'oneNode' | 'oneLeaf' | 'hashRows' | 'hashLevel' | 'search' | 'convert';

/** Hashing in one kernel memory. Elements there are in Montgomery form. */
export class HashKernels {
  readonly #memory: KernelMemory;
  readonly #suite: HashSuite;
  readonly #state: number;
  readonly #template: number;
  /** The state that a leaf's sponge starts from, in Montgomery form. */
  readonly #start: number;
  /** Nonces of one call, apart for every thread as the state is. */
  readonly #nonces: number;
  readonly #call: KernelCalls<Names>;
  readonly #convert: Loop;
  readonly #hashRows: Loop;
  readonly #hashLevel: Loop;
  readonly #search: Loop;
  readonly #team: Team;

  constructor(team: Team, suite: HashSuite) {
    if (suite.digestLength !== 8 || suite.node.width !== 16) throw new RangeError('the kernels hash to 8 elements');
    const { memory } = team;
    this.#team = team;
    this.#memory = memory;
    this.#suite = suite;
    // Room for whole batches of trials; single states use the start of it.
    this.#state = memory.allocateLocal(4 * Math.max(suite.leaf.width * STATES_PER_CALL, 16 * TRIALS_PER_CALL));
    this.#nonces = memory.allocateLocal(16);
    this.#template = memory.allocate(16 * 16);
    this.#start = memory.allocate(4 * suite.leaf.width);
    const module = new ModuleBuilder();
    const node = emitPermutation(module, 'permuteNode', suite.node, memory);
    const leaf = emitPermutation(module, 'permuteLeaf', suite.leaf, memory);
    emitHashRows(module, leaf, leafRate(suite));
    emitHashLevel(module, node);
    emitSearch(module, node, this.#template, TRIALS_PER_CALL);
    const convert = emitConvert(module);
    emitPermuteOne(module, 'oneNode', node, convert);
    emitPermuteOne(module, 'oneLeaf', leaf, convert);
    // Its constants lie in the memory, from the template on: making it anew puts them there.
    const key = `hash ${bytesToHex(suiteFingerprint(suite))}, constants ${this.#template}`;
    this.#call = instantiateKept(key, memory, () => module);
    this.#convert = team.loop((i, [at, count]) => {
      const [from, end] = [i * WORDS_PER_CALL, Math.min(count!, (i + 1) * WORDS_PER_CALL)];
      this.#call.convert(at! + 4 * from, at! + 4 * end, R_SQUARED);
    });
    this.#hashRows = team.loop((i, [data, rowWords, rows, digests]) =>
      this.#rowsOf(i, data!, rowWords!, rows!, digests!),
    );
    this.#hashLevel = team.loop((i, [below, count]) => this.#nodesOf(i, below!, count!));
    this.#search = team.loop((i, [start, slot, mask]) => this.#try(start! + i * TRIALS_PER_CALL, slot!, mask!));
  }

  /** Brings `count` words at `at` from canonical to Montgomery form; rounded up to four. */
  toMontgomery(at: number, count: number): void {
    this.#convert(Math.ceil(count / WORDS_PER_CALL), at, count);
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
      this.#call.hashLevel(data, data + 64 * padded, digests, this.#state);
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
    this.#call[kind === 'node' ? 'oneNode' : 'oneLeaf'](this.#state);
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
   * @param zeros - as in {@link hashLeaves}.
   */
  buildTree(data: number, rowWords: number, logRows: number, tree: number, zeros: number = 0): void {
    this.hashLeaves(data, rowWords, 2 ** logRows, tree, zeros);
    this.hashNodes(logRows, tree);
  }

  /**
   * Digests of rows, one after another.
   * @param rows - a multiple of four.
   * @param zeros - that stand before the words of each row, whole blocks of the sponge.
   */
  hashLeaves(data: number, rowWords: number, rows: number, digests: number, zeros: number = 0): void {
    if (rowWords % 4 !== 0 || rows % 4 !== 0) throw new RangeError(`no leaves for ${rows} rows of ${rowWords} words`);
    this.#memory.words.set(this.#startState(zeros + rowWords, zeros).map(toMontgomery), this.#start / 4);
    this.#hashRows(Math.ceil(rows / ROWS_PER_CALL), data, rowWords, rows, digests);
  }

  /** The sponge's state, canonical, for `length` words when it has absorbed the zeros that they start with. */
  #startState(length: number, zeros: number): number[] {
    const rate = leafRate(this.#suite);
    if (zeros % rate !== 0) throw new RangeError(`${zeros} zeros are no whole blocks`);
    let state = new Array<number>(this.#suite.leaf.width).fill(0);
    state[rate] = length;
    for (let at = 0; at < zeros; at += rate) state = this.permuteOne('leaf', state.fill(0, 0, rate));
    return state;
  }

  #rowsOf(i: number, data: number, rowWords: number, rows: number, digests: number): void {
    const [first, end] = [i * ROWS_PER_CALL, Math.min(rows, (i + 1) * ROWS_PER_CALL)];
    const bytes = 4 * rowWords;
    this.#call.hashRows(
      data + bytes * first,
      bytes,
      data + bytes * end,
      digests + 32 * first,
      this.#start,
      this.#state,
    );
  }

  /** The levels above the 2^logRows leaf digests at `tree`. */
  hashNodes(logRows: number, tree: number): void {
    let below = tree;
    for (let count = 2 ** logRows / 2; count >= 1; count /= 2) {
      this.#hashLevel(Math.ceil(count / NODES_PER_CALL), below, count);
      below += 64 * count;
    }
  }

  #nodesOf(i: number, below: number, count: number): void {
    const [first, end] = [i * NODES_PER_CALL, Math.min(count, (i + 1) * NODES_PER_CALL)];
    this.#call.hashLevel(below + 64 * first, below + 64 * end, below + 64 * count + 32 * first, this.#state);
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
    for (let start = 0; ; start += CALLS_PER_ROUND * TRIALS_PER_CALL) {
      this.#team.forgetLowest();
      this.#search(CALLS_PER_ROUND, start, slot, 2 ** bits - 1);
      const { lowest } = this.#team;
      if (lowest !== undefined) return lowest;
    }
  }

  #try(start: number, slot: number, mask: number): void {
    const { lowest } = this.#team;
    if (lowest !== undefined && lowest < start) return;
    const { words } = this.#memory;
    for (let i = 0; i < 4; i++) words[this.#nonces / 4 + i] = toMontgomery(start + i);
    this.#call.search(16 * slot, this.#nonces, this.#state);
    for (let i = 0; i < TRIALS_PER_CALL; i++) {
      const first = fromMontgomery(words[this.#state / 4 + 64 * (i >> 2) + (i & 3)]!);
      if ((first & mask) !== 0) continue;
      this.#team.offer(start + i);
      return;
    }
  }
}
