/**
 * @module Oracles of the examples that know what a hash is of: node:crypto and @noble/hashes.
 */
import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { flipped, type Oracle, replaced } from './oracle.ts';

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

const preimage = (hash: (bytes: Uint8Array) => Uint8Array): Oracle => ({
  answer: ([digest, secret]) =>
    secret !== undefined && Buffer.compare(hash(secret), digest!) === 0 ? digest : undefined,
  cheats: ([digest, secret]) => ({
    'another secret': [digest!, flipped(secret!, 0)],
    'another digest': [flipped(digest!, 31), secret!],
    'a longer secret': [digest!, Uint8Array.of(...secret!, 0)],
    'no secret': [digest!],
    'no digest': [],
    'a digest that is cut': [digest!.slice(0, 31), secret!],
  }),
});

export const sha256Preimage: Oracle = preimage(sha256);
export const keccakPreimage: Oracle = preimage(keccak_256);

const tagged = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => sha256(Uint8Array.of(tag), ...parts);

export const merkleMembership: Oracle = {
  answer: ([root, secret, index, siblings]) => {
    let at = Buffer.from(index!).readUInt32LE();
    let node = tagged(0, secret!);
    for (let level = 0; level < 32; level++, at = Math.floor(at / 2)) {
      const sibling = siblings!.subarray(32 * level, 32 * level + 32);
      node = at % 2 === 1 ? tagged(1, sibling, node) : tagged(1, node, sibling);
    }
    return Buffer.compare(node, root!) === 0 ? new Uint8Array([...root!, ...tagged(2, secret!)]) : undefined;
  },
  cheats: (stdin) => ({
    'another secret': replaced(stdin, 1, flipped(stdin[1]!, 0)),
    'another index': replaced(stdin, 2, flipped(stdin[2]!, 3)),
    'another sibling': replaced(stdin, 3, flipped(stdin[3]!, 32 * 17)),
    'another root': replaced(stdin, 0, flipped(stdin[0]!, 5)),
  }),
};
