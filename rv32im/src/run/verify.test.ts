/** The rule of the chain and the digest of a key, without proofs: every field and every element of it counts. */
import { FIRST_CLOCK, HALT_PC } from '@weft/executor/program/layout';
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { proofSecurity } from '@weft/prover/protocol/security';
import { describe, expect, it } from 'vitest';
import { machineKey } from '../key.ts';
import type { ShardStatement } from '../statement.ts';
import { checkChain, checkVerifyingKey, runSecurity, type VerifyingKey, verifyRun, vkDigest } from './verify.ts';

const count = (n: number, from: number): number[] => Array.from({ length: n }, (_, i) => from + i);
const vk: VerifyingKey = {
  preprocessed: { logHeights: [10], root: count(8, 1000) },
  entryPc: 0x100,
  imageRoot: count(8, 2000),
};
type Statement = ShardStatement<number>;
const quiet = { endClock: FIRST_CLOCK + 1, exitLo: 0, exitHi: 0, committed: 0, digest: new Array<number>(16).fill(0) };
/** Three shards of a run that makes nothing public. */
const chain: readonly Statement[] = [
  { ...quiet, before: vk.imageRoot, after: count(8, 10), startPc: vk.entryPc, endPc: 0x200 },
  { ...quiet, before: count(8, 10), after: count(8, 20), startPc: 0x200, endPc: 0x300 },
  { ...quiet, before: count(8, 20), after: count(8, 30), startPc: 0x300, endPc: HALT_PC },
];
const none = new Uint8Array();
const verdict = (statements: readonly Statement[], values = none): string =>
  reasonOf(() => void checkChain(vk, statements, values));
const changed = (i: number, change: Partial<Statement>): Statement[] =>
  chain.map((s, k) => (k === i ? { ...s, ...change } : s));
const bump = (xs: readonly number[], k: number): number[] => xs.with(k, (xs[k]! + 1) % P);

describe('the chain', () => {
  it('of three shards, and of one, holds', () => {
    expect(checkChain(vk, chain, none)).toBe(0);
    expect(checkChain(vk, [{ ...chain[0]!, endPc: HALT_PC }], none)).toBe(0);
  });
  it('compares every element of the state at every seam', () => {
    for (const i of chain.keys())
      for (let k = 0; k < 8; k++)
        expect(verdict(changed(i, { before: bump(chain[i]!.before, k) })), `shard ${i}, element ${k}`).toBe('chain');
  });
  it('compares the pc at every seam', () => {
    for (const i of chain.keys()) expect(verdict(changed(i, { startPc: chain[i]!.startPc + 4 }))).toBe('chain');
  });
  it('has a step in every shard', () => {
    for (const i of chain.keys())
      for (const endClock of [FIRST_CLOCK, 0]) expect(verdict(changed(i, { endClock })), `shard ${i}`).toBe('chain');
  });
  it('says what left another state', () => {
    const starting = (i: number) => () => checkChain(vk, changed(i, { startPc: 0x500 }), none);
    expect(starting(0)).toThrow(/than the program left/);
    expect(starting(1)).toThrow(/than shard 0 left/);
  });
  it('ends with the only shard that halts', () => {
    expect(verdict(changed(2, { endPc: 0x400 }))).toBe('chain');
    expect(verdict(chain.slice(0, 2))).toBe('chain');
    expect(verdict([])).toBe('chain');
    // No shards, and an entry that is the pc after HALT: there is no last shard to read.
    expect(reasonOf(() => void checkChain({ ...vk, entryPc: HALT_PC }, [], none))).toBe('chain');
    // Both sides of the seam agree on the pc after HALT, wherever it is.
    for (const i of [0, 1]) {
      const seam = changed(i, { endPc: HALT_PC }).map((s, k) => (k === i + 1 ? { ...s, startPc: HALT_PC } : s));
      expect(verdict(seam), `shard ${i}`).toBe('chain');
    }
  });
  it('makes public what its last shard says: exit code and digest, both halves of every word', () => {
    expect(checkChain(vk, changed(2, { exitLo: 3, exitHi: 2 ** 16 - 1 }), none)).toBe(2 ** 32 - 2 ** 16 + 3);
    // SHA-256 of no bytes.
    const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
      .match(/../g)!
      .map((x) => Number.parseInt(x, 16))
      .flatMap((x, i, all) => (i % 2 === 0 ? [x + 256 * all[i + 1]!] : []));
    const committed = (d: readonly number[]): Statement[] => changed(2, { committed: 0xff, digest: d });
    expect(verdict(committed(digest))).toBe('accepted');
    for (let k = 0; k < 16; k++) expect(verdict(committed(bump(digest, k))), `limb ${k}`).toBe('public_values');
    expect(verdict(changed(2, { committed: 0x7f, digest }))).toBe('public_values');
    expect(verdict(chain, Uint8Array.of(0))).toBe('public_values');
    for (const values of [undefined, 'text', [], Uint16Array.of()] as never[])
      for (const statements of [chain, committed(digest)])
        expect(reasonOf(() => void checkChain(vk, statements, values))).toBe('public_values');
  });
  it('is a list of statements, and every word of them an element', () => {
    expect(() => checkChain(vk, { ...chain, length: chain.length } as never, none)).toThrow(/are a list/);
    const last = chain.length - 1;
    for (const x of [-1, P, 2 ** 53, 0.5, Number.NaN, '7', 7n, null] as never[])
      for (const [k, change] of [
        [0, { before: [x, ...vk.imageRoot.slice(1)] }],
        [0, { endClock: x }],
        [last, { digest: [...chain[last]!.digest.slice(1), x] }],
        [last, { exitHi: x }],
      ] as const)
        expect(verdict(changed(k, change)), `${x} in shard ${k}`).toBe('statement');
    // The least and the greatest element are elements.
    for (const x of [0, P - 1])
      expect(verdict(changed(last, { after: chain[last]!.after.with(3, x) }))).toBe('accepted');
  });
  it('begins at a verifying key', () => {
    const { preprocessed } = vk;
    for (const bad of [
      { ...vk, entryPc: P },
      { ...vk, imageRoot: [...vk.imageRoot, 1] },
      { ...vk, preprocessed: { ...preprocessed, root: [-1] } },
      { ...vk, preprocessed: { ...preprocessed, logHeights: [0.5] } },
    ])
      expect(reasonOf(() => void checkChain(bad, chain, none))).toBe('program');
  });
});

