/**
 * @module Verifying. Runs in Node and in browsers: nothing that this module reaches imports a Node module.
 */
import { bytesToHex, feltsToBytes, hexToBytes, VerificationError } from '@weft/primitives';
import { checkBytes, checkInteger, checkOptions, isBytes, type OptionChecks, refuse } from '@weft/primitives/arguments';
import { securityBits } from '@weft/prover/protocol/security';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { verifyRun, vkDigest } from '@weft/rv32im/run/verify';

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

/** What else a proof must say, and what checking it may cost. */
export interface VerifyOptions {
  /**
   * The exit code that the run must have ended with, 0 to 2^32 - 1; a valid proof of another one is rejected as `exit_code`. By
   * default any code will do: a guest that panics exits, and its proof verifies.
   */
  readonly expectExit?: number | undefined;
}

/** Exit codes have 32 bits, unsigned. @throws {TypeError} {@link RangeError} */
export function checkExitCode(name: string, value: unknown): void {
  checkInteger(name, value, 0, 2 ** 32 - 1);
}

const OPTIONS: OptionChecks<VerifyOptions> = { expectExit: checkExitCode };

/** @throws {TypeError} {@link RangeError} */
function keyDigest(vk: Uint8Array | string): Uint8Array {
  if (typeof vk !== 'string' && !isBytes(vk)) refuse('vk', '32 bytes or 64 hexadecimal digits', vk);
  const bytes = typeof vk === 'string' ? hexToBytes(vk) : vk;
  if (bytes.length !== 32) throw new RangeError(`vk must have 32 bytes, got ${bytes.length}`);
  return bytes;
}

/**
 * Checks that `proof` proves a finished run of the program with verifying key `vk`, and returns what the run made public.
 * There is no other way to read a proof's public values.
 * @param vk - the digest that `setup` gives: 32 bytes, or their hexadecimal form.
 * @throws {VerificationError} whatever the bytes of the proof are, nothing else.
 * @throws {TypeError} {@link RangeError} when `vk` is not 32 bytes, `proof` no `Uint8Array`, or an option is none.
 */
export function verify(vk: Uint8Array | string, proof: Uint8Array, options: VerifyOptions = {}): Verified {
  const expected = keyDigest(vk);
  checkBytes('proof', proof);
  const { expectExit } = checkOptions('options', options, OPTIONS);
  const key = machineKey();
  const file = decodeProof(proof);
  const digest = feltsToBytes(vkDigest(key, file.vk));
  if (digest.some((b, i) => b !== expected[i])) {
    throw new VerificationError('program', `a proof of another program: its verifying key is ${bytesToHex(digest)}`);
  }
  const exitCode = verifyRun(key, file.vk, file.shards, file.publicValues);
  // Only now: before, the code is what anyone may have written there.
  if (expectExit !== undefined && exitCode !== expectExit)
    throw new VerificationError('exit_code', `the run exited with code ${exitCode}, expected ${expectExit}`);
  const bits = Math.min(...key.shapes.map((shape) => securityBits(key, shape, file.vk.preprocessed.logHeights)));
  return {
    mode: file.mode,
    publicValues: file.publicValues,
    exitCode,
    vk: digest,
    securityBits: bits,
  };
}
