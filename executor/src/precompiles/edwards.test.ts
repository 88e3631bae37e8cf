/** Points of edwards25519: RFC 8032, @noble/curves, and the inputs that have no result. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { ED25519 } from './curves.ts';
import { fromLittleEndian, inverse, mod, squareRoot } from './integers.ts';
import { compute, numbersBelow } from './operations.test-support.ts';

const { modulus: m, d } = ED25519;
const { Point } = ed25519;
const most = 2n ** 256n - 1n;
const multiple = (k: bigint): bigint[] => {
  const { x, y } = k === 0n ? Point.ZERO.toAffine() : Point.BASE.multiply(k).toAffine();
  return [x, y];
};
const add = (p: readonly bigint[], q: readonly bigint[]): bigint[] | string => compute('ED_ADD', 8, p, q);

describe('ED_ADD', () => {
  const next = numbersBelow(Point.Fn.ORDER, 1);
  it('adds all points: others, equal, opposite, neutral ones', () => {
    const [k, l] = [next(), next()];
    expect(add(multiple(k), multiple(l))).toEqual(multiple((k + l) % Point.Fn.ORDER));
    expect(add(multiple(k), multiple(k))).toEqual(multiple((2n * k) % Point.Fn.ORDER));
    expect(add(multiple(k), multiple(Point.Fn.ORDER - k))).toEqual([0n, 1n]);
    expect(add(multiple(k), [0n, 1n])).toEqual(multiple(k));
    expect(add([0n, 1n], [0n, 1n])).toEqual([0n, 1n]);
  });
  it('adds points of order 2 and 4', () => {
    const root = squareRoot(m - 1n, m, 2n)!;
    expect(add([0n, m - 1n], [0n, m - 1n])).toEqual([0n, 1n]);
    expect(add([root, 0n], [root, 0n])).toEqual([0n, m - 1n]);
    const [x, y] = multiple(5n) as [bigint, bigint];
    expect(add([x, y], [0n, m - 1n])).toEqual([m - x, m - y]);
  });
  it('takes numbers modulo the modulus', () => {
    const [p, q] = [multiple(next()), multiple(next())];
    expect(
      add(
        p.map((v) => v + m),
        q.map((v) => v + m),
      ),
    ).toEqual(add(p, q));
    expect(add([most, 1n], [most, 2n])).toEqual(add([most % m, 1n], [most % m, 2n]));
  });
  it.each([1n, m - 1n])('has no sum where d x1 x2 y1 y2 is %i', (h) => {
    // x1 = 1 / d and y1 = h make d x1 x2 y1 y2 = h, off the curve.
    const inverseOfD = inverse(d, m)!;
    expect(add([inverseOfD, h], [1n, 1n])).toBe('OPERAND');
    expect(add([inverseOfD, h], [1n, 2n])).toBeInstanceOf(Array);
  });
});

describe('ED_DECOMPRESS', () => {
  const decompress = (y: bigint, sign: number): bigint[] | string => compute('ED_DECOMPRESS', 8, [7n, y], sign);
  it.each([
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    '278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e',
  ])('of the public key of RFC 8032, %s', (hex) => {
    const { x, y } = Point.fromHex(hex).toAffine();
    const value = fromLittleEndian(hexToBytes(hex));
    expect(value % 2n ** 255n).toBe(y);
    expect(decompress(y, Number(value >> 255n))).toEqual([x, y]);
  });
  it('has the parity asked for', () => {
    for (let k = 1n; k < 20n; k++) {
      const [x, y] = multiple(k) as [bigint, bigint];
      expect(decompress(y, Number(x % 2n))).toEqual([x, y]);
      expect(decompress(y, Number(1n - (x % 2n)))).toEqual([m - x, y]);
    }
  });
  it('has x = 0 for both parities', () => {
    for (const y of [1n, m - 1n]) for (const sign of [0, 1]) expect(decompress(y, sign)).toEqual([0n, y]);
  });
  it('refuses a y without points', () => {
    let refused = 0;
    for (let y = 0n; y < 30n; y++) {
      const square = mod((y * y - 1n) * (d * y * y + 1n), m);
      const isSquare = squareRoot(square, m, 2n) !== undefined;
      if (!isSquare) refused++;
      expect(typeof decompress(y, 0) === 'string', `${y}`).toBe(!isSquare);
    }
    expect(refused).toBeGreaterThan(5);
    expect(decompress(2n, 0)).toBe('OPERAND');
  });
  it('refuses a y that is not reduced, the highest bit included', () => {
    const [, y] = multiple(1n) as [bigint, bigint];
    for (const value of [m, m + 1n, 2n ** 255n, y + 2n ** 255n, most]) expect(decompress(value, 0)).toBe('OPERAND');
  });
});
