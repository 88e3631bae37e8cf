/**
 * @module Poseidon2 on four states at once, and what is built on it: leaves, tree levels, proof-of-work search. The
 * oracles are `hash/poseidon2` and `hash/modes`.
 *
 * A group of four states lies in memory as `width` vectors, element i of the four states side by side. The state stays
 * in memory and only column sums live in locals, applied when the next round loads: with sixteen or more state vectors
 * in locals V8 spills so much that the kernel becomes 1.2 times slower (2.4 times when unrolled besides).
 */
import { inverse, P, sub } from '../field/base.ts';
import type { HashSuite, Poseidon2Parameters } from '../hash/suite.ts';
import {
  type Code,
  FunctionBuilder,
  I32,
  i32,
  type KernelCalls,
  ModuleBuilder,
  V128,
  v128,
} from '../wasm/assembler.ts';
import { transpose } from '../wasm/extension.ts';
import { fromMontgomery, R_SQUARED, toMontgomery, VectorField } from '../wasm/field.ts';
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

/** Where a permutation's constants lie. */
interface Constants {
  /** p less than each external constant, as signed words: their sum with a canonical element needs no correction. */
  readonly external: number;
  readonly internal: number;
  readonly diagonal: number;
}

function placeConstants(memory: KernelMemory, p: Poseidon2Parameters): Constants {
  const place = (values: readonly number[]): number => {
    const at = memory.allocate(16 * values.length);
    for (const [i, x] of values.entries()) memory.words.fill(x, at / 4 + 4 * i, at / 4 + 4 * i + 4);
    return at;
  };
  const belowZero = (x: number): number => toMontgomery(x) - P;
  return {
    external: place(p.externalConstants.map(belowZero)),
    internal: place(p.internalConstants.map(belowZero)),
    diagonal: place(p.internalDiagonal.map(toMontgomery)),
  };
}

/** s + d x, cheaply where d is plus or minus a small number or a power of 1/2. */
function addMultiple(field: VectorField, s: Code, x: Code, d: number, general: () => Code): Code {
  const signed = d > P / 2 ? d - P : d;
  const signedSum = (y: Code, negative: boolean): Code => (negative ? field.sub(s, y) : field.add(s, y));
  const twice = (y: Code): Code => field.add(y, y);
  const small = [() => x, () => twice(x), () => field.add(twice(x), x), () => twice(twice(x))][Math.abs(signed) - 1];
  if (small !== undefined) return signedSum(small(), signed < 0);
  for (let k = 1; k <= 24; k++) {
    const power = inverse(2 ** k);
    if (d === power || d === sub(0, power)) return signedSum(field.halve(x, k), d !== power);
  }
  return field.add(s, general());
}

