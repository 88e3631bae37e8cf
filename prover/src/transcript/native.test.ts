/** The native backend: every assertion holds or rejects for its reason, and the proof's bytes have one reading. */
import { feltsToBytes } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { type Ext, fromBase, mul, ONE, ZERO } from '@weft/primitives/field/ext';
import { buildMerkleTree, prunedSiblings } from '@weft/primitives/hash/merkle';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { NativeBackend } from './native.ts';

const { felt, ext } = seeded(61);
const over = (bytes: Uint8Array): NativeBackend =>
  new NativeBackend(suite, bytes, (codes) => ({ offsets: codes.map((c) => 2 * c), emptyParts: 3 }));
const b = over(new Uint8Array());
const binary = (x: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(x / 2 ** i) % 2);

describe('assertions', () => {
  it('of equality look at every coefficient', () => {
    const a = ext();
    expect(reasonOf(() => b.assertEqual(a, [...a], 'opening', 'x'))).toBe('accepted');
    for (let k = 0; k < 5; k++) {
      const other = a.map((x, i) => (i === k ? (x + 1) % P : x)) as never as Ext;
      expect(
        reasonOf(() => b.assertEqual(a, other, 'opening', 'x')),
        `coefficient ${k}`,
      ).toBe('opening');
    }
    expect(reasonOf(() => b.assertEqualFelt(5, 5, 'merkle', 'x'))).toBe('accepted');
    for (const x of [4, 6]) expect(reasonOf(() => b.assertEqualFelt(5, x, 'merkle', 'x'))).toBe('merkle');
  });
  it('of size: an element has the bits that it may have', () => {
    for (let count = 0; count <= 30; count++) {
      const most = 2 ** count - 1;
      expect(b.bits(most, count, 'stacking')).toEqual(binary(most, count));
      expect(
        reasonOf(() => void b.bits(most + 1, count, 'stacking')),
        `${count} bits`,
      ).toBe('stacking');
    }
    expect(b.bits(P - 1, 31, 'stacking')).toEqual(binary(P - 1, 31));
  });
  it('of one-hot codes', () => {
    expect([0, 1, 2, 3].map((x) => b.oneHot(x, 3, 'height'))).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    for (const x of [4, P - 1]) expect(reasonOf(() => void b.oneHot(x, 3, 'height'))).toBe('height');
  });
  it('of denominators', () => {
    const a = ext();
    expect(mul(a, b.inverse(a, 'gkr'))).toEqual(ONE);
    expect(reasonOf(() => void b.inverse(ZERO, 'gkr'))).toBe('gkr');
  });
});

it('selects', () => {
  expect([b.selectFelt(1, 5, 6), b.selectFelt(0, 5, 6)]).toEqual([5, 6]);
  expect(b.selectOrder(0, [1, 2], [3, 4])).toEqual([1, 2, 3, 4]);
  expect(b.selectOrder(1, [1, 2], [3, 4])).toEqual([3, 4, 1, 2]);
  expect(b.constant(7)).toEqual(fromBase(7));
  expect(b.lowBits(0b1101, 3)).toEqual([1, 0, 1]);
  expect(b.readOffsets([1, 2])).toEqual([2, 4]);
});
it('hashes pairs and rows to whole digests', () => {
  const [left, right] = [hashLeaf(suite, [1]), hashLeaf(suite, [2])];
  expect(b.hashNodes([[...left, ...right]])).toEqual([hashNode(suite, left, right)]);
  expect(b.hashRows([[1, 2, 3]])).toEqual([hashLeaf(suite, [1, 2, 3])]);
});

