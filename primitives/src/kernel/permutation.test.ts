/** The permutation, hashing and trees against their oracles, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { P } from '../field/base.ts';
import { buildMerkleTree } from '../hash/merkle.ts';
import { hashLeaf } from '../hash/modes.ts';
import { permute } from '../hash/poseidon2.ts';
import { POSEIDON2_KOALABEAR_16, POSEIDON2_KOALABEAR as suite } from '../hash/suite.ts';
import { kernels, place, random, read } from './kernels.test-support.ts';
import { KernelMemory } from './memory.ts';
import { HashKernels } from './permutation.ts';
import { Team } from './team.ts';

const { memory, hash } = kernels;

describe('hashing', () => {
  it('with kernels whose constants lie elsewhere is no different', () => {
    const state = Array.from({ length: suite.node.width }, random);
    for (const before of [64, 4096]) {
      const other = KernelMemory.own();
      other.allocate(before);
      const moved = new HashKernels(new Team(other), suite);
      expect(moved.permuteOne('node', state)).toEqual(hash.permuteOne('node', state));
      expect(moved.findNonce(state, 3, 6)).toBe(hash.findNonce(state, 3, 6));
    }
  });
  it.each([1, 2, 3, 4, 5, 255, 256, 257, 600])('%i pairs of digests, as one by one', (count) => {
    const pairs = Uint32Array.from({ length: 16 * count }, (_, i) =>
      i % 7 === 0 ? P - 1 : i % 5 === 0 ? 0 : random(),
    );
    const want = Array.from({ length: count }, (_, i) => {
      const state = pairs.slice(16 * i, 16 * i + 16);
      permute(suite.node, state);
      return [...state.subarray(0, 8)];
    });
    expect([...hash.hashPairs(pairs)]).toEqual(want.flat());
  });
  it.each(['node', 'leaf'] as const)('permutes like its oracle: %s', (kind) => {
    const { width } = suite[kind];
    for (const fill of [() => 0, () => P - 1, random, random]) {
      const groups = Array.from({ length: 2 }, () =>
        Array.from({ length: 4 }, () => Uint32Array.from({ length: width }, fill)),
      );
      const at = place(groups.flatMap((g) => Array.from({ length: width }, (_, i) => g.map((s) => s[i]!)).flat()));
      hash.permuteGroups(kind, at, 2);
      const out = read(at, 8 * width);
      for (const [g, group] of groups.entries()) {
        for (const [lane, state] of group.entries()) {
          const one = hash.permuteOne(kind, Array.from(state));
          const [many] = hash.permuteMany(kind, [Array.from(state)]);
          permute(suite[kind], state);
          expect(Array.from(state, (_, i) => out[4 * width * g + 4 * i + lane])).toEqual(Array.from(state));
          expect([one, many]).toEqual([Array.from(state), Array.from(state)]);
        }
      }
    }
  });
  it.each([
    [2, 4],
    [3, 20],
    [6, 16],
    [5, 128],
    [9, 160],
  ])('builds trees like its oracle: 2^%i rows of %i', (logRows, width) => {
    const data = Uint32Array.from({ length: 2 ** logRows * width }, random);
    const tree = memory.allocate(HashKernels.treeBytes(logRows));
    hash.buildTree(place(data), width, logRows, tree);
    const expected = buildMerkleTree(suite, data, logRows, width).levels.flat(2);
    expect(read(tree, expected.length)).toEqual(expected);
  });
  it('starts rows behind the zeros that they begin with, whole blocks', () => {
    const [zeros, width] = [48, 20];
    const rows = Array.from({ length: 5 }, () => Array.from({ length: width }, random));
    const [data, digests] = [place(Uint32Array.from([...rows, ...rows].flat())), memory.allocate(32 * 8)];
    hash.hashLeaves(data, width, 8, digests, zeros);
    for (const [i, row] of rows.entries())
      expect(hash.digest(digests + 32 * i)).toEqual(hashLeaf(suite, [...new Array<number>(zeros).fill(0), ...row]));
    expect(() => hash.hashLeaves(data, width, 8, digests, 8)).toThrow(RangeError);
  });
  it.each([4, 8, 12, 20, 128, 160])('rows of %i by the node permutation alone', (width) => {
    const one = new HashKernels(new Team(memory), POSEIDON2_KOALABEAR_16);
    for (const count of [1, 4, 37]) {
      const rows = Array.from({ length: count }, () => Array.from({ length: width }, random));
      expect(one.hashMany(rows)).toEqual(rows.map((row) => hashLeaf(POSEIDON2_KOALABEAR_16, row)));
    }
    const data = Uint32Array.from({ length: 8 * width }, random);
    const tree = memory.allocate(HashKernels.treeBytes(3));
    one.buildTree(place(data), width, 3, tree);
    const expected = buildMerkleTree(POSEIDON2_KOALABEAR_16, data, 3, width).levels.flat(2);
    expect(read(tree, expected.length)).toEqual(expected);
  });
  it('finds the lowest nonce', () => {
    const state = Array.from({ length: 16 }, random);
    for (const [slot, bits] of [
      [0, 1],
      [7, 9],
    ] as const) {
      const nonce = hash.findNonce(state, slot, bits);
      for (let n = 0; n <= nonce; n++) {
        const trial = Uint32Array.from(state);
        trial[slot] = n;
        permute(suite.node, trial);
        expect((trial[0]! & (2 ** bits - 1)) === 0).toBe(n === nonce);
      }
    }
  });
});
