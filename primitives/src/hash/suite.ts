/**
 * @module The hash suite: everything that fixes how Weft hashes, as data. Switching the hash is a new table here, not
 * new code, and the suite's fingerprint is part of the machine's key.
 *
 * Poseidon2 over KoalaBear with x^3, the instances of Plonky3 (width 16: 8 + 20 rounds, width 24: 8 + 23 rounds). The
 * round constants come from the Grain LFSR of the Poseidon paper (ePrint 2019/458, appendix E), seeded by field,
 * S-box, width and round numbers; they are generated here and tested against the published vectors.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { feltsToBytes } from '../bytes.ts';
import { type Felt, inverse, neg, P } from '../field/base.ts';

/** One Poseidon2 permutation. */
export interface Poseidon2Parameters {
  readonly width: number;
  /** Full rounds in total; half of them before and half after the partial rounds. */
  readonly fullRounds: number;
  readonly partialRounds: number;
  /** `fullRounds * width` constants, round by round. */
  readonly externalConstants: readonly Felt[];
  readonly internalConstants: readonly Felt[];
  /** The internal layer is y_i = sum(s) + diagonal_i s_i. */
  readonly internalDiagonal: readonly Felt[];
}

export interface HashSuite {
  readonly name: string;
  /** Elements per digest: 8, about 248 bits, hence at most 124 bits against collisions. */
  readonly digestLength: number;
  /** Tree nodes (left || right, truncated) and the transcript. */
  readonly node: Poseidon2Parameters;
  /** Leaves: a sponge of this width. It may be the permutation of nodes, the same object. */
  readonly leaf: Poseidon2Parameters;
}

/** Elements of a leaf that one permutation absorbs. */
export function leafRate({ leaf, digestLength }: HashSuite): number {
  return leaf.width - digestLength;
}

/** Whether one permutation serves leaves, nodes and the transcript, so that one chip computes all of them. */
export function hasOnePermutation({ node, leaf }: HashSuite): boolean {
  return node === leaf;
}

function grainConstants(width: number, fullRounds: number, partialRounds: number, count: number): Felt[] {
  const state: number[] = [];
  const push = (value: number, bits: number): void => {
    for (let i = bits - 1; i >= 0; i--) state.push((value >>> i) & 1);
  };
  push(1, 2); // prime field
  push(0, 4); // S-box x^alpha
  push(31, 12); // field bits
  push(width, 12);
  push(fullRounds, 10);
  push(partialRounds, 10);
  push((1 << 30) - 1, 30);
  const clock = (): number => {
    const bit = state[0]! ^ state[13]! ^ state[23]! ^ state[38]! ^ state[51]! ^ state[62]!;
    state.shift();
    state.push(bit);
    return bit;
  };
  for (let i = 0; i < 160; i++) clock();
  const bit = (): number => {
    for (;;) {
      const keep = clock();
      const value = clock();
      if (keep === 1) return value;
    }
  };
  const out: Felt[] = [];
  while (out.length < count) {
    let x = 0;
    for (let i = 0; i < 31; i++) x = x * 2 + bit();
    if (x < P) out.push(x);
  }
  return out;
}

function poseidon2(width: number, partialRounds: number, internalDiagonal: readonly Felt[]): Poseidon2Parameters {
  const fullRounds = 8;
  const half = (fullRounds / 2) * width;
  const all = grainConstants(width, fullRounds, partialRounds, 2 * half + partialRounds);
  return {
    width,
    fullRounds,
    partialRounds,
    externalConstants: [...all.slice(0, half), ...all.slice(half + partialRounds)],
    internalConstants: all.slice(half, half + partialRounds),
    internalDiagonal,
  };
}

/** 2^-k. */
const half = (k: number): Felt => inverse(2 ** k);
const STEM: readonly Felt[] = [P - 2, 1, 2, half(1), 3, 4, neg(half(1)), P - 3, P - 4];

/** `poseidon2-koalabear-16/24`: the default suite. */
export const POSEIDON2_KOALABEAR: HashSuite = {
  name: 'poseidon2-koalabear-16-24',
  digestLength: 8,
  node: poseidon2(16, 20, [
    ...STEM,
    ...[half(8), half(3), half(24)],
    ...[neg(half(8)), neg(half(3)), neg(half(4)), neg(half(24))],
  ]),
  leaf: poseidon2(24, 23, [
    ...STEM,
    ...[half(8), half(2), half(3), half(4), half(5), half(6), half(24)],
    ...[
      neg(half(8)),
      neg(half(3)),
      neg(half(4)),
      neg(half(5)),
      neg(half(6)),
      neg(half(7)),
      neg(half(9)),
      neg(half(24)),
    ],
  ]),
};

/**
 * The node permutation of {@link POSEIDON2_KOALABEAR} for leaves too, eight elements a block: hashing a row takes two and a half
 * times as long, and verifying a proof in a circuit takes one kind of hash row. Leaf digests are still those of a sponge whose
 * capacity starts at the row's length, and trees have one height, so that no node stands where a leaf does.
 */
export const POSEIDON2_KOALABEAR_16: HashSuite = {
  name: 'poseidon2-koalabear-16',
  digestLength: 8,
  node: POSEIDON2_KOALABEAR.node,
  leaf: POSEIDON2_KOALABEAR.node,
};

/** SHA-256 over every parameter of the suite: a changed round number or constant is a different machine key. */
export function suiteFingerprint(suite: HashSuite): Uint8Array {
  const words: number[] = [suite.digestLength];
  for (const p of [suite.node, suite.leaf]) {
    words.push(p.width, p.fullRounds, p.partialRounds);
    words.push(...p.externalConstants, ...p.internalConstants, ...p.internalDiagonal);
  }
  const name = new TextEncoder().encode(suite.name);
  const hash = sha256.create().update(Uint8Array.of(name.length)).update(name);
  return hash.update(feltsToBytes(words)).digest();
}
