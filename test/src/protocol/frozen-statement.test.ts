/** Frozen-challenge attacks: the statement and the machine key. */
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { freeze } from '../support/frozen.ts';
import { INSTANCES } from '../support/instances.ts';

describe('the statement', () => {
  // Its last word is in no tuple.
  const { instance, attack, hooks } = freeze(INSTANCES[0]);
  const { proof, words, verify, key: honestKey } = instance;
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
    const key = { ...honestKey, digest: honestKey.digest.map((x, i) => (i === 7 ? x ^ 1 : x)) };
    expect(reasonOf(() => verify(proof, words, { key, ...hooks() }))).toBe('accepted');
    expect(reasonOf(() => verify(proof, words, { key }))).not.toBe('accepted');
  });
});
