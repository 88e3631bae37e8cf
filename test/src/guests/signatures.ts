/**
 * @module Oracles of the examples that verify signatures: @noble/curves and node:crypto.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/curves/utils.js';
import { flipped, type Oracle } from './oracle.ts';

/** These guests make the verdict public, whatever it is. */
const verdict = (key: Uint8Array, message: Uint8Array, isValid: boolean): Uint8Array =>
  concatBytes(key, message, Uint8Array.of(isValid ? 1 : 0));

/** Any of three items wrong: key, message and signature. */
const wrongItems = (
  [key, message, signature]: readonly Uint8Array[],
  keyByte: number,
): ReturnType<Oracle['cheats']> => ({
  'a signature by another key': [flipped(key!, keyByte), message!, signature!],
  'another message': [key!, flipped(message!, 3), signature!],
  'another signature': [key!, message!, flipped(signature!, 40)],
});

export const ecdsa: Oracle = {
  answer: ([key, hash, signature]) =>
    verdict(key!, hash!, secp256k1.verify(signature!, hash!, key!, { prehash: false, lowS: false })),
  // The first byte of a compressed key says which of two points it is.
  cheats: (stdin) => wrongItems(stdin, 0),
};

export const ed25519Signature: Oracle = {
  answer: ([key, message, signature]) => verdict(key!, message!, ed25519.verify(signature!, message!, key!)),
  // The highest bit of the last byte is the sign; a changed y may have no point.
  cheats: ([key, message, signature]) => ({
    ...wrongItems([key!, message!, signature!], 0),
    'a signature by another key': [ed25519.getPublicKey(new Uint8Array(32)), message!, signature!],
  }),
};
