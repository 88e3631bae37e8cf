/**
 * @module The example guests as bytes. Their sources lie beside them; `build.sh` rebuilds them.
 */
import { readFileSync } from 'node:fs';

export const GUESTS = [
  'fibonacci',
  'sha256',
  'sort-text',
  'loop',
  'compress',
  'sort-words',
  'matrix',
  'recursion',
  'sparse',
  'hash-chain',
  'start-up',
  'sha256-calls',
  'keccak-calls',
  'ecdsa',
  'ecdsa-software',
  'ecdsa-p256',
  'ed25519',
  'bn254',
  'bls12381',
  'uint256',
  'poseidon2',
  'two-families',
  'doublings',
  'every-call',
  'runtime',
  'c-library',
  'cxx-library',
  'keccak-rust',
  'every-call-rust',
] as const;
export type GuestName = (typeof GUESTS)[number];

/** Path of a guest's ELF file. */
export function guestPath(name: GuestName): URL {
  return new URL(`../elf/${name}.elf`, import.meta.url);
}

/** A guest's ELF file. */
export function readGuest(name: GuestName): Uint8Array {
  return new Uint8Array(readFileSync(guestPath(name)));
}
