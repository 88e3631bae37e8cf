/** KECCAK_PERMUTE and POSEIDON2_PERMUTE: vectors, other implementations, words that are no elements. */
import { keccak_256, keccakP, sha3_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { P } from '@weft/primitives/field/base';
import { permuteState } from '@weft/primitives/hash/permute';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { KECCAK_CONSTANTS, KECCAK_ROTATIONS } from './keccak.ts';
import { memoryOf, operationOf, PLACES, perform } from './operations.test-support.ts';

function permuted(name: string, words: readonly number[] | Uint32Array): number[] | string {
  const after = perform(operationOf(name), memoryOf({ a0: words }), { a1: 0 });
  return 'code' in after ? after.code : Array.from(words, (_, i) => after.get(PLACES.a0 + 4 * i)!);
}

describe('KECCAK_PERMUTE', () => {
  const permute = (state: readonly number[] | Uint32Array): number[] => permuted('KECCAK_PERMUTE', state) as number[];
  const lane = (state: readonly number[], i: number): string =>
    ((BigInt(state[2 * i + 1]!) << 32n) | BigInt(state[2 * i]!)).toString(16);

  it('of the zero state, once and twice, as the Keccak team published it', () => {
    const once = permute(new Uint32Array(50));
    expect([lane(once, 0), lane(once, 1), lane(once, 24)]).toEqual([
      'f1258f7940e1dde7',
      '84d5ccf933c0478a',
      'eaf1ff7b5ceca249',
    ]);
    expect(lane(permute(once), 0)).toBe('2d5c954df96ecb3c');
  });
  it('of random states, as @noble/hashes has it', () => {
    const { word } = seeded(2);
    for (let i = 0; i < 20; i++) {
      const state = Uint32Array.from({ length: 50 }, word);
      const expected = state.slice();
      keccakP(expected);
      expect(permute(state)).toEqual([...expected]);
    }
  });
  it('has the constants of FIPS 202', () => {
    expect(KECCAK_CONSTANTS.slice(0, 3)).toEqual([
      [1, 0],
      [0x8082, 0],
      [0x808a, 0x80000000],
    ]);
    expect(KECCAK_CONSTANTS[23]).toEqual([0x80008008, 0x80000000]);
    expect(KECCAK_ROTATIONS).toEqual([
      0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
    ]);
  });
  it.each([
    ['SHA3-256', 6, sha3_256, 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a'],
    ['Keccak-256', 1, keccak_256, 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
  ] as const)('is what %s needs, of messages around the ends of blocks', (_, padding, hash, empty) => {
    const rate = 136;
    const { word } = seeded(3);
    for (const length of [0, 1, 134, 135, 136, 137, 271, 272, 400]) {
      const message = Uint8Array.from({ length }, () => word() & 255);
      const padded = new Uint8Array(rate * (Math.floor(length / rate) + 1));
      padded.set(message);
      padded[length]! ^= padding;
      padded[padded.length - 1]! ^= 0x80;
      let state: number[] = new Array<number>(50).fill(0);
      for (let at = 0; at < padded.length; at += rate) {
        const block = new Uint32Array(padded.slice(at, at + rate).buffer);
        state = permute(state.map((value, i) => (value ^ (block[i] ?? 0)) >>> 0));
      }
      const digest = bytesToHex(new Uint8Array(Uint32Array.from(state.slice(0, 8)).buffer));
      expect(digest, `${length} bytes`).toBe(bytesToHex(hash(message)));
      if (length === 0) expect(digest).toBe(empty);
    }
  });
});

describe('POSEIDON2_PERMUTE', () => {
  it('is the permutation with which nodes are hashed', () => {
    const { felt } = seeded(4);
    for (const state of [
      new Array<number>(16).fill(0),
      new Array<number>(16).fill(P - 1),
      Array.from({ length: 16 }, (_, i) => i),
      Array.from({ length: 16 }, felt),
    ])
      expect(permuted('POSEIDON2_PERMUTE', state)).toEqual(permuteState(POSEIDON2_KOALABEAR, 'node', state));
  });
  it('takes elements only, in every word', () => {
    for (let i = 0; i < 16; i++) {
      for (const word of [P, P + 1, 2 ** 31, 2 ** 32 - 1]) {
        const state = new Array<number>(16).fill(1).with(i, word);
        expect(permuted('POSEIDON2_PERMUTE', state)).toBe('OPERAND');
      }
    }
  });
});