describe('reading', () => {
  const values = [1, 2, P - 1];
  it('takes elements in order, and nothing for an absent table', () => {
    const backend = over(feltsToBytes(values));
    expect(backend.read(1, 'x')).toEqual([1]);
    expect(backend.read(4, 'x', 0)).toEqual([0, 0, 0, 0]);
    expect(backend.read(0, 'x')).toEqual([]);
    expect(reasonOf(() => backend.assertEnd())).toBe('format');
    expect(backend.read(2, 'x', 1)).toEqual([2, P - 1]);
    expect(reasonOf(() => backend.assertEnd())).toBe('accepted');
    expect(reasonOf(() => void backend.read(1, 'x'))).toBe('format');
  });
  it('ends with the proof: one byte less is too few, one more is too many', () => {
    for (const missing of [1, 2, 3, 4])
      expect(reasonOf(() => void over(feltsToBytes(values).slice(0, -missing)).read(3, 'x'))).toBe('format');
    for (const more of [1, 4]) {
      const backend = over(Uint8Array.of(...feltsToBytes(values), ...new Uint8Array(more)));
      backend.read(3, 'x');
      expect(reasonOf(() => backend.assertEnd())).toBe('format');
    }
  });
  it('refuses what is not canonical, in every place', () => {
    for (let k = 0; k < 3; k++)
      for (const x of [P, P + 1, 2 ** 32 - 1])
        expect(
          reasonOf(() => void over(new Uint8Array(Uint32Array.from(values.with(k, x)).buffer)).read(3, 'x')),
          `element ${k}`,
        ).toBe('format');
  });
  it.each([
    [2, 2],
    ['packing', 3],
  ] as const)('rows lack the zeros that they start with, and no others (%s)', (zeros, count) => {
    const [logRows, rowWidth] = [2, 20];
    const data = Uint32Array.from({ length: 4 * rowWidth }, (_, i) => (i % rowWidth < count ? 0 : felt()));
    const tree = buildMerkleTree(suite, data, logRows, rowWidth);
    const row = (i: number): number[] => Array.from(data.subarray(rowWidth * i, rowWidth * (i + 1)));
    const rest = [tree.levels[0]![1]!, tree.levels[1]![1]!].flat();
    const read = (elements: readonly number[]) => {
      const backend = over(feltsToBytes(elements));
      // The packing rule speaks when offsets are read.
      backend.readOffsets([]);
      const [opened] = backend.readRows({ logRows, logCap: 0, rowWidth, zeros }, [binary(0, logRows)]);
      backend.assertEnd();
      return opened!.row;
    };
    expect(read([...row(0).slice(count), ...rest])).toEqual(row(0));
    expect(reasonOf(() => void read([...row(0), ...rest]))).toBe('format');
    expect(reasonOf(() => void read([...row(0).slice(count + 1), ...rest]))).toBe('format');
  });
  it('the packing rule says how many, each time that it is asked, and before that there are none', () => {
    const bytes = feltsToBytes(Array.from({ length: 200 }, felt));
    const backend = new NativeBackend(suite, bytes, (codes) => ({ offsets: [], emptyParts: codes.length }));
    const zerosOf = (): number => {
      const tree = { logRows: 1, logCap: 1, rowWidth: 16, zeros: 'packing' } as const;
      return backend.readRows(tree, [[0]])[0]!.row.findIndex((x) => x !== 0);
    };
    expect(zerosOf()).toBe(0);
    for (const count of [4, 2]) {
      backend.readOffsets(new Array<number>(count).fill(1));
      expect(zerosOf()).toBe(count);
    }
  });
  it.each([0, 1, 3])(
    'gives every row asked for with its path to a cap of 2^%i, in the order of the questions',
    (logCap) => {
      const [logRows, rowWidth] = [4, 2];
      const levels = logRows - logCap;
      const data = Uint32Array.from({ length: 32 }, felt);
      const tree = buildMerkleTree(suite, data, logRows, rowWidth);
      const asked = [9, 2, 9, 15, 3];
      const sorted = [2, 3, 9, 15];
      const row = (i: number): number[] => Array.from(data.subarray(2 * i, 2 * i + 2));
      const siblings = prunedSiblings(levels, sorted).map(({ level, index }) => tree.levels[level]![index]!);
      const backend = over(feltsToBytes([...sorted.flatMap(row), ...siblings.flat()]));
      const opened = backend.readRows(
        { logRows, logCap, rowWidth, zeros: 0 },
        asked.map((i) => binary(i, logRows)),
      );
      backend.assertEnd();
      expect(opened).toEqual(
        asked.map((i) => ({
          row: row(i),
          path: Array.from({ length: levels }, (_, level) => tree.levels[level]![(i >> level) ^ 1]!),
        })),
      );
    },
  );
});
