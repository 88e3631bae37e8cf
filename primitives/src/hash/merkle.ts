/**
 * @module Merkle trees over rows of a matrix. The plain construction is the oracle of the kernels'.
 */
import { type Digest, hashLeaf, hashNode, hashNodes } from './modes.ts';
import type { HashSuite } from './suite.ts';

export interface MerkleTree {
  readonly logLeaves: number;
  /** `levels[0]` holds the leaf digests, `levels[logLeaves]` the root. */
  readonly levels: readonly (readonly Digest[])[];
  readonly root: Digest;
}

/** The tree over the 2^logRows rows of `width` elements in `data`, one hash at a time. */
export function buildMerkleTree(suite: HashSuite, data: Uint32Array, logRows: number, width: number): MerkleTree {
  const leaves = Array.from({ length: 2 ** logRows }, (_, i) =>
    hashLeaf(suite, data.subarray(i * width, (i + 1) * width)),
  );
  const levels = [leaves];
  for (let level = 0; level < logRows; level++) {
    const below = levels[level]!;
    levels.push(Array.from({ length: below.length / 2 }, (_, i) => hashNode(suite, below[2 * i]!, below[2 * i + 1]!)));
  }
  return { logLeaves: logRows, levels, root: levels[logRows]![0]! };
}

/**
 * The sibling digests that a pruned multi-proof of `indices` (sorted, distinct) carries: level by level from the
 * leaves, left to right, those that the opened rows do not already determine.
 */
export function prunedSiblings(logLeaves: number, indices: readonly number[]): { level: number; index: number }[] {
  const out: { level: number; index: number }[] = [];
  let known = indices;
  for (let level = 0; level < logLeaves; level++) {
    const present = new Set(known);
    for (const i of known) if (!present.has(i ^ 1)) out.push({ level, index: i ^ 1 });
    known = [...new Set(known.map((i) => i >> 1))];
  }
  return out;
}

/** Rebuilds the whole path of every opened leaf from a pruned multi-proof in the order of {@link prunedSiblings}. */
export function expandPaths(
  suite: HashSuite,
  logLeaves: number,
  leafDigests: ReadonlyMap<number, Digest>,
  siblings: readonly Digest[],
): Map<number, Digest[]> {
  const indices = [...leafDigests.keys()];
  const paths = new Map<number, Digest[]>(indices.map((i) => [i, []]));
  let nodes = new Map(leafDigests);
  let next = 0;
  for (let level = 0; level < logLeaves; level++) {
    for (const i of [...nodes.keys()]) if (!nodes.has(i ^ 1)) nodes.set(i ^ 1, siblings[next++]!);
    for (const i of indices) paths.get(i)!.push(nodes.get((i >> level) ^ 1)!);
    const parents = [...new Set([...nodes.keys()].map((i) => i >> 1))];
    const digests = hashNodes(
      suite,
      parents.map((i) => [nodes.get(2 * i)!, nodes.get(2 * i + 1)!] as const),
    );
    nodes = new Map(parents.map((i, k) => [i, digests[k]!]));
  }
  return paths;
}
