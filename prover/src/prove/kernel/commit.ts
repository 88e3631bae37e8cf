/**
 * @module Encoding and hashing on the kernels.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { fromMontgomery } from '@weft/primitives/wasm/field';
import { logRows, type WhirRound } from '../../protocol/parameters.ts';
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
  }

  async rows(indices: readonly number[]): Promise<Felt[][]> {
    return indices.map((index) => rowAt(this.#words(), this.#codeword + index * this.#rowWords, this.#rowWords));
  }

  node(level: number, index: number): Digest {
    return nodeAt(this.#words(), this.#tree, this.logRows, level, index);
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

/** Lends the address of a vector in kernel memory. */
type VectorLoan = (body: (values: number) => void) => void;

/**
 * A commitment that keeps its tree only: the code is larger than what it encodes, and encoding again costs a sixth of
 * hashing it. Cosets of the domain are encoded one by one, in the same space.
 */
class RecodedCommitment implements Commitment {
  readonly logRows: number;
  readonly #kernels: Kernels;
  readonly #round: WhirRound;
  readonly #vector: VectorLoan;
  readonly #tree: { readonly words: () => Uint32Array; readonly at: number };

  /** @param isDetached - the tree is copied out of kernel memory. */
  constructor(
    kernels: Kernels,
    round: WhirRound,
    vector: VectorLoan,
    isDetached: boolean,
    onStage: (stage: string) => void,
  ) {
    const { memory, hash } = kernels;
    this.#kernels = kernels;
    this.#round = round;
    this.#vector = vector;
    this.logRows = logRows(round);
    const tree = memory.allocate(HashKernels.treeBytes(this.logRows));
    const cosets = Array.from({ length: 2 ** round.logInverseRate }, (_, i) => i);
    this.#forCosets(cosets, onStage, (codeword, firstRow, rows) => {
      onStage('hash');
      hash.hashLeaves(codeword, 2 ** round.fold, rows, tree + 32 * firstRow);
    });
    onStage('hash');
    hash.hashNodes(this.logRows, tree);
    const copy = isDetached ? memory.words.slice(tree / 4, tree / 4 + 8 * (2 ** (this.logRows + 1) - 1)) : undefined;
    this.#tree = copy === undefined ? { words: () => memory.words, at: tree / 4 } : { words: () => copy, at: 0 };
  }

  /** Encodes some cosets: each has as many rows as there are rows of coefficients. */
  #forCosets(
    cosets: readonly number[],
    onStage: (stage: string) => void,
    body: (codeword: number, firstRow: number, rows: number) => void,
  ): void {
    const { memory, transform } = this.#kernels;
    const { fold, logInverseRate } = this.#round;
    const mark = memory.mark();
    transform.setTable(memory.allocate(TransformKernels.tableBytes(this.logRows)), this.logRows);
    const messageRows = this.logRows - logInverseRate;
    const rowBytes = 4 * 2 ** fold;
    const codeword = memory.allocate(rowBytes * 2 ** messageRows);
    this.#vector((values) => {
      for (const coset of cosets) {
        onStage('encode');
        transform.encodeCoset(values, codeword, rowBytes, messageRows, coset);
        body(codeword, coset * 2 ** messageRows, 2 ** messageRows);
      }
    });
    memory.release(mark);
  }

  async rows(indices: readonly number[]): Promise<Felt[][]> {
    const out: Felt[][] = [];
    const { fold, logInverseRate } = this.#round;
    const messageRows = 2 ** (this.logRows - logInverseRate);
    const cosets = [...new Set(indices.map((i) => Math.floor(i / messageRows)))];
    this.#forCosets(
      cosets,
      () => {},
      (codeword, firstRow, rows) => {
        for (const [k, index] of indices.entries()) {
          if (index < firstRow || index >= firstRow + rows) continue;
          out[k] = rowAt(this.#kernels.memory.words, codeword / 4 + (index - firstRow) * 2 ** fold, 2 ** fold);
        }
      },
    );
    return out;
  }

  node(level: number, index: number): Digest {
    return nodeAt(this.#tree.words(), this.#tree.at, this.logRows, level, index);
  }
}

/** Commits to a vector that stays where it is, without keeping its code. */
export function commitResident(
  kernels: Kernels,
  round: WhirRound,
  values: number,
  onStage: (stage: string) => void,
): Commitment {
  return new RecodedCommitment(kernels, round, (body) => body(values), false, onStage);
}

/** Commits to canonical values outside of kernel memory, zeros following; the commitment may outlive the memory's state. */
export function commitDetached(kernels: Kernels, round: WhirRound, values: Uint32Array): Commitment {
  const { memory, hash } = kernels;
  const vector: VectorLoan = (body) => {
    const mark = memory.mark();
    const at = memory.allocate(4 * 2 ** round.variables);
    memory.words.set(values, at / 4);
    memory.words.fill(0, at / 4 + values.length, at / 4 + 2 ** round.variables);
    hash.toMontgomery(at, values.length);
    body(at);
    memory.release(mark);
  };
  return new RecodedCommitment(kernels, round, vector, true, () => {});
}
