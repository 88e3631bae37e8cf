/** Vectors of extension elements: every kernel against its oracle, on random and extreme inputs. */
import { describe, expect, it } from 'vitest';
import { P } from '../field/base.ts';
import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from '../field/ext.ts';
import { lerp } from '../field/multilinear.ts';
import {
  dot,
  kernels,
  LARGEST,
  place,
  placeExt,
  random,
  randomExt,
  randoms,
  read,
  readExt,
} from './kernels.test-support.ts';
import { VectorKernels } from './vectors.ts';

const { memory, vectors } = kernels;

describe('vectors', () => {
  it.each([4, 8, 64, 4096, 8192])('folds, scales and sums %i elements', (n) => {
    const [f, w, r] = [randoms(n), randoms(n), randomExt()];
    f[0] = w[0] = LARGEST;
    const [a, b] = [placeExt(f), placeExt(w)];
    expect(vectors.dot(a, b, n)).toEqual(dot(f, w));
    vectors.addScaled(a, b, n, r);
    const sums = w.map((x, i) => add(x, mul(r, f[i]!)));
    expect(readExt(b, n)).toEqual(sums);
    if (n >= 8) {
      const even = (v: readonly Ext[]): Ext[] => v.filter((_, i) => i % 2 === 0);
      const slope = (v: readonly Ext[]): Ext[] => even(v).map((x, i) => sub(v[2 * i + 1]!, x));
      expect(vectors.pairMessage(a, b, n)).toEqual([dot(even(f), even(sums)), dot(slope(f), slope(sums))]);
      const folds = [f, sums].map((v) => even(v).map((x, i) => lerp(x, v[2 * i + 1]!, r))) as [Ext[], Ext[]];
      if (n >= 16) {
        const [toA, toB] = [a, b].map(() => memory.allocate(VectorKernels.bytes(n / 2))) as [number, number];
        const next = vectors.pairFold(a, b, n, r, toA, toB);
        expect([readExt(toA, n / 2), readExt(toB, n / 2)]).toEqual(folds);
        expect(next).toEqual(vectors.pairMessage(toA, toB, n / 2));
      }
    }
    const rows = memory.allocate(20 * n);
    vectors.toRows(b, rows, n);
    expect(read(rows, 5 * n)).toEqual(sums.flat());
    const powers = memory.allocate(VectorKernels.bytes(n));
    vectors.powers(powers, n, r, mul);
    let power = ONE;
    for (const x of readExt(powers, n)) {
      expect(x).toEqual(power);
      power = mul(power, r);
    }
  });
  it.each([
    [4, 8],
    [8, 64],
    [4, 512],
    [8192, 32768],
  ])('binds what tells blocks of %i elements apart, %i in all', (block, n) => {
    const [f, w, r] = [randoms(n), randoms(n), randomExt()];
    f[0] = w[0] = LARGEST;
    const [a, b] = [placeExt(f), placeExt(w)];
    const isEven = (i: number): boolean => Math.floor(i / block) % 2 === 0;
    const even = (v: readonly Ext[]): Ext[] => v.filter((_x, i) => isEven(i));
    const odd = (v: readonly Ext[]): Ext[] => v.filter((_x, i) => !isEven(i));
    const slope = (v: readonly Ext[]): Ext[] => {
      const high = odd(v);
      return even(v).map((x, i) => sub(high[i]!, x));
    };
    const [df, dw] = [slope(f), slope(w)];
    expect(vectors.blockMessage(a, b, n, block)).toEqual([dot(even(f), even(w)), dot(df, dw)]);
    const next = vectors.blockFold(a, b, n, block, r);
    expect(readExt(a, n / 2)).toEqual(even(f).map((x, i) => add(x, mul(r, df[i]!))));
    expect(readExt(b, n / 2)).toEqual(even(w).map((x, i) => add(x, mul(r, dw[i]!))));
    expect(next).toEqual(n / 2 > block ? vectors.blockMessage(a, b, n / 2, block) : [ZERO, ZERO]);
  });
  it.each([
    [8, 4],
    [128, 4],
    [128, 128],
    [1024, 26],
  ])('contracts rows of %i words, %i of them, from both sides', (width, count) => {
    const values = Array.from({ length: width * count }, (_, i) => (i < width ? P - 1 : random()));
    const at = place(values);
    const [high, low] = [randoms(count), randoms(width)];
    high[0] = low[0] = LARGEST;
    const [h, l] = [placeExt(high), placeExt(low)];
    const [columns, rows] = [memory.allocate(VectorKernels.bytes(width)), memory.allocate(VectorKernels.bytes(count))];
    expect(() => vectors.contractHigh(at, width, 130, h, columns)).toThrow(RangeError);
    vectors.contractHigh(at, width, count, h, columns);
    vectors.contractLow(at, width, count, l, rows);
    const cell = (i: number, j: number): number => values[i * width + j]!;
    const sumOver = (n: number, f: (i: number) => Ext): Ext => Array.from({ length: n }, (_, i) => f(i)).reduce(add);
    expect(readExt(columns, width)).toEqual(low.map((_, j) => sumOver(count, (i) => mulBase(high[i]!, cell(i, j)))));
    expect(readExt(rows, count)).toEqual(high.map((_, i) => sumOver(width, (j) => mulBase(low[j]!, cell(i, j)))));
  });
  it('adds rows of eight words', () => {
    const [rows, v] = [Array.from({ length: 8 * 12 }, random), randoms(12)];
    const at = placeExt(v);
    vectors.addRows(place(rows), at, 12);
    expect(readExt(at, 12)).toEqual(v.map((x, i) => add(x, rows.slice(8 * i, 8 * i + 5) as unknown as Ext)));
  });
});
