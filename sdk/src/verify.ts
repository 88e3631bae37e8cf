/**
 * @module Verifying. Runs in Node and in browsers: nothing that this module reaches imports a Node module.
 */
import { bytesToHex, feltsToBytes, hexToBytes, VerificationError } from '@weft/primitives';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { runSecurity, verifyRun, vkDigest } from '@weft/rv32im/run/verify';

/** What a valid proof says. */
export interface Verified {
  readonly mode: 'core';
  /** The bytes that the guest made public. */
  readonly publicValues: Uint8Array;
  /** What the guest passed to HALT: 32 bits, unsigned. */
  readonly exitCode: number;
  /** The verifying key's digest: 32 bytes. */
  readonly vk: Uint8Array;
  /** Provable security of the proof, in bits. */
  readonly securityBits: number;
}

/**
 * Checks that `proof` proves a finished run of the program with verifying key `vk`, and returns what the run made public.
 * There is no other way to read a proof's public values.
 * @param vk - the digest that `setup` gives: 32 bytes, or their hexadecimal form.
 * @throws {VerificationError} and nothing else, whatever the bytes of the proof are.
 * @throws {RangeError} when `vk` is not 32 bytes.
 */
export function verify(vk: Uint8Array | string, proof: Uint8Array): Verified {
  const expected = typeof vk === 'string' ? hexToBytes(vk) : vk;
  if (expected.length !== 32) throw new RangeError(`a verifying key digest has 32 bytes, got ${expected.length}`);
  const key = machineKey();
  const file = decodeProof(proof);
  const digest = feltsToBytes(vkDigest(key, file.vk));
  if (digest.some((b, i) => b !== expected[i])) {
    throw new VerificationError('program', `a proof of another program: its verifying key is ${bytesToHex(digest)}`);
  }
  const exitCode = verifyRun(key, file.vk, file.shards, file.publicValues);
  return {
    mode: file.mode,
    publicValues: file.publicValues,
    exitCode,
    vk: digest,
    securityBits: runSecurity(
      key,
      file.vk,
      file.shards.map((shard) => shard.proof),
    ).bits,
  };
}
