/**
 * @module Encoding and hashing on the kernels.
 */
import { ConstraintError } from '@weft/primitives';
import { type Felt, P } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import { type Kernels, kernelsFor } from '@weft/primitives/kernel/kernels';
import { HashKernels } from '@weft/primitives/kernel/permutation';
import { TransformKernels } from '@weft/primitives/kernel/transform';
import { fromMontgomery } from '@weft/primitives/wasm/field';
import { logRows, type WhirRound } from '../../protocol/parameters.ts';
import { emptyParts, LOG_PARTS, provedParts } from '../../protocol/stacking.ts';
import type { Commitment, KeptCommitment, ProvingEngine } from '../engine.ts';

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

/** What a commitment to base elements works on: the last parts of 2^variables cells. */
interface PartsLoan {
  /** How many there are in kernel memory: whole blocks of a leaf's sponge. */
  readonly parts: number;
  /** How many there are before them: zeros at the start of each leaf. */
  readonly others: number;
  /** How many of {@link parts} are not empty: those that are opened. */
  readonly opened: number;
  /** Lends their address. */
  readonly lend: (body: (values: number) => void) => void;
}

function partsLoan(kernels: Kernels, cells: number, variables: number, lend: PartsLoan['lend']): PartsLoan {
  const opened = 2 ** LOG_PARTS - emptyParts(cells, variables);
  const parts = provedParts(kernels.suite, cells, variables);
  return { parts, others: 2 ** LOG_PARTS - parts, opened, lend };
}

/** The opened part of a row of a code in kernel memory. */
function openedRow({ memory }: Kernels, { parts, opened }: PartsLoan, codeword: number, row: number): Felt[] {
  return rowAt(memory.words, codeword / 4 + row * parts + parts - opened, opened);
}

/** A coset of the domain, which has as many rows as there are rows of coefficients, and rows of it that are wanted; all by default. */
interface Coset {
  readonly index: number;
  readonly wanted?: readonly number[];
}

/** Cosets that one walk over the message encodes. */
export const COSETS_AT_ONCE = 2;

/** Cosets to encode together. */
function neighbours(cosets: readonly Coset[]): Coset[][] {
  const out: Coset[][] = [];
  for (const coset of cosets.toSorted((a, b) => a.index - b.index)) {
    const last = out.at(-1);
    if (last !== undefined && last.length < COSETS_AT_ONCE && last[0]!.index + last.length === coset.index)
      last.push(coset);
    else out.push([coset]);
  }
  return out;
}

/**
 * Encodes some cosets, two by two where they are neighbours.
 * @param code - where the whole code belongs; where there is none, all cosets take the same space.
 */
function forCosets(
  { memory, transform }: Kernels,
  round: WhirRound,
  { parts, lend }: PartsLoan,
  cosets: readonly Coset[],
  onStage: (stage: string) => void,
  code: number | undefined,
  body: (codeword: number, firstRow: number, rows: number) => void,
): void {
  const { logInverseRate } = round;
  const mark = memory.mark();
  transform.setTable(memory.allocate(TransformKernels.tableBytes(logRows(round))), logRows(round));
  const messageRows = logRows(round) - logInverseRate;
  const bytes = 4 * parts * 2 ** messageRows;
  const space = code ?? memory.allocate(COSETS_AT_ONCE * bytes);
  lend((values) => {
    for (const together of neighbours(cosets)) {
      onStage('encode');
      const first = together[0]!.index;
      const codeword = code === undefined ? space : space + first * bytes;
      transform.encodeParts(
        values,
        codeword,
        parts,
        messageRows,
        first,
        together.map(({ wanted }) => wanted),
      );
      for (const [k, { index }] of together.entries())
        body(codeword + k * bytes, index * 2 ** messageRows, 2 ** messageRows);
    }
  });
  memory.release(mark);
}

const allCosets = ({ logInverseRate }: WhirRound): Coset[] =>
  Array.from({ length: 2 ** logInverseRate }, (_, index) => ({ index }));

/** The cosets that hold these rows. @param level - log2 of how many rows are wanted together. */
function cosetsOf(round: WhirRound, indices: readonly number[], level: number = 0): Coset[] {
  const messageRows = 2 ** (logRows(round) - round.logInverseRate);
  const together = indices.flatMap((i) => {
    const first = (i >> level) << level;
    return Array.from({ length: 2 ** level }, (_, k) => first + k);
  });
  return [...new Set(indices.map((i) => Math.floor(i / messageRows)))].map((index) => ({
    index,
    wanted: together.filter((i) => Math.floor(i / messageRows) === index).map((i) => i % messageRows),
  }));
}

/** log2 of the cells whose code is kept until rows of it are opened. */
const KEPT_CODE_VARIABLES = 23;

