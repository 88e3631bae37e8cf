/**
 * @module The set of keys under which proofs may be joined: the preprocessed roots of circuits, under a Merkle tree. Its root is a word
 * of every span, the same all the way up: a circuit that named the set as a constant could not be in it.
 */
import { buildMerkleTree, type MerkleTree } from '@weft/primitives/hash/merkle';
import type { Digest } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { assertEqualWords, type ProgramBackend } from './backend.ts';

/** log2 of the keys that a set can hold. */
export const KEY_SET_DEPTH = 8;

/** A key's place in the set. */
export interface KeyPath {
  readonly index: number;
  /** Siblings, the lowest first. */
  readonly siblings: readonly Digest[];
}

/** The tree over the preprocessed roots of circuits, in their order. */
export class KeySet {
  readonly #tree: MerkleTree;
  readonly #places: ReadonlyMap<string, number>;

  /** @throws {RangeError} for more keys than a set can hold. */
  constructor(suite: HashSuite, roots: readonly Digest[]) {
    if (roots.length > 2 ** KEY_SET_DEPTH) throw new RangeError(`a key set holds 2^${KEY_SET_DEPTH} keys`);
    this.#places = new Map(roots.map((root, i) => [root.join(), i]));
    // A place without a key holds zeros. Digests below them can be made up, but an opening ends at leaves of the sponge, which cannot.
    const rows = new Uint32Array(suite.digestLength * 2 ** KEY_SET_DEPTH);
    for (const [i, root] of roots.entries()) rows.set(root, suite.digestLength * i);
    this.#tree = buildMerkleTree(suite, rows, KEY_SET_DEPTH, suite.digestLength);
  }

  get root(): Digest {
    return this.#tree.root;
  }

  /** Where a key is; `undefined` when the set does not have it. */
  path(root: Digest): KeyPath | undefined {
    const index = this.#places.get(root.join());
    if (index === undefined) return undefined;
    const { levels } = this.#tree;
    return {
      index,
      siblings: Array.from({ length: KEY_SET_DEPTH }, (_, level) => levels[level]![(index >> level) ^ 1]!),
    };
  }
}

/** Reads a path as hints and asserts that the key with this preprocessed root is in the set. */
export function assertInKeySet<F, E>(
  b: ProgramBackend<F, E>,
  digestLength: number,
  root: readonly F[],
  keySet: readonly F[],
): void {
  const [index] = b.read(1, 'the place of a key');
  const bits = b.bits(index!, KEY_SET_DEPTH, 'chain');
  let digest: readonly F[] = b.hashRows([root])[0]!;
  for (const bit of bits) {
    const sibling = b.read(digestLength, 'the path of a key');
    const below = digest;
    const left = below.map((x, i) => b.selectFelt(bit, sibling[i]!, x));
    const right = below.map((x, i) => b.selectFelt(bit, x, sibling[i]!));
    digest = b.hashNodes([[...left, ...right]])[0]!;
  }
  assertEqualWords(b, digest, keySet, 'the key of a child is in the set');
}
