/** Frozen-challenge attacks: the statement and the machine key. */
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { counterKey } from '../support/counter.ts';
import { attack, FROZEN, honest, verify, verifyHonest } from '../support/frozen.ts';

describe('the statement', () => {
  const { proof, words } = honest;
  it('words that only the transcript holds', () => {
    attack(() => {}, [...words.slice(0, 4), words[4]! + 1]);
  });
  it('words that the buses hold too', () => {
    for (const k of [0, 1, 2, 3]) {
      const statement = words.map((w, i) => (i === k ? (w + 1) % P : w));
      expect(reasonOf(() => verify(proof, statement))).not.toBe('accepted');
    }
  });
  it('another machine key', () => {
    const key = { ...counterKey, digest: counterKey.digest.map((x, i) => (i === 7 ? x ^ 1 : x)) };
    expect(reasonOf(() => verifyHonest({ key, ...FROZEN }))).toBe('accepted');
    expect(reasonOf(() => verifyHonest({ key }))).not.toBe('accepted');
  });
});