/** Parameters: address of the first group, bytes of all groups. */
function emitPermutation(name: string, parameters: Poseidon2Parameters, constants: Constants): FunctionBuilder {
  const { width, fullRounds, partialRounds } = parameters;
  const f = new FunctionBuilder(name, [I32, I32]);
  const field = new VectorField(f);
  const roundBytes = 16 * width;
  const half = constants.external + (fullRounds / 2) * roundBytes;
  f.loop(f.parameter(0), roundBytes, i32.add(f.parameter(0), f.parameter(1)), (state) => {
    const load = (i: number): Code => f.keep(v128.load(state, 16 * i));
    const store = (i: number, value: Code): void => f.emit(v128.store(state, value, 16 * i));
    const sums = [0, 1, 2, 3].map(() => f.local(V128));
    const next = [0, 1, 2, 3].map(() => f.local(V128));
    const sbox = (x: Code, constant: Code): Code => {
      const y = f.keep(v128.add(x, constant));
      return field.mul(field.mulSigned(y, y), y);
    };
    /** Multiplies block k by M4, stores it and adds it to the column sums. */
    const block = (k: number, [a, b, c, d]: readonly Code[]): void => {
      const ab = field.add(a!, b!);
      const cd = field.add(c!, d!);
      const all = field.add(ab, cd);
      const allB = field.add(all, b!);
      const allD = field.add(all, d!);
      const y = [
        field.add(allB, ab),
        field.add(allB, field.add(c!, c!)),
        field.add(allD, cd),
        field.add(allD, field.add(a!, a!)),
      ];
      for (const [j, value] of y.entries()) {
        store(4 * k + j, value);
        f.set(next[j]!, k === 0 ? value : field.add(f.get(next[j]!), value));
      }
    };
    const advance = (): void => {
      for (let j = 0; j < 4; j++) f.set(sums[j]!, f.get(next[j]!));
    };
    const pending = (i: number): Code => field.add(load(i), f.get(sums[i & 3]!));
    const fullRound = (at: Code): void => {
      for (let k = 0; k < width / 4; k++) {
        block(
          k,
          [0, 1, 2, 3].map((j) => sbox(pending(4 * k + j), v128.load(at, 16 * (4 * k + j)))),
        );
      }
      advance();
    };
    for (let k = 0; k < width / 4; k++)
      block(
        k,
        [0, 1, 2, 3].map((j) => load(4 * k + j)),
      );
    advance();
    f.loop(i32.constant(constants.external), roundBytes, i32.constant(half), fullRound);
    // Partial rounds: one pass over the state per round, with the sum for the next round gathered on the way.
    const first = f.local(V128);
    const partial = [0, 1, 2].map(() => f.local(V128));
    const gather = (i: number, x: Code): void => {
      store(i, x);
      const sum = partial[i % 3]!;
      f.set(sum, i <= 3 ? x : field.add(f.get(sum), x));
    };
    f.set(first, pending(0));
    for (let i = 1; i < width; i++) gather(i, pending(i));
    f.loop(i32.constant(constants.internal), 16, i32.constant(constants.internal + 16 * partialRounds), (at) => {
      const x = sbox(f.get(first), v128.load(at));
      const sum = field.add(field.add(f.get(partial[0]!), f.get(partial[1]!)), field.add(f.get(partial[2]!), x));
      const multiple = (i: number, value: Code): Code =>
        addMultiple(field, sum, value, parameters.internalDiagonal[i]!, () =>
          field.mul(value, v128.load(i32.constant(constants.diagonal), 16 * i)),
        );
      f.set(first, multiple(0, x));
      for (let i = 1; i < width; i++) gather(i, multiple(i, load(i)));
    });
    store(0, f.get(first));
    for (const sum of sums) f.set(sum, v128.splat(0));
    f.loop(i32.constant(half), roundBytes, i32.constant(half + (fullRounds / 2) * roundBytes), fullRound);
    for (let i = 0; i < width; i++) store(i, pending(i));
  });
  return f;
}

/** Copies `vectors` * 4 words of each of four rows, `stride` bytes apart, into state elements 0, 1, ... */
function absorb(f: FunctionBuilder, state: number, row: Code, stride: Code, vectors: number): void {
  const rows = [row];
  for (let r = 1; r < 4; r++) rows.push(f.keep(i32.add(rows[r - 1]!, stride), I32));
  for (let k = 0; k < vectors; k++) {
    const columns = transpose(
      f,
      rows.map((r) => f.keep(v128.load(r, 16 * k))),
    );
    for (const [j, column] of columns.entries()) f.emit(v128.store(i32.constant(state), column, 16 * (4 * k + j)));
  }
}

