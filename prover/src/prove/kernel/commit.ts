/**
 * @module Encoding and hashing on the kernels.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { fromMontgomery } from '@weft/primitives/wasm/field';
import { logRows, type WhirRound } from '../../pcs/parameters.ts';
import type { Commitment } from '../engine.ts';

function rowAt(words: Uint32Array, at: number, count: number): Felt[] {
  return Array.from(words.subarray(at, at + count), fromMontgomery);
}

function nodeAt(words: Uint32Array, tree: number, logRows: number, level: number, index: number): Digest {
  // Levels follow each other: 2^logRows + ... nodes before this one.
  const before = 2 ** (logRows + 1) - 2 ** (logRows + 1 - level);
  const at = tree + 8 * (before + index);
  return Array.from(words.subarray(at, at + 8), fromMontgomery);
}

/** A codeword and its tree, in Montgomery form. */
export class WordsCommitment implements Commitment {
  readonly root: Digest;
  readonly logRows: number;
  readonly #words: () => Uint32Array;
  readonly #codeword: number;
  readonly #rowWords: number;
  readonly #tree: number;

  /** @param words - the array in which the word indices `codeword` and `tree` count. */
  constructor(words: () => Uint32Array, codeword: number, rowWords: number, rows: number, tree: number) {
    this.#words = words;
    this.#codeword = codeword;
    this.#rowWords = rowWords;
    this.logRows = rows;
    this.#tree = tree;
    this.root = this.node(rows, 0);
  }

  async rows(indices: readonly number[]): Promise<Felt[][]> {
    return indices.map((index) => rowAt(this.#words(), this.#codeword + index * this.#rowWords, this.#rowWords));
  }

  node(level: number, index: number): Digest {
    return nodeAt(this.#words(), this.#tree, this.logRows, level, index);
  }

  /** The same outside of kernel memory. */
  detached(): WordsCommitment {
    const cells = this.#rowWords * 2 ** this.logRows;
    const tree = 8 * (2 ** (this.logRows + 1) - 1);
    const words = new Uint32Array(cells + tree);
    words.set(this.#words().subarray(this.#codeword, this.#codeword + cells));
    words.set(this.#words().subarray(this.#tree, this.#tree + tree), cells);
    return new WordsCommitment(() => words, 0, this.#rowWords, this.logRows, cells);
  }
}

/** Encodes and hashes the round's message at `values`, `words` base elements a coefficient. */
export function commitVector(kernels: Kernels, round: WhirRound, values: number, words: number): WordsCommitment {
  const { memory, transform, hash } = kernels;
  const rows = logRows(round);
  const rowWords = 2 ** round.fold * words;
  const codeword = memory.allocate(4 * rowWords * 2 ** rows);
  const tree = memory.allocate(HashKernels.treeBytes(rows));
  const mark = memory.mark();
  transform.setTable(memory.allocate(TransformKernels.tableBytes(rows)), rows);
  transform.encode(values, codeword, 4 * rowWords, rows - round.logInverseRate, round.logInverseRate);
  memory.release(mark);
  hash.buildTree(codeword, rowWords, rows, tree);
  return new WordsCommitment(() => memory.words, codeword / 4, rowWords, rows, tree / 4);
}

/**
 * A commitment that keeps its tree only: the code is twice as large as what it encodes, and encoding again costs a sixth
 * of hashing it. Cosets of the domain are encoded one by one, in the same space.
 */
class RecodedCommitment implements Commitment {
  readonly root: Digest;
  readonly logRows: number;
  readonly #kernels: Kernels;
  readonly #round: WhirRound;
  readonly #values: number;
  readonly #tree: number;

  constructor(kernels: Kernels, round: WhirRound, values: number) {
    const { memory, hash } = kernels;
    this.#kernels = kernels;
    this.#round = round;
    this.#values = values;
    this.logRows = logRows(round);
    this.#tree = memory.allocate(HashKernels.treeBytes(this.logRows));
    const rowWords = 2 ** round.fold;
    this.#forCosets((codeword, firstRow, rows) =>
      hash.hashLeaves(codeword, rowWords, rows, this.#tree + 32 * firstRow),
    );
    hash.hashNodes(this.logRows, this.#tree);
    this.root = this.node(this.logRows, 0);
  }

  #forCosets(body: (codeword: number, firstRow: number, rows: number) => void): void {
    const { memory, transform } = this.#kernels;
    const { fold, logInverseRate } = this.#round;
    const mark = memory.mark();
    transform.setTable(memory.allocate(TransformKernels.tableBytes(this.logRows)), this.logRows);
    const messageRows = this.logRows - logInverseRate;
    const rowBytes = 4 * 2 ** fold;
    const codeword = memory.allocate(rowBytes * 2 ** messageRows);
    for (let coset = 0; coset < 2 ** logInverseRate; coset++) {
      transform.encodeCoset(this.#values, codeword, rowBytes, messageRows, coset);
      body(codeword, coset * 2 ** messageRows, 2 ** messageRows);
    }
    memory.release(mark);
  }

  async rows(indices: readonly number[]): Promise<Felt[][]> {
    const out: Felt[][] = [];
    const rowWords = 2 ** this.#round.fold;
    this.#forCosets((codeword, firstRow, rows) => {
      for (const [k, index] of indices.entries()) {
        if (index < firstRow || index >= firstRow + rows) continue;
        out[k] = rowAt(this.#kernels.memory.words, codeword / 4 + (index - firstRow) * rowWords, rowWords);
      }
    });
    return out;
  }

  node(level: number, index: number): Digest {
    return nodeAt(this.#kernels.memory.words, this.#tree / 4, this.logRows, level, index);
  }
}

/** Commits to a vector that stays where it is, without keeping its code. */
export function commitResident(kernels: Kernels, round: WhirRound, values: number): Commitment {
  return new RecodedCommitment(kernels, round, values);
}
