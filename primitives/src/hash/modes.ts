/**
 * @module How permutations become hashes (ePrint 2026/089): leaves through a sponge, nodes through the truncated
 * permutation. A node's truncated permutation alone would let a prover choose leaf digests; the sponge forbids that.
 */
import type { Felt } from '../field/base.ts';
import { hashKernels, permuteState, permuteStates } from './permute.ts';
import { type HashSuite, leafRate } from './suite.ts';

/** `suite.digestLength` canonical elements. */
export type Digest = readonly Felt[];

/**
 * Overwrite sponge over `data`. Its length stands in the first capacity element, so
 * inputs of different lengths never share a digest; no padding is needed.
 */
export function hashLeaf(suite: HashSuite, data: ArrayLike<Felt>): Digest {
  const { width } = suite.leaf;
  const rate = leafRate(suite);
  let state = new Array<Felt>(width).fill(0);
  state[rate] = data.length;
  for (let at = 0; at < data.length; at += rate) {
    for (let i = 0; i < Math.min(rate, data.length - at); i++) state[i] = data[at + i]!;
    state = permuteState(suite, 'leaf', state);
  }
  return state.slice(0, suite.digestLength);
}

/** `data`, and zeros up to whole blocks of the leaf sponge: what a circuit hashes without parts of a state. */
export function wholeBlocks<T>(suite: HashSuite, data: readonly T[], zero: T): T[] {
  const rate = leafRate(suite);
  return [...data, ...new Array<T>((rate - (data.length % rate)) % rate).fill(zero)];
}

/** The parent of two digests. */
export function hashNode(suite: HashSuite, left: Digest, right: Digest): Digest {
  return permuteState(suite, 'node', [...left, ...right]).slice(0, suite.digestLength);
}

/** The parents of pairs of digests, many at once. */
export function hashNodes(suite: HashSuite, pairs: readonly (readonly [Digest, Digest])[]): Digest[] {
  const states = pairs.map(([left, right]) => [...left, ...right]);
  return permuteStates(suite, 'node', states).map((state) => state.slice(0, suite.digestLength));
}

/** The digests of rows of one length, many at once. */
export function hashLeaves(suite: HashSuite, rows: readonly (readonly Felt[])[]): Digest[] {
  const length = rows[0]?.length ?? 0;
  const kernels = length > 0 && length % 4 === 0 ? hashKernels(suite) : undefined;
  return kernels === undefined ? rows.map((row) => hashLeaf(suite, row)) : kernels.hashMany(rows);
}

/** The parents, eight words each, of pairs of digests, 16 words each, one after another. */
export function hashPairs(suite: HashSuite, pairs: Uint32Array): Uint32Array {
  const kernels = hashKernels(suite);
  if (kernels !== undefined) return kernels.hashPairs(pairs);
  const out = new Uint32Array(pairs.length / 2);
  for (let at = 0; at < pairs.length; at += 16) {
    const pair = Array.from(pairs.subarray(at, at + 16));
    out.set(hashNode(suite, pair.slice(0, 8), pair.slice(8)), at / 2);
  }
  return out;
}