/** Writes elements 0-7 of the four states at `state` as four digests of 32 bytes. */
function squeeze(f: FunctionBuilder, state: number, out: Code): void {
  for (let k = 0; k < 2; k++) {
    const elements = [0, 1, 2, 3].map((j) => f.keep(v128.load(i32.constant(state), 16 * (4 * k + j))));
    for (const [r, row] of transpose(f, elements).entries()) f.emit(v128.store(out, row, 32 * r + 16 * k));
  }
}

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
    const { leaf } = suite;
    const rate = leaf.width - suite.digestLength;
    // Room for whole batches of trials; single states use the start of it.
    this.#state = memory.allocate(4 * Math.max(leaf.width * STATES_PER_CALL, 16 * TRIALS_PER_CALL));
    this.#template = memory.allocate(16 * 16);
    const state = this.#state;
    const module = new ModuleBuilder();
    const permuteNode = module.add(emitPermutation('permuteNode', suite.node, placeConstants(memory, suite.node)));
    const permuteLeaf = module.add(emitPermutation('permuteLeaf', leaf, placeConstants(memory, leaf)));

    // hashRows(rows, rowBytes, end of rows, digests, width in Montgomery form): the sponge of `hashLeaf`, four rows at once.
    const rows = new FunctionBuilder('hashRows', [I32, I32, I32, I32, I32]);
    const out = rows.variable(rows.parameter(3));
    const stride = rows.parameter(1);
    const at = i32.constant(state);
    rows.loop(rows.parameter(0), i32.mul(stride, i32.constant(4)), rows.parameter(2), (row) => {
      for (let i = 0; i < leaf.width; i++) rows.emit(v128.store(at, v128.splat(0), 16 * i));
      rows.emit(v128.store(at, v128.splatOf(rows.parameter(4)), 16 * rate));
      const end = rows.keep(i32.add(row, stride), I32);
      const whole = rows.keep(i32.sub(end, i32.remU(stride, i32.constant(4 * rate))), I32);
      rows.loop(row, 4 * rate, whole, (block) => {
        absorb(rows, state, block, stride, rate / 4);
        rows.call(permuteLeaf, at, i32.constant(16 * leaf.width));
      });
      for (let vectors = 1; vectors < rate / 4; vectors++) {
        rows.ifThen(i32.eq(i32.sub(end, whole), i32.constant(16 * vectors)), () => {
          absorb(rows, state, whole, stride, vectors);
          rows.call(permuteLeaf, at, i32.constant(16 * leaf.width));
        });
      }
      squeeze(rows, state, rows.get(out));
      rows.advance(out, 128);
    });
    module.add(rows);

    // hashLevel(children, end of children, parents)
    const level = new FunctionBuilder('hashLevel', [I32, I32, I32]);
    const parent = level.variable(level.parameter(2));
    level.loop(level.parameter(0), 256, level.parameter(1), (children) => {
      absorb(level, state, children, i32.constant(64), 4);
      level.call(permuteNode, at, i32.constant(256));
      squeeze(level, state, level.get(parent));
      level.advance(parent, 128);
    });
    module.add(level);

    // search(slot bytes, nonces in Montgomery form: four consecutive ones): permutes the template with all of a batch.
    const search = new FunctionBuilder('search', [I32, I32]);
    const field = new VectorField(search);
    const nonce = search.local(V128);
    search.set(nonce, v128.load(search.parameter(1)));
    const four = search.keep(v128.splat(toMontgomery(4)));
    search.loop(at, 256, i32.constant(state + 256 * (TRIALS_PER_CALL / 4)), (group) => {
      for (let i = 0; i < 16; i++)
        search.emit(v128.store(group, v128.load(i32.constant(this.#template), 16 * i), 16 * i));
      search.emit(v128.store(i32.add(group, search.parameter(0)), search.get(nonce)));
      search.set(nonce, field.add(search.get(nonce), four));
    });
    search.call(permuteNode, at, i32.constant(256 * (TRIALS_PER_CALL / 4)));
    module.add(search);

    // convert(from, end, factor): multiplies words in place, from canonical to Montgomery form (R^2) or back (1).
    const convert = new FunctionBuilder('convert', [I32, I32, I32]);
    const product = new VectorField(convert);
    const factor = convert.keep(v128.splatOf(convert.parameter(2)));
    convert.loop(convert.parameter(0), 16, convert.parameter(1), (word) => {
      convert.emit(v128.store(word, product.mul(convert.keep(v128.load(word)), factor)));
    });
    const converted = module.add(convert);

    // oneNode(), oneLeaf(): the first group of states, from canonical to canonical form.
    for (const [name, permute, width] of [
      ['oneNode', permuteNode, suite.node.width],
      ['oneLeaf', permuteLeaf, leaf.width],
    ] as const) {
      const one = new FunctionBuilder(name, []);
      const end = i32.constant(state + 16 * width);
      one.call(converted, at, end, i32.constant(R_SQUARED));
      one.call(permute, at, i32.constant(16 * width));
      one.call(converted, at, end, i32.constant(1));
      module.add(one);
    }
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