/** Bytes of a code of `parts` columns that stay with its commitment. */
export function keptCodeBytes(round: WhirRound, parts: number): number {
  return round.variables > KEPT_CODE_VARIABLES ? 0 : 4 * parts * 2 ** logRows(round);
}

/**
 * A commitment that keeps its tree, and of larger vectors nothing else: the code is larger than what it encodes, and encoding again
 * costs a sixth of hashing it. Cosets of the domain are encoded two by two, in the same space where they are not kept.
 */
class ResidentCommitment implements Commitment {
  readonly logRows: number;
  readonly #kernels: Kernels;
  readonly #round: WhirRound;
  readonly #vector: PartsLoan;
  readonly #tree: number;
  readonly #code: number | undefined;

  constructor(kernels: Kernels, round: WhirRound, vector: PartsLoan, onStage: (stage: string) => void) {
    const { memory, hash } = kernels;
    this.#kernels = kernels;
    this.#round = round;
    this.#vector = vector;
    this.logRows = logRows(round);
    const tree = memory.allocate(HashKernels.treeBytes(this.logRows));
    const kept = keptCodeBytes(round, vector.parts);
    this.#code = kept === 0 ? undefined : memory.allocate(kept);
    const cosets = allCosets(round);
    forCosets(kernels, round, vector, cosets, onStage, this.#code, (codeword, firstRow, rows) => {
      onStage('hash');
      hash.hashLeaves(codeword, vector.parts, rows, tree + 32 * firstRow, vector.others);
    });
    onStage('hash');
    hash.hashNodes(this.logRows, tree);
    this.#tree = tree / 4;
  }

  async rows(indices: readonly number[]): Promise<Felt[][]> {
    const [code, vector] = [this.#code, this.#vector];
    if (code !== undefined) return indices.map((index) => openedRow(this.#kernels, vector, code, index));
    const out: Felt[][] = [];
    const cosets = cosetsOf(this.#round, indices);
    const nothing = (): void => {};
    forCosets(this.#kernels, this.#round, vector, cosets, nothing, undefined, (codeword, firstRow, rows) => {
      for (const [k, index] of indices.entries()) {
        if (index < firstRow || index >= firstRow + rows) continue;
        out[k] = openedRow(this.#kernels, vector, codeword, index - firstRow);
      }
    });
    return out;
  }

  node(level: number, index: number): Digest {
    return nodeAt(this.#kernels.memory.words, this.#tree, this.logRows, level, index);
  }
}

/** log2 of the rows under a digest that a kept commitment keeps: hashing them again costs less than a path's other half. */
const KEPT_LEVEL = 6;
/** log2 of the digests that are kept at least, 8 KiB: of a short program's rows hardly any need to be hashed again then. */
const LEAST_KEPT = 8;

/** A commitment that keeps the upper part of its tree: 64 times less than all of it. */
class UpperCommitment implements KeptCommitment {
  readonly logRows: number;
  readonly #kernels: Kernels;
  readonly #round: WhirRound;
  readonly #vector: PartsLoan;
  /** The lowest level that is kept, and it and all above it, in Montgomery form. */
  readonly #level: number;
  readonly #upper: Uint32Array;
  /** Trees under digests of that level, by their index: those of the rows that were opened last. */
  #below: ReadonlyMap<number, Uint32Array> = new Map();

  /** @throws {RangeError} for digests of another number, or that are none. */
  constructor(kernels: Kernels, round: WhirRound, vector: PartsLoan, digests: Uint32Array | undefined) {
    this.#kernels = kernels;
    this.#round = round;
    this.#vector = vector;
    this.logRows = logRows(round);
    // Rows are hashed four at a time.
    const level = Math.max(2, Math.min(KEPT_LEVEL, this.logRows - LEAST_KEPT));
    this.#level = Math.min(level, this.logRows - round.logInverseRate, this.logRows - round.logCap);
    const { memory, hash } = kernels;
    const mark = memory.mark();
    const upper = memory.allocate(HashKernels.treeBytes(this.logRows - this.#level));
    const words = 8 * 2 ** (this.logRows - this.#level);
    if (digests === undefined) this.#hashAll(upper);
    else {
      if (digests.length !== words || digests.some((x) => x >= P))
        throw new RangeError(`the digests of 2^${this.logRows} rows are ${words} elements`);
      memory.words.set(digests, upper / 4);
      hash.toMontgomery(upper, words);
    }
    hash.hashNodes(this.logRows - this.#level, upper);
    this.#upper = memory.words.slice(upper / 4, upper / 4 + 2 * words - 8);
    memory.release(mark);
  }

  /** Writes the digests of the lowest kept level, coset by coset. */
  #hashAll(upper: number): void {
    const { memory, hash } = this.#kernels;
    const logCoset = this.logRows - this.#round.logInverseRate;
    const tree = memory.allocate(HashKernels.treeBytes(logCoset));
    const kept = tree / 4 + 8 * (2 ** (logCoset + 1) - 2 ** (logCoset + 1 - this.#level));
    const nothing = (): void => {};
    const cosets = allCosets(this.#round);
    forCosets(this.#kernels, this.#round, this.#vector, cosets, nothing, undefined, (codeword, firstRow, rows) => {
      hash.hashLeaves(codeword, this.#vector.parts, rows, tree, this.#vector.others);
      hash.hashNodes(logCoset, tree);
      memory.words.copyWithin(upper / 4 + 8 * (firstRow >> this.#level), kept, kept + 8 * (rows >> this.#level));
    });
  }

  /** @throws {ConstraintError} PREPROCESSED when the rows do not lie under the digests: columns and digests are not of each other. */
  async rows(indices: readonly number[]): Promise<Felt[][]> {
    const out: Felt[][] = [];
    const below = new Map<number, Uint32Array>();
    const { parts } = this.#vector;
    const nothing = (): void => {};
    const cosets = cosetsOf(this.#round, indices, this.#level);
    forCosets(this.#kernels, this.#round, this.#vector, cosets, nothing, undefined, (codeword, firstRow, rows) => {
      for (const [k, index] of indices.entries()) {
        if (index < firstRow || index >= firstRow + rows) continue;
        out[k] = openedRow(this.#kernels, this.#vector, codeword, index - firstRow);
        const block = index >> this.#level;
        if (!below.has(block))
          below.set(block, this.#treeOf(codeword + 4 * parts * (block * 2 ** this.#level - firstRow), block));
      }
    });
    this.#below = below;
    return out;
  }

  /** The tree over the rows at `data`, which lie under this digest. */
  #treeOf(data: number, block: number): Uint32Array {
    const { memory, hash } = this.#kernels;
    const mark = memory.mark();
    // Leaves are hashed four at a time, also where fewer lie under a digest.
    const tree = memory.allocate(HashKernels.treeBytes(Math.max(2, this.#level)));
    hash.buildTree(data, this.#vector.parts, this.#level, tree, this.#vector.others);
    const words = memory.words.slice(tree / 4, tree / 4 + 8 * (2 ** (this.#level + 1) - 1));
    memory.release(mark);
    if (words.subarray(-8).some((x, i) => x !== this.#upper[8 * block + i]))
      throw new ConstraintError('PREPROCESSED', 'the columns are not those whose digests were kept');
    return words;
  }

  node(level: number, index: number): Digest {
    if (level >= this.#level) return nodeAt(this.#upper, 0, this.logRows - this.#level, level - this.#level, index);
    const shift = this.#level - level;
    const tree = this.#below.get(index >> shift);
    if (tree === undefined) throw new RangeError('a digest under which no row was opened');
    return nodeAt(tree, 0, this.#level, level, index % 2 ** shift);
  }

  digests(): Uint32Array {
    return this.#upper.subarray(0, 8 * 2 ** (this.logRows - this.#level)).map(fromMontgomery);
  }
}

/**
 * Commits to a vector of which the last `cells` are in use.
 * @param values - its {@link provedParts}, which stay where they are.
 */
export function commitResident(
  kernels: Kernels,
  round: WhirRound,
  values: number,
  cells: number,
  onStage: (stage: string) => void,
): Commitment {
  const vector = partsLoan(kernels, cells, round.variables, (body) => body(values));
  return new ResidentCommitment(kernels, round, vector, onStage);
}

/** Brings the last cells of 2^variables, canonical, into kernel memory. @returns where their {@link provedParts} are. */
export function placeParts(kernels: Kernels, values: Uint32Array, variables: number): number {
  const { memory, hash } = kernels;
  const words = provedParts(kernels.suite, values.length, variables) * 2 ** (variables - LOG_PARTS);
  const at = memory.allocate(4 * words);
  memory.words.fill(0, at / 4, at / 4 + words - values.length);
  memory.words.set(values, at / 4 + words - values.length);
  hash.toMontgomery(at, words);
  return at;
}

/** Commits to canonical values outside of kernel memory, the last of its cells; the commitment may outlive the memory's state. */
function commitDetached(
  kernels: Kernels,
  round: WhirRound,
  values: Uint32Array,
  digests?: Uint32Array,
): KeptCommitment {
  const { memory } = kernels;
  const vector = partsLoan(kernels, values.length, round.variables, (body) => {
    const mark = memory.mark();
    body(placeParts(kernels, values, round.variables));
    memory.release(mark);
  });
  return new UpperCommitment(kernels, round, vector, digests);
}

/** The part of the engine that setup takes: a page that proves nothing itself loads no more. */
export const kernelCommitter: Pick<ProvingEngine, 'commit'> = {
  commit: (suite, round, values, digests) => {
    const kernels = kernelsFor(suite);
    return kernels.exclusive(async () => commitDetached(kernels, round, values, digests));
  },
};
