/** The rule for public values: every word of the digest, every bit of the mask. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { publicValuesFault } from './public-values.ts';

const values = Uint8Array.of(1, 2, 3);
const hash = createHash('sha256').update(values).digest();
const digest = Array.from({ length: 8 }, (_, i) => hash.readUInt32LE(4 * i));

it('accepts the whole digest of the values, and nothing at all', () => {
  expect(publicValuesFault(0xff, digest, values)).toBeUndefined();
  expect(publicValuesFault(0, new Array<number>(8).fill(0), new Uint8Array())).toBeUndefined();
});
it('compares every word of the digest', () => {
  for (let k = 0; k < 8; k++)
    expect(publicValuesFault(0xff, digest.with(k, digest[k]! ^ 1), values), `word ${k}`).toMatch(/not that of/);
});
it('wants all words committed', () => {
  for (let k = 0; k < 8; k++) expect(publicValuesFault(0xff ^ (1 << k), digest, values)).toMatch(/only some words/);
  for (const mask of [1, 0xfe, 0x100, 0x1ff])
    expect(publicValuesFault(mask, digest, values)).toMatch(/only some words/);
});
it('wants no values that were not committed, not even one byte', () => {
  for (const length of [1, 3]) expect(publicValuesFault(0, digest, new Uint8Array(length))).toMatch(/not committed/);
});
