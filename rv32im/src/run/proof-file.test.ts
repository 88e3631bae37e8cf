/** The proof file has one form: every fixed byte, bound and length of it is checked. No proof in it is a real one. */
import { MEMORY_END } from '@weft/executor/program/layout';
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import { MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { describe, expect, it } from 'vitest';
import { machineKey } from '../key.ts';
import type { ShardStatement } from '../statement.ts';
import { MAX_PROOF_BYTES } from './file-reader.ts';
import { decodeProof, encodeHead, encodeProof, encodeShard, type ProofFile } from './proof-file.ts';

const count = (n: number, from: number): number[] => Array.from({ length: n }, (_, i) => from + i);
const statement: ShardStatement<number> = {
  before: count(8, 100),
  after: count(8, 200),
  startPc: 300,
  endPc: 304,
  endClock: 9,
  exitLo: 1,
  exitHi: 2,
  committed: 255,
  digest: count(16, 400),
};
const least = leastProofBytes(machineKey());
const file: ProofFile = {
  mode: 'core',
  vk: { preprocessed: { logHeights: [10], root: count(8, 1) }, entryPc: 0x1000, imageRoot: count(8, 11) },
  publicValues: Uint8Array.of(7, 8, 9),
  shards: [
    { statement, proof: Uint8Array.from(count(least + 4, 0)) },
    { statement: { ...statement, startPc: 304, endPc: 1 }, proof: Uint8Array.from(count(least, 50)) },
  ],
};
const bytes = encodeProof(file);
/** Where the fields stand. */
const AT = { logHeight: 8, root: 12, entryPc: 44, imageRoot: 48, publicLength: 80, shards: 87, statement: 91 } as const;

const verdict = (b: Uint8Array): string => reasonOf(() => void decodeProof(b));
function patched(at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}
const stating = (change: Partial<ShardStatement<number>>): Uint8Array =>
  encodeProof({ ...file, shards: [file.shards[0]!, { ...file.shards[1]!, statement: { ...statement, ...change } }] });

it('comes back as it was, from the front to the end', () => {
  expect(decodeProof(bytes)).toEqual(file);
  expect(encodeHead(file.vk, file.publicValues, 2)).toEqual(bytes.slice(0, AT.statement));
  expect(encodeShard(file.shards[0]!)).toHaveLength(4 * 38 + 4 + least + 4);
});
it('starts with the four bytes of the name, and with nothing else', () => {
  for (let i = 0; i < 4; i++) expect(() => decodeProof(bytes.with(i, bytes[i]! ^ 1)), `byte ${i}`).toThrow(/WEFT/);
  for (let n = 0; n < 4; n++) expect(() => decodeProof(bytes.slice(0, n))).toThrow(/WEFT/);
});
it('has one version, one mode, and no reserved bits', () => {
  expect(() => decodeProof(bytes.with(4, bytes[4]! + 1))).toThrow(/version/);
  expect(() => decodeProof(bytes.with(5, 1))).toThrow(/mode/);
  for (const i of [6, 7]) for (const x of [1, 128]) expect(() => decodeProof(bytes.with(i, x))).toThrow(/reserved/);
});
it('cut after any byte is refused for that reason, and so is one more', () => {
  const promised = AT.statement + 2 * (4 * 38 + 4 + least);
  for (let n = 4; n < bytes.length; n++) {
    // What the number of shards promises is looked at before any of them.
    const among = n < promised ? /^2 shards have \d+ bytes at least, \d+ are left$/ : /are left/;
    const reason = n < 8 ? /cut off/ : n < AT.statement ? /are left/ : among;
    expect(() => decodeProof(bytes.slice(0, n)), `${n} bytes`).toThrow(reason);
  }
  expect(() => decodeProof(Uint8Array.of(...bytes, 0))).toThrow(/1 bytes follow/);
});
describe('bounds', () => {
  it.each([
    ['the least program', AT.logHeight, MIN_LOG_HEIGHT, 'accepted'],
    ['less than that', AT.logHeight, MIN_LOG_HEIGHT - 1, 'format'],
    ['the largest program', AT.logHeight, MAX_LOG_HEIGHT, 'accepted'],
    ['more than that', AT.logHeight, MAX_LOG_HEIGHT + 1, 'format'],
    ['an entry at the end of memory', AT.entryPc, MEMORY_END - 4, 'accepted'],
    ['an entry at its last byte', AT.entryPc, MEMORY_END - 1, 'accepted'],
    ['an entry beyond it', AT.entryPc, MEMORY_END, 'format'],
    ['no shards', AT.shards, 0, 'format'],
    ['fewer shards than there are', AT.shards, 1, 'format'],
    ['more shards than there are', AT.shards, 3, 'format'],
    ['fewer public values', AT.publicLength, 2, 'format'],
    ['a first root that is not canonical', AT.root, P, 'format'],
    ['the greatest element', AT.root + 28, P - 1, 'accepted'],
    ['a last element that is not canonical', AT.root + 28, P, 'format'],
    ['an image that is not canonical', AT.imageRoot + 28, 2 ** 32 - 1, 'format'],
    ['a statement that is not canonical', AT.statement, P, 'format'],
    ['a statement that is not canonical at its end', AT.statement + 4 * 37, P, 'format'],
  ] as const)('%s', (_, at, value, expected) => expect(verdict(patched(at, value))).toBe(expected));
});
it('shard proofs have as many bytes as any has at least, and no more than any has', () => {
  const holding = (length: number): Uint8Array =>
    encodeProof({ ...file, shards: [{ statement, proof: new Uint8Array(length) }, file.shards[0]!] });
  expect(() => decodeProof(holding(least - 1))).toThrow(/none has less/);
  expect(verdict(holding(MAX_PROOF_BYTES))).toBe('accepted');
  expect(() => decodeProof(holding(MAX_PROOF_BYTES + 1))).toThrow(/none has more/);
});
it('has at least one shard', () => {
  expect(() => decodeProof(encodeProof({ ...file, shards: [] }))).toThrow(/no shards/);
});
it.each<[string, object | null, RegExp]>([
  ['nothing', null, /^file must be a proof file, got null$/],
  ['no shards', { ...file, shards: undefined }, /^file must be a proof file.* without shards$/],
  ['a key that is none', { ...file, vk: { ...file.vk, imageRoot: [] } }, /^file.vk.imageRoot must have 8 elements$/],
  ['shards that are no list', { ...file, shards: file.shards[0] }, /^file.shards must be an array/],
  [
    'a shard without a proof',
    { ...file, shards: [file.shards[0], { statement }] },
    /^file.shards\[1\] must be a shard proof.* without proof$/,
  ],
  ['values that are no bytes', { ...file, publicValues: [1] }, /must be a Uint8Array/],
])('what is no file has no encoding: %s', (_, bad, message) => {
  expect(() => encodeProof(bad as never)).toThrow(message);
});
it('limbs of a statement have 16 bits, each of them', () => {
  const limbs = [
    (x: number) => ({ exitLo: x }),
    (x: number) => ({ exitHi: x }),
    ...count(16, 0).map((k) => (x: number) => ({ digest: statement.digest.with(k, x) })),
  ];
  for (const [k, limb] of limbs.entries()) {
    expect(verdict(stating(limb(2 ** 16 - 1))), `limb ${k}`).toBe('accepted');
    expect(verdict(stating(limb(2 ** 16))), `limb ${k}`).toBe('format');
  }
});
