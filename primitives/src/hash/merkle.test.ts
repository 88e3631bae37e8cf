/** Pruned multi-proofs and batched hashes, held against the tree and against one hash at a time. */
import { describe, expect, it } from 'vitest';
import { seeded } from '../testing.ts';
import { buildMerkleTree, expandPaths, prunedSiblings } from './merkle.ts';
import { hashLeaf, hashLeaves, hashNode, hashNodes, hashPairs, wholeBlocks } from './modes.ts';
import { shareHashKernels } from './permute.ts';
import { permute } from './poseidon2.ts';
import { POSEIDON2_KOALABEAR as suite } from './suite.ts';

const { felt } = seeded(31);
const felts = (n: number): number[] => Array.from({ length: n }, felt);

describe('a tree of 16 rows', () => {
  const [LOG_ROWS, WIDTH] = [4, 3];
  const data = Uint32Array.from(felts(WIDTH * 2 ** LOG_ROWS));
  const tree = buildMerkleTree(suite, data, LOG_ROWS, WIDTH);
  it('hashes every row and every pair', () => {
    for (let i = 0; i < 16; i++)
      expect(tree.levels[0]![i]).toEqual(hashLeaf(suite, Array.from(data.subarray(WIDTH * i, WIDTH * (i + 1)))));
    for (let level = 0; level < LOG_ROWS; level++)
      for (let i = 0; i < 2 ** (LOG_ROWS - level - 1); i++) {
        const [left, right] = tree.levels[level]!.slice(2 * i, 2 * i + 2);
        expect(tree.levels[level + 1]![i]).toEqual(hashNode(suite, left!, right!));
      }
    expect(tree.levels).toHaveLength(LOG_ROWS + 1);
    expect(tree.root).toEqual(tree.levels[LOG_ROWS]![0]);
  });
  it.each([[[0]], [[15]], [[0, 15]], [[6, 7]], [[1, 2, 3, 12]], [Array.from({ length: 16 }, (_, i) => i)]])(
    'rows %j: what is sent is what is missing, and every path comes back whole',
    (indices) => {
      const siblings = prunedSiblings(LOG_ROWS, indices);
      // A node is sent if no opened row lies below it and one lies below its parent.
      const below = (level: number, index: number): boolean => indices.some((i) => i >> level === index);
      const expected = Array.from({ length: LOG_ROWS }, (_, level) =>
        Array.from({ length: 16 >> level }, (_, index) => ({ level, index })),
      )
        .flat()
        .filter(({ level, index }) => !below(level, index) && below(level, index ^ 1));
      expect(siblings).toEqual(expected);
      const leaves = new Map(indices.map((i) => [i, tree.levels[0]![i]!]));
      const sent = siblings.map(({ level, index }) => tree.levels[level]![index]!);
      const paths = expandPaths(suite, LOG_ROWS, leaves, sent);
      expect(paths.size).toBe(indices.length);
      for (const i of indices)
        expect(paths.get(i)).toEqual(
          Array.from({ length: LOG_ROWS }, (_, level) => tree.levels[level]![(i >> level) ^ 1]!),
        );
    },
  );
});

/** The sponge as it is written down: length into the capacity, 16 elements overwrite the rate at a time. */
function sponge(data: readonly number[]): number[] {
  const state = new Uint32Array(24);
  state[16] = data.length;
  for (let at = 0; at < data.length; at += 16) {
    state.set(data.slice(at, at + 16));
    permute(suite.leaf, state);
  }
  return Array.from(state.subarray(0, 8));
}

it.each([1, 2, 15, 16, 17, 32, 33, 40])('a leaf of %i elements: whole blocks and a last one that is not', (length) => {
  const rows = [felts(length), felts(length), felts(length)];
  const expected = rows.map(sponge);
  expect(rows.map((row) => hashLeaf(suite, row))).toEqual(expected);
  expect(hashLeaves(suite, rows)).toEqual(expected);
});
it('no rows, and rows without elements', () => {
  expect(hashLeaves(suite, [])).toEqual([]);
  expect(hashLeaves(suite, [[], []])).toEqual([hashLeaf(suite, []), hashLeaf(suite, [])]);
  expect(hashLeaf(suite, [])).toHaveLength(8);
});
it('every element of a row and of a child counts', () => {
  const row = felts(20);
  const digests = row.map((x, k) => hashLeaf(suite, row.with(k, (x + 1) % 97)).join());
  expect(new Set([...digests, hashLeaf(suite, row).join()]).size).toBe(row.length + 1);
  const children = felts(16);
  const parent = (c: readonly number[]): string => hashNode(suite, c.slice(0, 8), c.slice(8)).join();
  const parents = children.map((x, k) => parent(children.with(k, (x + 1) % 97)));
  expect(new Set([...parents, parent(children)]).size).toBe(children.length + 1);
});
it('nodes, one at a time, many at once and as words', () => {
  const pairs = Array.from({ length: 3 }, () => [felts(8), felts(8)] as const);
  const expected = pairs.map(([left, right]) => {
    const state = Uint32Array.from([...left, ...right]);
    permute(suite.node, state);
    return Array.from(state.subarray(0, 8));
  });
  expect(pairs.map(([left, right]) => hashNode(suite, left, right))).toEqual(expected);
  expect(hashNodes(suite, pairs)).toEqual(expected);
  expect(Array.from(hashPairs(suite, Uint32Array.from(pairs.flat(2))))).toEqual(expected.flat());
  const plain = { ...suite };
  // As where WebAssembly does not load.
  shareHashKernels(plain, undefined as never);
  expect(Array.from(hashPairs(plain, Uint32Array.from(pairs.flat(2))))).toEqual(expected.flat());
  expect(hashLeaves(plain, [felts(4).fill(9)])).toEqual([sponge([9, 9, 9, 9])]);
});
it('kernels hash what they can: rows of whole blocks of four, and pairs', () => {
  const counted = { ...suite };
  const asked: string[] = [];
  shareHashKernels(counted, {
    hashMany: (rows: number[][]) => {
      asked.push(`rows of ${rows[0]!.length}`);
      return [];
    },
    hashPairs: (pairs: Uint32Array) => {
      asked.push('pairs');
      return pairs;
    },
    permuteOne: (_: string, state: number[]) => state,
  } as never);
  for (const length of [4, 5, 8]) hashLeaves(counted, [felts(length)]);
  hashPairs(counted, new Uint32Array(16));
  expect(asked).toEqual(['rows of 4', 'rows of 8', 'pairs']);
});
it('whole blocks hold the data and zeros behind it, fewer than a block of them', () => {
  for (let length = 0; length <= 49; length++) {
    const data = felts(length);
    const blocks = wholeBlocks(suite, data, 0);
    expect(blocks).toHaveLength(16 * Math.ceil(length / 16));
    expect(blocks.slice(0, length)).toEqual(data);
    expect(blocks.slice(length).every((x) => x === 0)).toBe(true);
  }
  const zero = {};
  expect(wholeBlocks(suite, [1, 2, 3] as unknown[], zero).slice(2)).toEqual([3, ...new Array<object>(13).fill(zero)]);
});
