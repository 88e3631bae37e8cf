/** What every assertion of the verifier rests on: equality and zero in each coefficient, sums over each element. */
import { describe, expect, it } from 'vitest';
import { seeded } from '../testing.ts';
import * as base from './base.ts';
import * as ext from './ext.ts';

const { felt, ext: random } = seeded(21);
const units = Array.from(
  { length: ext.DEGREE },
  (_, k) => [0, 0, 0, 0, 0].map((_, i) => +(i === k)) as never as ext.Ext,
);

describe('equality', () => {
  it('looks at every coefficient', () => {
    for (let round = 0; round < 10; round++) {
      const a = random();
      expect(ext.equals(a, [...a])).toBe(true);
      for (const [k, unit] of units.entries()) {
        expect(ext.equals(a, ext.add(a, unit)), `coefficient ${k}`).toBe(false);
        expect(ext.equals(ext.add(a, unit), a), `coefficient ${k}`).toBe(false);
      }
    }
  });
  it('to zero looks at every coefficient, and zero has no inverse', () => {
    expect(ext.isZero([0, 0, 0, 0, 0])).toBe(true);
    for (const unit of units) expect(ext.isZero(unit)).toBe(false);
    expect(() => ext.inverse(ext.ZERO)).toThrow(/zero of the extension/);
  });
});

it('an inner product counts every term in every coefficient', () => {
  const [weights, values] = [Array.from({ length: 4 }, random), Array.from({ length: 4 }, felt)];
  const sum = weights.reduce((total, w, i) => ext.add(total, ext.mulBase(w, values[i]!)), ext.ZERO);
  expect(ext.dotBase(weights, values)).toEqual(sum);
  expect(ext.dotBase([], [])).toEqual(ext.ZERO);
});
it('powers start at one and are as many as asked for', () => {
  const a = random();
  expect(ext.powers(a, 4)).toEqual([ext.ONE, a, ext.mul(a, a), ext.mul(a, ext.mul(a, a))]);
  expect(ext.powers(a, 0)).toEqual([]);
  expect([0n, 1n, 5n, 6n].map((e) => ext.pow(a, e))).toEqual(
    [0, 1, 5, 6].map((n) => Array.from({ length: n }, () => a).reduce((x, y) => ext.mul(x, y), ext.ONE)),
  );
});
it('what belongs to the base field', () => {
  expect(ext.fromBase(7)).toEqual([7, 0, 0, 0, 0]);
  const a = random();
  expect(ext.add(a, ext.neg(a))).toEqual(ext.ZERO);
});
describe('the base field', () => {
  it('negates zero to zero and anything else to its complement', () => {
    for (const [a, minus] of [
      [0, 0],
      [1, base.P - 1],
      [base.P - 1, 1],
    ])
      expect(base.neg(a!)).toBe(minus);
  });
  it('brings every safe integer into range', () => {
    for (const x of [
      0,
      1,
      base.P - 1,
      base.P,
      base.P + 1,
      2 ** 53 - 1,
      -1,
      1 - base.P,
      -base.P,
      -base.P - 1,
      -(2 ** 53 - 1),
    ])
      expect(base.toFelt(x)).toBe(Number(((BigInt(x) % BigInt(base.P)) + BigInt(base.P)) % BigInt(base.P)));
  });
  it('powers of 0, 1, 2 and more', () => {
    for (const e of [0, 1, 2, 3, 6, 7]) expect(base.pow(3, e)).toBe(3 ** e);
    expect(() => base.inverse(0)).toThrow(RangeError);
  });
  it('roots of unity of every order, the trivial ones too', () => {
    expect(base.rootOfUnity(0)).toBe(1);
    expect(base.rootOfUnity(base.TWO_ADICITY)).toBe(base.TWO_ADIC_ROOT);
    for (let log = 1; log <= base.TWO_ADICITY; log++)
      expect(base.pow(base.rootOfUnity(log), 2 ** (log - 1)), `order 2^${log}`).toBe(base.P - 1);
  });
});
