/** Points of short Weierstrass curves: vectors, @noble/curves, and the inputs that have no result. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from 'vitest';
import { BLS12_381, BN254, fieldWords, SECP256K1, SECP256R1 } from './curves.ts';
import { inverse, mod } from './integers.ts';
import { compute, numbersBelow } from './operations.test-support.ts';

/** Affine points with a scalar each. */
interface Group {
  readonly order: bigint;
  readonly multiple: (scalar: bigint) => [bigint, bigint];
}

const pair = ({ x, y }: { x: bigint; y: bigint }): [bigint, bigint] => [x, y];
const GROUPS: readonly (readonly [typeof SECP256R1 | typeof BN254, Group])[] = [
  [SECP256K1, { order: secp256k1.Point.Fn.ORDER, multiple: (k) => pair(secp256k1.Point.BASE.multiply(k).toAffine()) }],
  [SECP256R1, { order: p256.Point.Fn.ORDER, multiple: (k) => pair(p256.Point.BASE.multiply(k).toAffine()) }],
  [BN254, { order: bn254.G1.Point.Fn.ORDER, multiple: (k) => pair(bn254.G1.Point.BASE.multiply(k).toAffine()) }],
  [
    BLS12_381,
    { order: bls12_381.G1.Point.Fn.ORDER, multiple: (k) => pair(bls12_381.G1.Point.BASE.multiply(k).toAffine()) },
  ],
];

describe.each(GROUPS.map(([curve, group]) => [curve.name, curve, group] as const))('%s', (name, curve, group) => {
  const m = curve.modulus;
  const size = fieldWords(m);
  const most = 2n ** BigInt(32 * size) - 1n;
  const add = (p: readonly bigint[], q: readonly bigint[]): bigint[] | string => compute(`${name}_ADD`, size, p, q);
  const double = (p: readonly bigint[]): bigint[] | string => compute(`${name}_DOUBLE`, size, p);
  const next = numbersBelow(group.order - 1n, size);
  const [k, l] = [next() + 1n, next() + 1n];
  const [p, q] = [group.multiple(k), group.multiple(l)];

  it('has the curve that @noble/curves has', () => {
    const [x, y] = group.multiple(1n);
    expect(mod(y * y - x ** 3n - curve.a * x - curve.b, m)).toBe(0n);
  });
  it('adds and doubles', () => {
    expect(add(p, q)).toEqual(group.multiple((k + l) % group.order));
    expect(double(p)).toEqual(group.multiple((2n * k) % group.order));
    expect(add(group.multiple(1n), group.multiple(2n))).toEqual(group.multiple(3n));
    expect(double(group.multiple(group.order - 1n))).toEqual(group.multiple(group.order - 2n));
  });
  it('is associative along a chain of both', () => {
    let sum: readonly bigint[] = p;
    for (let i = 0; i < 5; i++) sum = add(double(sum) as bigint[], q) as bigint[];
    expect(sum).toEqual(group.multiple((32n * k + 31n * l) % group.order));
  });
  it('has no sum of a point and itself, or its opposite, or one that shares x off the curve', () => {
    const [x, y] = p;
    expect(add(p, p)).toBe('OPERAND');
    expect(add(p, [x, m - y])).toBe('OPERAND');
    expect(add(p, [x, y ^ 1n])).toBe('OPERAND');
    // The same number in another way.
    expect(add([x, y], [x, y + m <= most ? y + m : 0n])).toBe('OPERAND');
  });
  it('takes points off the curve, and y beyond the modulus', () => {
    // (0, 0), which is no point, has no role here: the chord through it has a third point.
    const chord = (a: readonly [bigint, bigint], b: readonly [bigint, bigint]): bigint[] => {
      const slope = mod((b[1] - a[1]) * inverse(b[0] - a[0], m)!, m);
      const x = mod(slope * slope - a[0] - b[0], m);
      return [x, mod(slope * (a[0] - x) - a[1], m)];
    };
    expect(add([0n, 0n], q)).toEqual(chord([0n, 0n], q));
    expect(add([1n, m], [2n, most])).toEqual(chord([1n, 0n], [2n, most % m]));
    expect(add([m - 1n, m - 1n], [0n, most])).toEqual(chord([m - 1n, m - 1n], [0n, most % m]));
  });
  it('takes no x of an addition that is not reduced', () => {
    for (const x of [m, m + 1n, most]) {
      expect(add([x, p[1]], q)).toBe('OPERAND');
      expect(add(p, [x, q[1]])).toBe('OPERAND');
    }
    expect(add([m - 1n, 1n], q)).toBeInstanceOf(Array);
    expect(add(p, [m - 1n, 1n])).toBeInstanceOf(Array);
  });
  it('has no double of a y that is 0 or not reduced; x is taken modulo the modulus', () => {
    for (const y of [0n, m, m + 1n, most]) expect(double([p[0], y]), `${y}`).toBe('OPERAND');
    expect(double([0n, 0n])).toBe('OPERAND');
    expect(double([most, 1n])).toEqual(double([most % m, 1n]));
    expect(double([0n, m - 1n])).toBeInstanceOf(Array);
  });
});