it('the digest of a key binds the machine, the program, its size, the entry and every element of both roots', () => {
  const key = machineKey();
  const { preprocessed } = vk;
  const variants = [
    vkDigest(key, vk),
    vkDigest(key, { ...vk, entryPc: vk.entryPc + 4 }),
    vkDigest(key, { ...vk, preprocessed: { ...preprocessed, logHeights: [11] } }),
    ...count(8, 0).flatMap((k) => [
      vkDigest({ ...key, digest: bump(key.digest, k) }, vk),
      vkDigest(key, { ...vk, imageRoot: bump(vk.imageRoot, k) }),
      vkDigest(key, { ...vk, preprocessed: { ...preprocessed, root: bump(preprocessed.root, k) } }),
    ]),
  ];
  expect(new Set(variants.map(String)).size).toBe(variants.length);
});

it.each<[string, object | null, RegExp]>([
  ['nothing', null, /^vk must be a verifying key, got null$/],
  ['no entry', { ...vk, entryPc: undefined }, /^vk must be a verifying key.* without entryPc$/],
  ['an entry of p', { ...vk, entryPc: P }, /^vk.entryPc must be an integer/],
  ['no table', { ...vk, preprocessed: { logHeights: [10] } }, /^vk.preprocessed must be .* without root$/],
  ['an image that is no list', { ...vk, imageRoot: 'root' }, /^vk.imageRoot must be an array/],
  ['an image of p', { ...vk, imageRoot: vk.imageRoot.with(7, P) }, /^vk.imageRoot\[7\] must be an integer/],
  ['an image too short', { ...vk, imageRoot: vk.imageRoot.slice(1) }, /^vk.imageRoot must have 8 elements$/],
  ['an image too long', { ...vk, imageRoot: [...vk.imageRoot, 1] }, /^vk.imageRoot must have 8 elements$/],
])('what is no verifying key is refused by its name, and has no digest: %s', (_, bad, message) => {
  expect(() => checkVerifyingKey('vk', bad as never)).toThrow(message);
  expect(() => vkDigest(machineKey(), bad as never)).toThrow(message);
  expect(() => vkDigest(bad as never, vk)).toThrow(/^key must be what createMachineKey returned/);
});

it('the figure of a run is that of all its shapes, and none when a shard has none', () => {
  const key = machineKey();
  const naming = (shape: number): Uint8Array => Uint8Array.of(shape, 0, 0, 0);
  const [first, second] = key.shapes as [(typeof key.shapes)[0], (typeof key.shapes)[0]];
  const figure = (...shapes: (typeof first)[]) => proofSecurity(key, shapes, vk.preprocessed.logHeights);
  expect(runSecurity(key, vk, [naming(0)])).toEqual(figure(first));
  expect(runSecurity(key, vk, [naming(1), naming(0), naming(1)])).toEqual(figure(second, first, second));
  for (const proofs of [[naming(255)], [none], [naming(0), naming(255)], [none, naming(0), naming(1)]])
    expect(runSecurity(key, vk, proofs)).toEqual({ bits: 0, terms: [] });
});

it('a run is checked before its proofs, and its proofs are checked', () => {
  const shards = chain.map((statement) => ({ statement, proof: none }));
  expect(reasonOf(() => void verifyRun(machineKey(), vk, shards.slice(0, 2), none))).toBe('chain');
  expect(reasonOf(() => void verifyRun(machineKey(), vk, shards, none))).toBe('format');
});
