/** Fingerprints: each element of a tuple and the bus have a monomial of their own. */
import { add, type Ext, fromBase, mul, ONE, ZERO } from '@weft/primitives/field/ext';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { MAX_TUPLE } from '../air/chip.ts';
import { NativeBackend } from '../transcript/native.ts';
import { BETA_COUNT, createFingerprint, fingerprintOf } from './fingerprint.ts';

const { ext } = seeded(91);
const b = new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 }));
const busAlpha = ext();
const betas = Array.from({ length: BETA_COUNT }, ext);
const fingerprint = createFingerprint(b, busAlpha, betas);

/** The product of the betas at the set bits of j. */
const monomial = (j: number): Ext => betas.reduce((m, beta, i) => ((j >> i) & 1 ? mul(m, beta) : m), ONE);

it('has one monomial for the bus and each element of the longest tuple', () => {
  expect(fingerprint.monomials).toEqual(Array.from({ length: MAX_TUPLE }, (_, j) => monomial(j)));
  expect(new Set(fingerprint.monomials.map(String)).size).toBe(MAX_TUPLE);
});
it.each([0, 1, 2, MAX_TUPLE - 1])('a tuple of %i elements: every one of them, and the bus, counts', (length) => {
  const tuple = Array.from({ length }, ext);
  const bus = { name: 'b', id: 9, kind: 'lookup', arity: length } as const;
  const terms = [busAlpha, fromBase(9), ...tuple.map((t, j) => mul(monomial(j + 1), t))];
  expect(fingerprintOf(b, fingerprint, bus, tuple)).toEqual(terms.reduce(add, ZERO));
});
