/** Which program a proof is about is decided before anything else, by every byte of the digest. */
import { bytesToHex, feltsToBytes } from '@weft/primitives';
import { reasonOf } from '@weft/primitives/testing';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { machineKey } from '@weft/rv32im/key';
import { encodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { vkDigest } from '@weft/rv32im/run/verify';
import { expect, it } from 'vitest';
import { verify } from './any.ts';

const elements = (n: number): number[] => new Array<number>(n).fill(3);
const statement = {
  before: elements(8),
  after: elements(8),
  startPc: 4,
  endPc: 1,
  endClock: 9,
  exitLo: 0,
  exitHi: 0,
  committed: 0,
  digest: elements(16),
};
/** A file of the right form that proves nothing: its chain is broken. */
const file: ProofFile = {
  mode: 'core',
  vk: { preprocessed: { logHeights: [10], root: elements(8) }, entryPc: 8, imageRoot: elements(8) },
  publicValues: new Uint8Array(),
  shards: [{ statement, proof: new Uint8Array(leastProofBytes(machineKey())) }],
};
const proof = encodeProof(file);
const digest = feltsToBytes(vkDigest(machineKey(), file.vk));
const verdict = (vk: Uint8Array | string): string => reasonOf(() => void verify(vk, proof));

it('the right digest, as bytes or as text, leads on to the run', () => {
  for (const vk of [digest, bytesToHex(digest), `0x${bytesToHex(digest)}`]) expect(verdict(vk)).toBe('chain');
});
it('a digest that differs in any one byte, or any one bit, is that of another program', () => {
  expect(digest).toHaveLength(32);
  for (let i = 0; i < 32; i++)
    for (const flip of [1, 128, 255]) {
      const other = digest.with(i, digest[i]! ^ flip);
      expect(verdict(other), `byte ${i}`).toBe('program');
      expect(verdict(bytesToHex(other)), `byte ${i}`).toBe('program');
    }
});
it('a digest of another length is no digest', () => {
  for (const length of [0, 31, 33, 64]) {
    const other = Uint8Array.from({ length }, (_, i) => digest[i % 32]!);
    expect(verdict(other)).toBe('program');
    expect(verdict(bytesToHex(other))).toBe('program');
  }
});
it('what is no byte array is no proof', () => {
  for (const other of [undefined, 'proof', [...proof], proof.buffer, new Uint16Array(9)] as never[])
    expect(reasonOf(() => void verify(digest, other))).toBe('format');
});
it('a proof of as many bytes as allowed is read, one of more is not', () => {
  const { length } = proof;
  expect(reasonOf(() => void verify(digest, proof, { maxProofBytes: length }))).toBe('chain');
  for (const maxProofBytes of [length - 1, 1, 0])
    expect(() => verify(digest, proof, { maxProofBytes })).toThrow(`more than the limit of ${maxProofBytes}`);
});
it('an option that is none is refused by its name', () => {
  for (const expectExit of [-1, 0.5, 2 ** 32, '0'] as never[])
    expect(() => verify(digest, proof, { expectExit })).toThrow(/^options.expectExit must be an integer/);
  for (const expectExit of [0, 2 ** 32 - 1])
    expect(reasonOf(() => void verify(digest, proof, { expectExit }))).toBe('chain');
  for (const maxProofBytes of [-1, 0.5, '9'] as never[])
    expect(() => verify(digest, proof, { maxProofBytes })).toThrow(/^options.maxProofBytes must be an integer/);
});
