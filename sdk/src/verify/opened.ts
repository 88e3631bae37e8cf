/**
 * @module What verifying a proof of any mode has in common: arguments, the program that it is of, the exit code that is asked for.
 */
import { bytesToHex, copyIfBytes, hexToBytes, plainView, VerificationError } from '@weft/primitives';
import { checkInteger, checkOptions, type OptionChecks } from '@weft/primitives/arguments';
import type { ProofMode } from '../mode.ts';

/** What a valid proof says. */
export interface Verified {
  readonly mode: ProofMode;
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
  /**
   * A proof of more bytes is refused unread; 2 GiB by default. Time and memory of a verification follow from the bytes: about
   * a second a megabyte, and of memory what the public values and one shard take.
   */
  readonly maxProofBytes?: number | undefined;
}

/** Exit codes have 32 bits, unsigned. @throws {TypeError} {@link RangeError} */
export function checkExitCode(name: string, value: unknown): void {
  checkInteger(name, value, 0, 2 ** 32 - 1);
}

/** Without {@link VerifyOptions.maxProofBytes}: 2 GiB, the most that Node reads from a file at once. */
export const DEFAULT_MAX_PROOF_BYTES: number = 2 ** 31;

const OPTIONS: OptionChecks<VerifyOptions> = {
  expectExit: checkExitCode,
  maxProofBytes: (name, value) => checkInteger(name, value, 0),
};

/** A proof of any mode, its form checked and nothing else. */
export interface OpenedProof extends Pick<Verified, 'mode' | 'publicValues'> {
  /** The verifying key's digest, as the file has it. */
  readonly digest: Uint8Array;
  /** @throws {VerificationError} */
  readonly check: () => Pick<Verified, 'exitCode' | 'securityBits'>;
}

/**
 * Verifies a proof that `open` knows how to read.
 * @throws {VerificationError} {@link TypeError} {@link RangeError} as `verify` does.
 */
export function verifyOpened(
  open: (bytes: Uint8Array) => OpenedProof,
  vk: Uint8Array | string,
  proof: Uint8Array,
  options: VerifyOptions,
): Verified {
  const { expectExit, maxProofBytes = DEFAULT_MAX_PROOF_BYTES } = checkOptions('options', options, OPTIONS);
  const expected = digestBytes(vk);
  const view = plainView(proof);
  if (view === undefined) throw new VerificationError('format', 'a proof is a Uint8Array whose memory is there');
  if (view.length > maxProofBytes)
    throw new VerificationError(
      'format',
      `the proof has ${view.length} bytes, more than the limit of ${maxProofBytes}`,
    );
  const { digest, publicValues, mode, check } = open(view);
  if (digest.some((b, i) => b !== expected[i])) {
    throw new VerificationError('program', `a proof of another program: its verifying key is ${bytesToHex(digest)}`);
  }
  const { exitCode, securityBits } = check();
  // Only now: before, the code is what anyone may have written there.
  if (expectExit !== undefined && exitCode !== expectExit)
    throw new VerificationError('exit_code', `the run exited with code ${exitCode}, expected ${expectExit}`);
  return { mode, publicValues, exitCode, vk: digest, securityBits };
}

/** A copy of the bytes of a verifying key's digest. */
function digestBytes(vk: unknown): Uint8Array {
  const refuse = (message: string): never => {
    throw new VerificationError('program', `a verifying key digest has 32 bytes, ${message}`);
  };
  if (typeof vk !== 'string') {
    const bytes = copyIfBytes(vk) ?? refuse('this is no byte array');
    return bytes.length === 32 ? bytes : refuse(`this has ${bytes.length}`);
  }
  if (!/^(0x)?[0-9a-f]{64}$/i.test(vk)) refuse('or 64 hexadecimal digits');
  return hexToBytes(vk);
}
