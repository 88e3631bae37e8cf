/** Every kind of message of a proof, changed: the verifier rejects it for the reason that this message exists for. */

import type { Ext } from '@weft/primitives/field/ext';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import { createMachineKey } from '@weft/prover/protocol/key';
import { NativeBackend } from '@weft/prover/transcript/native';
import { Transcript } from '@weft/prover/transcript/transcript';
import { machineKey, SHAPE_SIZES } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';
import { counterKey, counterMachine } from '../support/counter.ts';
import { INSTANCES } from '../support/instances.ts';
import { mapPieces, type Piece, readWords, writeWords } from '../support/pieces.ts';

describe.each(INSTANCES)('$name', ({ proof, words, verify }) => {
  const pieces = mapPieces((hooks) => verify(proof, words, hooks));
  const piecesOf = (label: string): Piece[] => pieces.filter((p) => p.label === label);
  const first = (label: string): Piece => piecesOf(label)[0]!;

  /** Why the verifier rejects the proof after `change`. */
  function verdict(change: (bytes: Uint8Array) => void): string {
    const bytes = proof.slice();
    change(bytes);
    return reasonOf(() => verify(bytes, words));
  }
  const bump =
    (p: Piece, word = 0) =>
    (bytes: Uint8Array) =>
      writeWords(bytes, p.at + word, [readWords(bytes, p)[word]! + 1]);
  const swap = (p: Piece, x: number, y: number) => (bytes: Uint8Array) => {
    const w = readWords(bytes, p);
    writeWords(bytes, p.at + 5 * x, w.slice(5 * y, 5 * y + 5));
    writeWords(bytes, p.at + 5 * y, w.slice(5 * x, 5 * x + 5));
  };

  it('the untouched proof passes', () => expect(verdict(() => {})).toBe('accepted'));

  describe('buses and GKR', () => {
    it('a numerator at the top: the fractions do not cancel', () => {
      expect(verdict(bump(first('gkr/top')))).toBe('bus_balance');
    });
    it('a zero denominator at the top, which would hide any numerator', () => {
      expect(verdict((b) => writeWords(b, first('gkr/top').at + 10, [0, 0, 0, 0, 0]))).toBe('gkr');
    });
    it('a sumcheck message, a child, swapped children', () => {
      expect(verdict(bump(first('gkr/sumcheck')))).toBe('gkr');
      expect(verdict(bump(first('gkr/children'), 7))).toBe('gkr');
      expect(verdict(swap(first('gkr/children'), 0, 1))).toBe('gkr');
      expect(
        verdict((b) => {
          swap(first('gkr/children'), 0, 1)(b);
          swap(first('gkr/children'), 2, 3)(b);
        }),
      ).toBe('gkr');
    });
    it('children of the last layer: the claim about the leaves', () => {
      // Both halves swapped keep p0 q1 + p1 q0 and q0 q1; only the challenge that follows them tells.
      const last = piecesOf('gkr/children').at(-1)!;
      expect(
        verdict((b) => {
          swap(last, 0, 1)(b);
          swap(last, 2, 3)(b);
        }),
      ).not.toBe('accepted');
    });
  });

  describe('zerocheck', () => {
    it('a sumcheck message', () => expect(verdict(bump(first('zerocheck/sumcheck')))).toBe('zerocheck'));
    it('the value of a column', () => {
      // Of wide tables, some: one verification each.
      for (const p of piecesOf('evaluations'))
        for (let c = 0; c < p.count; c += 5 * Math.ceil(p.count / 25)) expect(verdict(bump(p, c))).toBe('zerocheck');
    });
    it('two columns exchanged', () => expect(verdict(swap(first('evaluations'), 1, 2))).toBe('zerocheck'));
    it('the value of a preprocessed column', () =>
      expect(verdict(bump(first('preprocessed_evaluations')))).toBe('zerocheck'));
  });

  describe.each(['witness', 'preprocessed'])('opening of the %s', (tree) => {
    const start = pieces.findIndex((p) => p.label === `${tree}/query_work`);
    const after = (label: string): Piece => pieces.slice(start).find((p) => p.label === label)!;
    it('a sumcheck message', () =>
      expect(['opening', 'merkle', 'format', 'proof_of_work']).toContain(verdict(bump(first(`${tree}/sumcheck`)))));
    it('a nonce that does no work', () => expect(verdict(bump(first(`${tree}/query_work`)))).toBe('proof_of_work'));
    it('an opened row', () => expect(verdict(bump(after('an opened row')))).toBe('merkle'));
    it('a path', () => expect(verdict(bump(after('a Merkle path')))).toBe('merkle'));
    it('two rows exchanged', () => {
      const rows = pieces
        .slice(start)
        .filter((p) => p.label === 'an opened row')
        .slice(0, 2);
      expect(
        verdict((b) => {
          const [x, y] = rows.map((p) => readWords(b, p));
          writeWords(b, rows[0]!.at, y!);
          writeWords(b, rows[1]!.at, x!);
        }),
      ).toBe('merkle');
    });
    it('the final polynomial', () => {
      expect(['opening', 'proof_of_work', 'format', 'merkle']).toContain(
        verdict(bump(first(`${tree}/final_polynomial`))),
      );
    });
  });

  it('an out-of-domain answer and the cap of a later round', () => {
    for (const label of ['witness/out_of_domain_answers', 'witness/cap']) {
      expect(['opening', 'proof_of_work', 'format', 'merkle']).toContain(verdict(bump(first(label))));
    }
  });
});

