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

  row(index: number): Felt[] {
    const at = this.#codeword + index * this.#rowWords;
    return Array.from(this.#words().subarray(at, at + this.#rowWords), fromMontgomery);
  }

  node(level: number, index: number): Digest {
    // Levels follow each other: 2^logRows + ... nodes before this one.
    const before = 2 ** (this.logRows + 1) - 2 ** (this.logRows + 1 - level);
    const at = this.#tree + 8 * (before + index);
    return Array.from(this.#words().subarray(at, at + 8), fromMontgomery);
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
