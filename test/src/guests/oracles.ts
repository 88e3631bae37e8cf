/**
 * @module The oracle of every example.
 */
import type { Oracle } from './oracle.ts';
import { ecdsa, ed25519Signature } from './signatures.ts';

export const ORACLES: Readonly<Record<string, Oracle>> = {
  ecdsa,
  ed25519: ed25519Signature,
};