describe('transcript', () => {
  const fresh = (): Transcript<number, Ext> =>
    new Transcript<number, Ext>(new NativeBackend(suite, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 })));
  it('never hands out a challenge twice', () => {
    const t = fresh();
    t.observe('x', [1]);
    const drawn = t.challenges('c', 200).map((c) => c.join());
    t.observe('empty', []);
    drawn.push(...t.challenges('c', 20).map((c) => c.join()));
    expect(new Set(drawn).size).toBe(220);
  });
  it('takes no more than 24 bits of one element', () => {
    expect(() => fresh().challengePositions('p', 1, 25)).toThrow(RangeError);
  });
  it('separates what is observed by blocks of any length', () => {
    const draws = [[1], [1, 0], [0, 1], Array(8).fill(0), Array(9).fill(0), Array(16).fill(0)].map((values) => {
      const t = fresh();
      t.observe('x', values as number[]);
      return t.challenge('c').join();
    });
    expect(new Set(draws).size).toBe(draws.length);
  });
});

it('a node is no leaf: two digests hashed as a row give another digest than as children', () => {
  const [a, b] = [hashLeaf(suite, [1]), hashLeaf(suite, [2])];
  expect(hashLeaf(suite, [...a, ...b])).not.toEqual(hashNode(suite, a, b));
});

describe('the machine key', () => {
  const USE = counterKey.use;
  const digest = (key: { digest: readonly number[] }): string => key.digest.join();
  it('binds the hash suite, every chip, every shape', () => {
    const chip = counterMachine.chips[0]!;
    const withChip = (change: object) => ({
      ...counterMachine,
      chips: [{ ...chip, ...change }, ...counterMachine.chips.slice(1)],
    });
    const renamed = { ...suite, node: { ...suite.node, partialRounds: 13 } };
    const variants = [
      counterKey,
      createMachineKey(renamed, counterMachine, [16], USE),
      createMachineKey(suite, counterMachine, [17], USE),
      createMachineKey(suite, counterMachine, [16, 17], USE),
      createMachineKey(suite, { ...counterMachine, rowBits: 11 }, [16], USE),
      createMachineKey(suite, withChip({ maxLogHeight: 8 }), [16], USE),
      createMachineKey(suite, withChip({ constraints: chip.constraints.slice(1) }), [16], USE),
      createMachineKey(suite, withChip({ interactions: chip.interactions.slice(1) }), [16], USE),
      createMachineKey(suite, withChip({ interactions: chip.interactions.map((i) => ({ ...i, sign: 1 })) }), [16], USE),
      createMachineKey(
        suite,
        withChip({ nodes: chip.nodes.map((n) => (n.op === 'mul' ? { ...n, op: 'add' } : n)) }),
        [16],
        USE,
      ),
      createMachineKey(suite, withChip({ padding: chip.padding.map(() => 1) }), [16], USE),
    ];
    expect(new Set(variants.map(digest)).size).toBe(variants.length);
  });
  it('gives every constraint its own power of alpha, none of them 0', () => {
    const { machine } = machineKey();
    const powers = machine.chips.flatMap((chip, k) => chip.constraints.map((_, c) => machine.constraintOffset[k]! + c));
    expect(new Set(powers).size).toBe(powers.length);
    expect(Math.min(...powers)).toBe(1);
    expect(SHAPE_SIZES.toSorted((a, b) => a - b)).toEqual(SHAPE_SIZES);
  });
});
