/** Sets of chips: a proof has the chips of its shape and no others, and which those are is bound in the key. */
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import {
  type Bus,
  type Chip,
  type ChipSet,
  createMachineKey,
  defineChip,
  defineMachine,
  eventsOf,
  FIRST_MACHINE_BUS,
  type MachineKey,
  machineTables,
  preprocess,
  proveTables,
  rangeChip,
  verifyBytes,
} from '@weft/prover';
import { range } from '@weft/prover/kit/gadgets';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { describe, expect, it } from 'vitest';
import { verifyTwice } from '../support/circuit.ts';
import { sameBytes } from '../support/values.ts';

/** What `asks` wants and `answers` gives: both are needed, or neither. */
const SQUARE: Bus = { id: FIRST_MACHINE_BUS, name: 'square', kind: 'permutation', arity: 2 };

const plain: Chip = defineChip('plain', { events: 'plain' }, (c) => {
  range(c, c.col('x', c.event('x')), 16, c.bool('is_real', c.literal(1)));
});
const asks: Chip = defineChip('asks', { events: 'asks' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  c.send(SQUARE, [c.col('x', c.event('x')), c.col('y', c.event('y'))], isReal);
});
const answers: Chip = defineChip('answers', { events: 'answers' }, (c) => {
  const isReal = c.bool('is_real', c.literal(1));
  const x = c.col('x', c.event('x'));
  const y = c.col('y', c.event('x').fmul(c.event('x')));
  c.assertZero('square', x.mul(x).sub(y));
  c.receive(SQUARE, [x, y], isReal);
});
const machine = defineMachine('sets', [asks, plain, answers, rangeChip]);

const SETS: readonly ChipSet[] = [
  { name: 'small', chips: ['plain', 'range'], sizes: [18, 19] },
  { name: 'all', sizes: [19] },
];
const keyOf = (sets: readonly ChipSet[] = SETS): MachineKey =>
  createMachineKey(suite, machine, sets, { role: 'test of sets' });
const key = keyOf();
const none = await preprocess(key, {});

type Events = Readonly<Record<string, readonly Readonly<Record<string, number>>[]>>;
const PLAIN: Events = { plain: Array.from({ length: 200 }, (_, x) => ({ x })) };
const SQUARES: Events = {
  ...PLAIN,
  asks: [3, 5, 5].map((x) => ({ x, y: x * x })),
  answers: [3, 5, 5].map((x) => ({ x })),
};
const tablesOf = (events: Events) =>
  machineTables(machine, [], new Map(Object.entries(events).map(([name, list]) => [name, eventsOf(list)]))).tables;
const prove = (events: Events, of = key): Promise<Uint8Array> => proveTables(of, none, tablesOf(events), []);
const judge = (proof: Uint8Array, of = key): string =>
  reasonOf(() => verifyTwice(() => verifyBytes(of, none.key, [], proof), of, none.key, [], proof));

describe('sets of chips', () => {
  it('a proof has the first shape that has its chips and its size, and both verifiers accept it', async () => {
    const [small, large] = [await prove(PLAIN), await prove(SQUARES)];
    expect([small, large].map((proof) => judge(proof))).toEqual(['accepted', 'accepted']);
    expect([small, large].map((proof) => verifyBytes(key, none.key, [], proof).set)).toEqual(['small', 'all']);
    for (const [events, proof] of [
      [PLAIN, small],
      [SQUARES, large],
    ] as const) {
      const oracle = await proveTables(key, none, tablesOf(events), [], { engine: oracleEngine });
      expect(sameBytes(oracle, proof)).toBe(true);
    }
  });
  it('a chip outside of the set answers nothing', async () => {
    // The set without `answers`: what `asks` sends stays on the bus.
    const without = keyOf([{ name: 'asking', chips: ['plain', 'range', 'asks'], sizes: [19] }]);
    const { answers: _, ...asking } = SQUARES;
    expect(judge(await prove(asking, without), without)).toBe('bus_balance');
    expect(judge(await prove(asking))).toBe('bus_balance');
    expect(await codeOf(() => prove(SQUARES, without))).toBe('SHARD_TOO_LARGE');
  });
  it('a proof of one shape is none of another', async () => {
    for (const events of [PLAIN, SQUARES]) {
      const proof = await prove(events);
      for (let index = 0; index <= key.shapes.length; index++) {
        if (index !== proof[0]) expect(judge(proof.with(0, index)), `shape ${index}`).not.toBe('accepted');
      }
    }
  });
  it('each of them is bound: its name, its chips, its sizes, their order', () => {
    const [small, all] = SETS as [ChipSet, ChipSet];
    const keys = [
      key,
      keyOf([all, small]),
      keyOf([{ ...small, name: 'other' }, all]),
      keyOf([{ ...small, sizes: [18] }, all]),
      keyOf([{ ...small, chips: ['plain', 'range', 'asks'] }, all]),
      keyOf([{ ...small, chips: ['plain', 'range', 'answers'] }, all]),
      keyOf([small]),
      keyOf([all]),
    ];
    expect(new Set(keys.map((k) => k.digest.join())).size).toBe(keys.length);
  });
  it('a machine of one set of all chips has the key that it has without sets', () => {
    const plainKey = createMachineKey(suite, machine, [18, 19], key.use);
    expect(keyOf([{ name: 'any', sizes: [18, 19] }]).digest).toEqual(plainKey.digest);
  });
  it.each<[string, readonly ChipSet[]]>([
    ['names a chip that there is not', [{ name: 'a', chips: ['plain', 'none'], sizes: [18] }]],
    ['names a chip twice', [{ name: 'a', chips: ['plain', 'range', 'plain'], sizes: [18] }]],
    ['has the name of another', [SETS[0]!, { ...SETS[1]!, name: 'small' }]],
  ])('a set that %s is refused', async (_, sets) => {
    expect(await codeOf(async () => keyOf(sets))).toBe('SETS');
  });
  it('a set without a chip that setup commits to is refused', async () => {
    const fixed = defineChip('fixed', { fixed: { kind: 'preprocessed' } }, (c) => {
      const multiplicity = c.col('multiplicity');
      c.provide({ ...SQUARE, kind: 'lookup' }, [c.fixedCol('x'), c.fixedCol('y')], multiplicity);
    });
    const withFixed = defineMachine('fixed', [plain, rangeChip, fixed]);
    const sets = [{ name: 'a', chips: ['plain', 'range'], sizes: [18] }];
    expect(await codeOf(async () => createMachineKey(suite, withFixed, sets, key.use))).toBe('SETS');
  });
  it.each<[string, unknown]>([
    ['no sizes', [{ name: 'a', sizes: [] }]],
    ['falling sizes', [{ name: 'a', sizes: [19, 18] }]],
    ['no name', [{ sizes: [18] }]],
    ['an empty name', [{ name: '', sizes: [18] }]],
    ['no set but a number', [{ name: 'a', sizes: [18] }, 19]],
  ])('a set of %s is refused', (_, sets) => {
    expect(() => keyOf(sets as never)).toThrow(/size|name|set/);
  });
});
