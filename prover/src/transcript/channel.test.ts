/** Channels: what one side sends the other receives, both observe all of it, and work counts in every bit. */
import { feltsToBytes } from '@weft/primitives';
import type { Ext } from '@weft/primitives/field/ext';
import { buildMerkleTree } from '@weft/primitives/hash/merkle';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { ProverChannel, VerifierChannel } from './channel.ts';
import { NativeBackend } from './native.ts';
import { Transcript } from './transcript.ts';

const { felt, ext } = seeded(71);
const BITS = 6;
const over = (bytes: Uint8Array): NativeBackend =>
  new NativeBackend(suite, bytes, () => ({ offsets: [], emptyParts: 0 }));

/** By trial, on a transcript that has observed `before`. */
function nonceFor(before: readonly number[], good: (bits: readonly number[]) => boolean): number {
  for (let nonce = 0; ; nonce++) {
    const transcript = new Transcript<number, Ext>(over(new Uint8Array()));
    transcript.observe('before', before);
    transcript.observe('work', [nonce]);
    if (good(transcript.challengePositions('work', 1, BITS)[0]!)) return nonce;
  }
}

it('carries elements, extension elements, absent tables and work', async () => {
  const sent = [felt(), felt(), felt()];
  const extensions = [ext(), ext()];
  const prover = new ProverChannel(suite, (_suite, state, slot, bits) => {
    expect([state.length, slot, bits]).toEqual([16, (3 + 10 + 5) % 8, BITS]);
    return nonceFor([...sent, ...extensions.flat(), 0, 0, 0, 0, 0], (drawn) => drawn.every((bit) => bit === 0));
  });
  prover.send('a', sent);
  prover.sendExt('b', extensions);
  prover.sendAbsent('c', 5);
  prover.grind('work', BITS);
  prover.grind('nothing', 0);
  const after = prover.transcript.challenge('after');

  const backend = over(prover.bytes());
  const verifier = new VerifierChannel(backend);
  expect(verifier.receive('a', 3)).toEqual(sent);
  expect(verifier.receiveExt('b', 2)).toEqual(extensions);
  expect(verifier.receiveExt('c', 1, 0)).toEqual([[0, 0, 0, 0, 0]]);
  verifier.checkProofOfWork('work', BITS);
  verifier.checkProofOfWork('nothing', 0);
  backend.assertEnd();
  expect(verifier.transcript.challenge('after')).toEqual(after);
});

it('observes every element that it receives', () => {
  const sent = Array.from({ length: 5 }, felt);
  const challenges = [sent, ...sent.map((x, k) => sent.with(k, x ^ 1))].map((values) => {
    const verifier = new VerifierChannel(over(feltsToBytes(values)));
    verifier.receive('a', 5);
    return verifier.transcript.challenge('c').join();
  });
  expect(new Set(challenges).size).toBe(challenges.length);
});

it('looks at every bit of the work', () => {
  const verdict = (nonce: number): string =>
    reasonOf(() => new VerifierChannel(over(feltsToBytes([nonce]))).checkProofOfWork('work', BITS));
  expect(verdict(nonceFor([], (bits) => bits.every((bit) => bit === 0)))).toBe('accepted');
  for (let k = 0; k < BITS; k++) {
    const onlyOne = nonceFor([], (bits) => bits.every((bit, i) => bit === +(i === k)));
    expect(verdict(onlyOne), `bit ${k}`).toBe('proof_of_work');
  }
  // One bit is work too.
  const one = (nonce: number): string =>
    reasonOf(() => new VerifierChannel(over(feltsToBytes([nonce]))).checkProofOfWork('work', 1));
  const last = nonceFor([], (bits) => bits[0] === 1);
  expect(one(last)).toBe('proof_of_work');
});

it('opens rows that are asked for twice or out of order once and in order', async () => {
  const [logRows, logCap, rowWidth] = [3, 1, 2];
  const data = Uint32Array.from({ length: 16 }, felt);
  const tree = buildMerkleTree(suite, data, logRows, rowWidth);
  const row = (i: number): number[] => Array.from(data.subarray(2 * i, 2 * i + 2));
  const prover = new ProverChannel(suite, () => 0);
  const asked = [7, 0, 7, 10 % 8];
  await prover.openRows(
    {
      logRows,
      rows: async (indices) => {
        expect(indices).toEqual([0, 2, 7]);
        return indices.map(row);
      },
      node: (level, index) => tree.levels[level]![index]!,
    },
    asked,
    logCap,
  );
  const backend = over(prover.bytes());
  const positions = asked.map((i) => [i & 1, (i >> 1) & 1, i >> 2]);
  expect(backend.readRows({ logRows, logCap, rowWidth, zeros: 0 }, positions).map((o) => o.row)).toEqual(
    asked.map(row),
  );
  backend.assertEnd();
});
