/** Frozen-challenge attacks: every word that the transcript observes. */
import type { Ext } from '@weft/primitives/field/ext';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import { NativeBackend } from '@weft/prover/transcript/native';
import { Transcript } from '@weft/prover/transcript/transcript';
import { describe, expect, it } from 'vitest';
import { INSTANCES, type Instance } from '../support/instances.ts';

/** Labels of all observations of a verifier run. */
function recordLabels({ verify, proof, words }: Instance): string[] {
  const log: { kind: string; label: string; count: number }[] = [];
  verify(proof, words, {
    transcript: (b) => {
      const t = new Transcript<number, Ext>(b);
      t.log = log as never;
      return t;
    },
  });
  // The last messages of an opening precede no further challenge: what they say is checked directly.
  return log.filter((e) => e.kind === 'observe' && e.count > 0).map((e) => e.label);
}

describe('every observed word', () => {
  it('changes every challenge that follows it', () => {
    const base = new Transcript<number, Ext>(
      new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 })),
    );
    base.observe('x', [1, 2, 3]);
    const reference = base.challenges('c', 3);
    for (const [k, variant] of [
      [2, 2, 3],
      [1, 3, 3],
      [1, 2, 4],
      [1, 2],
      [1, 2, 3, 0],
      [0, 1, 2, 3],
    ].entries()) {
      const other = new Transcript<number, Ext>(
        new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 })),
      );
      other.observe('x', variant);
      for (const [j, c] of other.challenges('c', 3).entries()) expect(c, `variant ${k}`).not.toEqual(reference[j]);
    }
  });
  it.each(INSTANCES)('is missed when the verifier alone leaves it out: $name', (instance) => {
    const labels = [...new Set(recordLabels(instance))];
    expect(labels).toEqual(
      expect.arrayContaining([
        'role',
        'key',
        'preprocessed',
        'statement',
        'height',
        'offsets',
        'cap',
        'preprocessed/cap',
        'evaluations',
        'preprocessed_evaluations',
      ]),
    );
    for (const label of labels) {
      class Deaf extends Transcript<number, Ext> {
        override observe(name: string, values: readonly number[]): void {
          if (name !== label) super.observe(name, values);
        }
      }
      const verdict = reasonOf(() =>
        instance.verify(instance.proof, instance.words, { transcript: (b) => new Deaf(b) }),
      );
      expect(verdict, label).not.toBe('accepted');
    }
  });
});
