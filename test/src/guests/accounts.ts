/**
 * @module Oracles of the examples that count what others signed or listed: @noble/hashes, @noble/curves.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/curves/utils.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { sha256 } from './hashes.ts';
import { flipped, type Oracle, replaced } from './oracle.ts';

const HASH = 32;

const chunks = (bytes: Uint8Array, length: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) => bytes.subarray(i * length, (i + 1) * length));
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const keccak = (...parts: readonly Uint8Array[]): Uint8Array => keccak_256(concatBytes(...parts));
const leafOf = (secret: Uint8Array, amount: Uint8Array): Uint8Array => keccak(keccak(keccak(secret), amount));
const parentOf = (a: Uint8Array, b: Uint8Array): Uint8Array => keccak(...[a, b].sort(Buffer.compare));

export const airdrop: Oracle = {
  answer: ([root, secret, amount, siblings]) => {
    const path = chunks(siblings!, HASH);
    if ([root!, secret!, amount!, ...path].some(({ length }) => length !== HASH)) return undefined;
    const found = path.reduce(parentOf, leafOf(secret!, amount!));
    return Buffer.compare(found, root!) === 0 ? concatBytes(root!, amount!, keccak(secret!, root!)) : undefined;
  },
  cheats: (stdin) => {
    const [, secret, amount, siblings] = stdin;
    return {
      'another amount': replaced(stdin, 2, flipped(amount!, 31)),
      'another secret': replaced(stdin, 1, flipped(secret!, 0)),
      'another root': replaced(stdin, 0, flipped(stdin[0]!, 0)),
      'a path that is too short': replaced(stdin, 3, siblings!.subarray(HASH)),
      'a path that is cut': replaced(stdin, 3, siblings!.subarray(0, siblings!.length - 1)),
      'a longer secret': replaced(stdin, 1, concatBytes(secret!, Uint8Array.of(0))),
    };
  },
};

export const quorum: Oracle = {
  answer: ([keys, message, ...signatures]) => {
    const members = chunks(keys!, HASH);
    const ascending = members.every((key, i) => i === 0 || Buffer.compare(members[i - 1]!, key) < 0);
    if (keys!.length === 0 || keys!.length % HASH !== 0 || !ascending) return undefined;
    if (signatures.length < members.length) return undefined;
    const signed = members.flatMap((key, i) => (signatures[i]!.length > 0 ? [{ key, signature: signatures[i]! }] : []));
    const valid = signed.every(
      ({ key, signature }) => signature.length === 64 && ed25519.verify(signature, message!, key, { zip215: false }),
    );
    return valid ? concatBytes(sha256(keys!), u32(members.length), u32(signed.length), message!) : undefined;
  },
  cheats: (stdin) => {
    const [keys, message, ...signatures] = stdin;
    const first = keys!.subarray(0, HASH);
    const absent = signatures.findIndex(({ length }) => length === 0);
    return {
      'a signature that was changed': replaced(stdin, 2, flipped(signatures[0]!, 40)),
      'a signature of a member for another one': replaced(stdin, 2 + absent, signatures[0]!),
      'another message': replaced(stdin, 1, flipped(message!, 0)),
      'a member twice': [concatBytes(first, first), message!, signatures[0]!, signatures[0]!],
      'members in another order': [
        concatBytes(keys!.subarray(HASH, 2 * HASH), first),
        message!,
        signatures[1]!,
        signatures[0]!,
      ],
      'a signature that is too short': replaced(stdin, 2, signatures[0]!.subarray(0, 63)),
      'a key that is cut': replaced(stdin, 0, keys!.subarray(0, keys!.length - 1)),
      'no committee': [new Uint8Array(), message!],
      'a member without an item': stdin.slice(0, -1),
    };
  },
};
