/**
 * @module Merkle trees over rows of a matrix. Nodes are stored level by level, leaves first, eight elements each.
 */
import { type Digest, hashNode } from './modes.ts';
import { permutationBatch } from './poseidon2-kernel.ts';
import type { HashSuite } from './suite.ts';

export interface MerkleTree {
  readonly logLeaves: number;
  /** `levels[0]` holds the leaf digests, `levels[logLeaves]` the root; 8 elements per node. */
  readonly levels: readonly Uint32Array[];
  readonly root: Digest;
}

/** Leaf digests of all rows, batch by batch through the kernel; the sponge of `hashLeaf`. */
function hashRows(suite: HashSuite, data: Uint32Array, rows: number, width: number): Uint32Array {
  const d = suite.digestLength;
  const rate = suite.leaf.width - d;
  const out = new Uint32Array(rows * d);
  const batch = permutationBatch(suite.leaf);
  const capacity = new Uint32Array(suite.leaf.width);
  capacity[rate] = width;
  for (let first = 0; first < rows; first += batch.capacity) {
    const count = Math.min(batch.capacity, rows - first);
    for (let i = 0; i < count; i++) batch.write(i, 0, capacity, 0, suite.leaf.width);
    for (let at = 0; at < width; at += rate) {
      const length = Math.min(rate, width - at);
      for (let i = 0; i < count; i++) batch.write(i, 0, data, (first + i) * width + at, length);
      batch.permute(count);
    }
    for (let i = 0; i < count; i++) batch.read(i, out, (first + i) * d, d);
  }
  return out;
}

/** The parents of all nodes of a level. */
function hashLevel(suite: HashSuite, below: Uint32Array): Uint32Array {
  const d = suite.digestLength;
  const out = new Uint32Array(below.length / 2);
  const batch = permutationBatch(suite.node);
  for (let first = 0; first < out.length / d; first += batch.capacity) {
    const count = Math.min(batch.capacity, out.length / d - first);
    for (let i = 0; i < count; i++) batch.write(i, 0, below, 2 * d * (first + i), 2 * d);
    batch.permute(count);
    for (let i = 0; i < count; i++) batch.read(i, out, (first + i) * d, d);
  }
  return out;
}

/** The tree over the 2^logRows rows of `width` elements in `data`. */
export function buildMerkleTree(suite: HashSuite, data: Uint32Array, logRows: number, width: number): MerkleTree {
  const levels = [hashRows(suite, data, 2 ** logRows, width)];
  for (let level = 0; level < logRows; level++) levels.push(hashLevel(suite, levels[level]!));
  return { logLeaves: logRows, levels, root: Array.from(levels[logRows]!) };
}

/** Digest of node `index` on `level` (0 = leaves). */
export function nodeDigest(tree: MerkleTree, level: number, index: number): Digest {
  const d = tree.root.length;
  return Array.from(tree.levels[level]!.subarray(index * d, (index + 1) * d));
}

/** One authenticated row, as the verifier sees it: whole path, lowest sibling first. */
export interface Opening {
  readonly row: readonly number[];
  readonly path: readonly Digest[];
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
    const parents = new Map<number, Digest>();
    for (const i of [...nodes.keys()]) {
      if (!parents.has(i >> 1)) parents.set(i >> 1, hashNode(suite, nodes.get(i & ~1)!, nodes.get(i | 1)!));
    }
    nodes = parents;
  }
  return paths;
}
