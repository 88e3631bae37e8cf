/** The base fields of the pairing curves and their extensions, against big integers and @noble/curves. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import { BLS12_381, BN254, fieldWords } from './curves.ts';
import { compute, numbersBelow } from './operations.test-support.ts';

describe.each([
  ['BN254', BN254.modulus, bn254.fields],
  ['BLS12381', BLS12_381.modulus, bls12_381.fields],
] as const)('%s', (name, m, { Fp, Fp2 }) => {
  const size = fieldWords(m);
  const most = 2n ** BigInt(32 * size) - 1n;
  const next = numbersBelow(most, 3);
  // What is not reduced is taken modulo the modulus.
  const edges = [0n, 1n, 2n, m - 1n, m, m + 1n, 2n * m, most, next(), next()];
  const call = (of: string, a: readonly bigint[], b: readonly bigint[]): bigint[] | string =>
    compute(`${name}_${of}`, size, a, b);

  it('adds, subtracts and multiplies', () => {
    for (const a of edges) {
      for (const b of edges) {
        const [x, y] = [Fp.create(a), Fp.create(b)];
        expect(call('FP_ADD', [a], [b])).toEqual([Fp.add(x, y)]);
        expect(call('FP_SUB', [a], [b])).toEqual([Fp.sub(x, y)]);
        expect(call('FP_MUL', [a], [b])).toEqual([Fp.mul(x, y)]);
      }
    }
  });
  it('does so in the extension', () => {
    const pairs = edges.map((value, i) => [value, edges[(3 * i + 1) % edges.length]!] as const);
    const element = ([c0, c1]: readonly [bigint, bigint]): { c0: bigint; c1: bigint } =>
      Fp2.create({ c0: Fp.create(c0), c1: Fp.create(c1) });
    for (const a of pairs) {
      for (const b of pairs) {
        const [x, y] = [element(a), element(b)];
        for (const [of, { c0, c1 }] of [
          ['FP2_ADD', Fp2.add(x, y)],
          ['FP2_SUB', Fp2.sub(x, y)],
          ['FP2_MUL', Fp2.mul(x, y)],
        ] as const)
          expect(call(of, a, b)).toEqual([c0, c1]);
      }
    }
  });
});
