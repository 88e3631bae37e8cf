import { describe, expect, it } from 'vitest';
import * as base from './base.ts';
import * as ext from './ext.ts';
import { bindVariable, eqTable, evaluateExt } from './multilinear.ts';
import { forwardNtt, reverseBits, transposedNtt } from './ntt.ts';

const P = BigInt(base.P);
let seed = 1n;
const random = (): number => {
  seed = (seed * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
  return Number((seed >> 33n) % P);
};
const randomExt = (): ext.Ext => [random(), random(), random(), random(), random()];
const edges = [0, 1, 2, base.P - 1, base.P - 2, 0xffff, 0x10000, 1 << 24, (1 << 30) + 7];

describe('base field', () => {
  it('agrees with big integers on edges and random values', () => {
    const values = [...edges, ...Array.from({ length: 300 }, random)];
    for (const a of values) {
      for (const b of values) {
        expect(base.mul(a, b)).toBe(Number((BigInt(a) * BigInt(b)) % P));
        expect(base.add(a, b)).toBe(Number((BigInt(a) + BigInt(b)) % P));
        expect(base.sub(a, b)).toBe(Number((BigInt(a) - BigInt(b) + P) % P));
      }
    }
  });
  it('never leaves the canonical range where the quotient is next to an integer', () => {
    for (let k = 1; k < 20000; k++) {
      const b = base.inverse(k);
      expect(base.mul(k, b)).toBe(1);
      expect(base.mul(k, base.P - b)).toBe(base.P - 1);
    }
  });
  it('has the published roots of unity', () => {
    expect(base.pow(3, 127)).toBe(base.TWO_ADIC_ROOT);
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(base.rootOfUnity)).toEqual([
      0x7f000000, 0x7e010002, 0x6832fe4a, 0x08dbd69c, 0x0a28f031, 0x5c4a5b99, 0x29b75a80, 0x17668b8a,
    ]);
  });
  it('refuses to invert zero', () => {
    expect(() => base.inverse(0)).toThrow(RangeError);
  });
});

/** Schoolbook product and reduction, written from the modulus alone. */
function slowMul(a: ext.Ext, b: ext.Ext): bigint[] {
  const c = new Array<bigint>(9).fill(0n);
  for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) c[i + j]! += BigInt(a[i]!) * BigInt(b[j]!);
  for (let i = 8; i >= 5; i--) {
    c[i - 5]! += c[i]!;
    c[i - 3]! -= c[i]!;
  }
  return c.slice(0, 5).map((x) => ((x % P) + P) % P);
}

describe('extension', () => {
  it('multiplies as polynomials modulo x^5 + x^2 - 1', () => {
    const extreme: ext.Ext = [base.P - 1, base.P - 1, base.P - 1, base.P - 1, base.P - 1];
    const values = [ext.ZERO, ext.ONE, extreme, ...Array.from({ length: 60 }, randomExt)];
    for (const a of values) for (const b of values) expect(ext.mul(a, b).map(BigInt)).toEqual(slowMul(a, b));
  });
  it('inverts and has a Frobenius of order five', () => {
    for (let i = 0; i < 50; i++) {
      const a = randomExt();
      expect(ext.mul(a, ext.inverse(a))).toEqual(ext.ONE);
      expect(ext.frobenius(a)).toEqual(ext.pow(a, P));
      let f = a;
      for (let k = 0; k < 5; k++) f = ext.frobenius(f);
      expect(f).toEqual(a);
    }
  });
  it('binds variables in any order as multilinear interpolation', () => {
    const v = Array.from({ length: 8 }, randomExt);
    const point = [randomExt(), randomExt(), randomExt()] as const;
    const [x, y, z] = point;
    for (const bound of [
      bindVariable(bindVariable(bindVariable(v, 2, z), 1, y), 0, x),
      bindVariable(bindVariable(bindVariable(v, 0, x), 0, y), 0, z),
      bindVariable(bindVariable(bindVariable(v, 1, y), 1, z), 0, x),
    ])
      expect(bound).toEqual([evaluateExt(v, point)]);
    expect(eqTable(point).reduce(ext.add)).toEqual(ext.ONE);
  });
});

describe('transforms', () => {
  it('evaluates at the powers of the root in bit-reversed order, and transposes', () => {
    const [log, width] = [4, 3];
    const n = 1 << log;
    const data = Uint32Array.from({ length: n * width }, random);
    const omega = base.rootOfUnity(log);
    const values = data.slice();
    forwardNtt(values, log, width);
    const transposed = data.slice();
    transposedNtt(transposed, log, width);
    for (let pos = 0; pos < n; pos++) {
      for (let j = 0; j < width; j++) {
        let value = 0;
        let dual = 0;
        for (let i = 0; i < n; i++) {
          value = base.add(value, base.mul(data[i * width + j]!, base.pow(omega, reverseBits(pos, log) * i)));
          dual = base.add(dual, base.mul(data[i * width + j]!, base.pow(omega, reverseBits(i, log) * pos)));
        }
        expect(values[pos * width + j]).toBe(value);
        expect(transposed[pos * width + j]).toBe(dual);
      }
    }
  });
});
