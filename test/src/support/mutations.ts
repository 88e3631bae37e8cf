/**
 * @module Proofs changed at random: one place of a proof, of its statement or of the preprocessed key is another. The same on
 * every run.
 */
import { P } from '@weft/primitives/field/base';
import { seeded } from '@weft/primitives/testing';
import type { PreprocessedKey } from '@weft/prover';
import type { VerifierHooks } from '@weft/prover/verify/proof';
import { mapPieces, type Piece } from './pieces.ts';

/** What verifiers are handed. */
export interface Submission {
  readonly proof: Uint8Array;
  /** The statement's. */
  readonly words: readonly number[];
  readonly preprocessed: PreprocessedKey;
}

/** A changed submission. */
export interface Mutation extends Submission {
  /** What was changed: a section of the proof such as `gkr/top` or `witness/rows`, or `statement`, `root`, `heights of the key`. */
  readonly section: string;
  /** How. */
  readonly kind: string;
}

/** A section's pieces, in order. */
type Sections = ReadonlyMap<string, readonly Piece[]>;

/** Pieces by the kind of message; rows and paths belong to the tree whose queries came last. */
function sectionsOf(verify: (hooks: VerifierHooks) => void): Sections {
  const sections = new Map<string, Piece[]>();
  let tree = '';
  for (const piece of mapPieces(verify)) {
    if (/^(witness|preprocessed)\//.test(piece.label)) tree = piece.label.split('/')[0]!;
    const name =
      piece.label === 'an opened row'
        ? `${tree}/rows`
        : piece.label === 'a Merkle path'
          ? `${tree}/paths`
          : piece.label === 'height'
            ? 'heights'
            : piece.label;
    const known = sections.get(name);
    if (known === undefined) sections.set(name, [piece]);
    else known.push(piece);
  }
  return sections;
}

/** A word of a section, by its byte, and the piece that holds it. */
interface Place {
  readonly section: string;
  readonly pieces: readonly Piece[];
  readonly index: number;
  readonly piece: Piece;
  readonly at: number;
}

/** Kinds of change, each giving the changed proof. */
type Kinds = Readonly<Record<string, () => Uint8Array>>;

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Copies as many words as both pieces have; none if the source has no such piece. */
function copyPiece(bytes: Uint8Array, to: Piece, source: Uint8Array, from: Piece | undefined): Uint8Array {
  if (from !== undefined)
    bytes.set(source.subarray(4 * from.at, 4 * (from.at + Math.min(from.count, to.count))), 4 * to.at);
  return bytes;
}

/** Sections that are no part of the proof's bytes. */
const BESIDE = ['statement', 'root', 'heights of the key'] as const;

/** Changes honest submissions. */
export class Mutator {
  /** Names of all that can be changed. */
  readonly sections: readonly string[];
  readonly #honest: Submission;
  readonly #pieces: Sections;
  readonly #donors: readonly { readonly submission: Submission; readonly pieces: Sections }[];
  readonly #word: () => number;

  /** @param donors - other honest submissions of one machine and shape, at least one: blocks are taken from them. */
  constructor(
    seed: number,
    honest: Submission,
    donors: readonly Submission[],
    map: (submission: Submission, hooks: VerifierHooks) => void,
  ) {
    const pieces = (submission: Submission): Sections => sectionsOf((hooks) => map(submission, hooks));
    this.#honest = honest;
    this.#pieces = pieces(honest);
    this.#donors = donors.map((submission) => ({ submission, pieces: pieces(submission) }));
    this.#word = seeded(seed).word;
    this.sections = [...this.#pieces.keys(), ...BESIDE].filter(
      (name) =>
        (name !== 'statement' || honest.words.length > 0) &&
        (!/^root$|^heights of/.test(name) || honest.preprocessed.root.length > 0),
    );
  }

  /** A number below n. Draws of the generator that follow each other lie on few planes: they are stirred. */
  #below(n: number): number {
    let x = this.#word();
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
    return Math.floor((((x ^ (x >>> 16)) >>> 0) / 2 ** 32) * n);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }

  /** Another value of 32 bits in place of one: mostly an element, sometimes none. */
  #other(x: number): number {
    return this.#pick([x + 1, x ^ 1, (x ^ (1 << this.#below(31))) >>> 0, P - 1, 0, 1, P, x + P, 2 ** 32 - 1]) % 2 ** 32;
  }

  mutate(section: string): Mutation {
    const { proof, words, preprocessed } = this.#honest;
    switch (section) {
      case 'statement':
        return { proof, preprocessed, section, ...this.#list('words', words, (submission) => submission.words) };
      case 'root': {
        const { root, kind } = this.#list('root', preprocessed.root, ({ preprocessed: { root: other } }) => other);
        return { proof, words, section, kind, preprocessed: { ...preprocessed, root } };
      }
      case 'heights of the key': {
        const at = this.#below(preprocessed.logHeights.length);
        const logHeights = preprocessed.logHeights.with(at, preprocessed.logHeights[at]! + this.#pick([-1, 1, 3, 30]));
        return { proof, words, section, kind: 'word', preprocessed: { ...preprocessed, logHeights } };
      }
      default: {
        const [kind, changed] = this.#change(section);
        return { proof: changed, words, preprocessed, section, kind };
      }
    }
  }

  /** A changed list of numbers, some of which are no elements. */
  #list<K extends string>(
    name: K,
    list: readonly number[],
    of: (submission: Submission) => readonly number[],
  ): { readonly kind: string } & Record<K, readonly number[]> {
    const [i, j] = [this.#below(list.length), this.#below(list.length)];
    const x = list[i]!;
    const [kind, changed] = this.#pick<() => [string, readonly number[]]>([
      () => ['word', list.with(i, this.#other(x))],
      () => ['word', list.with(i, this.#pick([x + 1, x + P, x + 2 ** 32, x + 0.5, -1]))],
      () => ['exchanged', list.with(i, list[j]!).with(j, x)],
      () => ['truncated', list.toSpliced(i, 1)],
      () => ['extended', list.toSpliced(i, 0, this.#pick([0, x]))],
      () => ['of another', of(this.#pick(this.#donors).submission)],
    ])();
    return { kind, [name]: changed } as { readonly kind: string } & Record<K, readonly number[]>;
  }

  /** @returns how the proof was changed, and what it is now. */
  #change(section: string): [string, Uint8Array] {
    const pieces = this.#pieces.get(section)!;
    const index = this.#below(pieces.length);
    const piece = pieces[index]!;
    const at = 4 * (piece.at + this.#below(piece.count));
    const place = { section, pieces, index, piece, at };
    const kinds = { ...this.#wordKinds(place), ...this.#lengthKinds(place), ...this.#spliceKinds(place) };
    const kind = this.#pick(Object.keys(kinds));
    return [kind, kinds[kind]!()];
  }

  /** Changes of one word, and of two words or blocks for each other. */
  #wordKinds({ pieces, piece, at }: Place): Kinds {
    const bytes = this.#honest.proof.slice();
    const view = new DataView(bytes.buffer);
    const word = view.getUint32(at, true);
    const set = (value: number): Uint8Array => {
      view.setUint32(at, value, true);
      return bytes;
    };
    return {
      bit: () => set((word ^ (1 << this.#below(32))) >>> 0),
      'plus one': () => set((word + 1) % 2 ** 32),
      'p - 1': () => set(P - 1),
      zero: () => set(0),
      p: () => set(P),
      'word + p': () => set((word + P) % 2 ** 32),
      '2^32 - 1': () => set(2 ** 32 - 1),
      random: () => set(this.#below(2 ** 31)),
      exchanged: () => {
        // With any word of the section; of one word, with its neighbour.
        const other = this.#pick(pieces);
        const chosen = 4 * (other.at + this.#below(other.count));
        const to = chosen === at ? (at + 4 < bytes.length ? at + 4 : at - 4) : chosen;
        set(view.getUint32(to, true));
        view.setUint32(to, word, true);
        return bytes;
      },
      'exchanged blocks': () => {
        const other = this.#pick(pieces);
        // Of a section that is one piece, its two halves.
        const half = piece.count >> 1;
        const [x, y] =
          other === piece
            ? [
                { ...piece, count: half },
                { ...piece, at: piece.at + half, count: half },
              ]
            : [piece, other];
        copyPiece(bytes, x, this.#honest.proof, y);
        copyPiece(bytes, y, this.#honest.proof, x);
        return bytes;
      },
    };
  }

  /** Changes of how long the proof is. */
  #lengthKinds({ at }: Place): Kinds {
    const { proof } = this.#honest;
    return {
      truncated: () => proof.slice(0, at + this.#below(4)),
      shortened: () => joined(proof.subarray(0, at), proof.subarray(at + 4)),
      extended: () => joined(proof.subarray(0, at + 4), proof.subarray(at)),
      trailing: () => joined(proof, proof.subarray(at, at + this.#pick([1, 4]))),
    };
  }

  /** Parts of another honest proof in place of this one's. */
  #spliceKinds({ section, pieces, index, piece }: Place): Kinds {
    const bytes = this.#honest.proof.slice();
    const donor = this.#pick(this.#donors);
    const from = donor.submission.proof;
    const others = donor.pieces.get(section) ?? [];
    return {
      'block spliced': () => copyPiece(bytes, piece, from, others[index]),
      'section spliced': () => {
        for (const [k, to] of pieces.entries()) copyPiece(bytes, to, from, others[k]);
        return bytes;
      },
      'tail spliced': () =>
        joined(bytes.subarray(0, 4 * piece.at), from.subarray(4 * (others[index] ?? others.at(-1) ?? piece).at)),
    };
  }
}