describe('vectors', () => {
  it('of SEC 2: 2 G of secp256k1', () => {
    expect(compute('SECP256K1_DOUBLE', 8, [...SECP256K1.generator])).toEqual([
      0xc6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5n,
      0x1ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52an,
    ]);
  });
  it('of EIP-196: (1, 2) twice', () => {
    expect(compute('BN254_DOUBLE', 8, [1n, 2n])).toEqual([
      0x030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3n,
      0x15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4n,
    ]);
  });
  it('of EIP-2537: the generator of G1 twice', () => {
    const { x, y } = bls12_381.G1.Point.BASE.toAffine();
    expect(compute('BLS12381_DOUBLE', 12, [x, y])).toEqual([
      0x0572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4en,
      0x166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28n,
    ]);
  });
});

describe.each([
  ['SECP256K1', SECP256K1, secp256k1.Point],
  ['SECP256R1', SECP256R1, p256.Point],
] as const)('%s_DECOMPRESS', (name, { modulus: m }, Point) => {
  const decompress = (x: bigint, isOdd: number, y = 0n): bigint[] | string =>
    compute(`${name}_DECOMPRESS`, 8, [y, x], isOdd);
  const next = numbersBelow(m, 9);
  it('finds the y of compressed points, whatever stood in its place', () => {
    for (let i = 1n; i < 20n; i++) {
      const { x, y } = Point.BASE.multiply(i).toAffine();
      expect(decompress(x, Number(y % 2n), next())).toEqual([y, x]);
      expect(decompress(x, Number(1n - (y % 2n)))).toEqual([m - y, x]);
    }
  });
  it('refuses every x that @noble/curves refuses', () => {
    let refused = 0;
    for (let i = 0; i < 24; i++) {
      const x = i < 8 ? BigInt(i) : next();
      const hex = `02${x.toString(16).padStart(64, '0')}`;
      const noble = ((): bigint | string => {
        try {
          return Point.fromHex(hex).toAffine().y;
        } catch {
          return 'OPERAND';
        }
      })();
      if (noble === 'OPERAND') refused++;
      expect(decompress(x, 0)).toEqual(typeof noble === 'bigint' ? [noble, x] : noble);
    }
    expect(refused).toBeGreaterThan(2);
  });
  it('refuses an x that is not reduced', () => {
    const { x } = Point.BASE.toAffine();
    for (const value of [m, m + 1n, 2n ** 256n - 1n]) expect(decompress(value, 0)).toBe('OPERAND');
    expect(decompress(x, 0)).toBeInstanceOf(Array);
  });
});

describe('BLS12381_DECOMPRESS', () => {
  const { Point } = bls12_381.G1;
  const m = BLS12_381.modulus;
  const decompress = (x: bigint, isGreater: number): bigint[] | string =>
    compute('BLS12381_DECOMPRESS', 12, [1n, x], isGreater);
  it('finds the greater or smaller y, as the flag of compressed points has it', () => {
    for (let i = 1n; i < 20n; i++) {
      const point = Point.BASE.multiply(i);
      const { x, y } = point.toAffine();
      const flag = (point.toBytes()[0]! >> 5) & 1;
      expect(decompress(x, flag)).toEqual([y, x]);
      expect(decompress(x, 1 - flag)).toEqual([m - y, x]);
    }
  });
  it('takes points of the curve that are not in the subgroup', () => {
    const found = Array.from({ length: 20 }, (_, x) => decompress(BigInt(x), 0)).filter((y) => typeof y !== 'string');
    expect(found.length).toBeGreaterThan(4);
    for (const [y, x] of found) {
      expect((y! * y! - x! ** 3n - 4n) % m).toBe(0n);
      expect(2n * y!).toBeLessThan(m);
    }
    const torsion = found.filter(([y, x]) => !Point.fromAffine({ x: x!, y: y! }).isTorsionFree());
    expect(torsion.length).toBeGreaterThan(0);
  });
  it('refuses an x without points, and one that is not reduced', () => {
    expect(decompress(1n, 0)).toBe('OPERAND');
    expect(decompress(m, 0)).toBe('OPERAND');
    expect(decompress(m + 4n, 0)).toBe('OPERAND');
    // Flags of the compressed form stand in no word.
    const { x } = Point.BASE.toAffine();
    expect(decompress(x + 2n ** 383n, 0)).toBe('OPERAND');
  });
});
