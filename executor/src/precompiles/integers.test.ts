/** Roots, inverses, powers, and numbers as words and bytes. */
import { describe, expect, it } from 'vitest';
import * as integers from './integers.ts';
import { numbersBelow } from './operations.test-support.ts';

const { inverse, mod, power, squareRoot } = integers;

describe.each([
  ['3', 3n, 2n],
  ['7', 7n, 3n],
  ['13, 5 modulo 8', 13n, 2n],
  ['17, 1 modulo 16', 17n, 3n],
  ['97', 97n, 5n],
  ['257, 1 modulo 256', 257n, 3n],
])('modulo %s', (_, m, nonResidue) => {
  const all = Array.from({ length: Number(m) }, (_, i) => BigInt(i));
  it('every number has the root that one of all numbers is, or none', () => {
    for (const a of all) {
      const roots = all.filter((x) => (x * x) % m === a);
      const root = squareRoot(a, m, nonResidue);
      if (roots.length === 0) expect(root).toBeUndefined();
      else expect(roots).toContain(root);
    }
  });
  it('every number but 0 has its inverse', () => {
    for (const a of all) expect(inverse(a - m, m)).toBe(all.find((x) => (a * x) % m === 1n));
  });
  it('powers are products', () => {
    for (const a of all) expect(power(a - m, 5n, m)).toBe(mod(a ** 5n, m));
  });
});

it('a root that a number without roots does not lead to is none', () => {
  // 4 has roots modulo 17: it cannot stand for a number without.
  const found = Array.from({ length: 17 }, (_, a) => squareRoot(BigInt(a), 17n, 4n));
  for (const [a, root] of found.entries()) if (root !== undefined) expect((root * root) % 17n).toBe(BigInt(a));
  expect(found).toContain(undefined);
});

it('a root modulo what is no prime is sought for so long and no longer', () => {
  for (const m of [9n, 15n, 21n, 33n, 65n, 85n, 561n]) {
    for (let a = 0n; a < m; a++) {
      const root = squareRoot(a, m, 2n) ?? 0n;
      expect(root).toBeLessThan(m);
      if (m % 4n === 3n && root !== 0n) expect((root * root) % m).toBe(a);
    }
  }
});

it('power of 0 and modulo 1', () => {
  expect([power(5n, 0n, 7n), power(5n, 0n, 1n), power(0n, 5n, 7n)]).toEqual([1n, 0n, 0n]);
});

it('numbers go through words and bytes of either order, and lose what does not fit', () => {
  const next = numbersBelow(2n ** 96n, 3);
  for (const value of [0n, 1n, 2n ** 32n, 2n ** 96n - 1n, next(), next()]) {
    expect(integers.numberOf(integers.wordsOf(value, 3))).toBe(value);
    expect(integers.fromBigEndian(integers.toBigEndian(value, 12))).toBe(value);
    expect(integers.fromLittleEndian(integers.toLittleEndian(value, 12))).toBe(value);
    expect(integers.numberOf(integers.wordsOf(value, 2))).toBe(value % 2n ** 64n);
    expect(integers.fromBigEndian(integers.toBigEndian(value, 5))).toBe(value % 2n ** 40n);
  }
  expect([...integers.wordsOf(2n ** 32n + 5n, 2)]).toEqual([5, 1]);
  expect([...integers.toBigEndian(258n, 3)]).toEqual([0, 1, 2]);
});
