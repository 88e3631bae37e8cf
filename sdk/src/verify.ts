/**
 * @module Verifying. Runs in Node and in browsers: nothing that this module reaches imports a Node module.
 */
import { bytesToHex, copyIfBytes, feltsToBytes, hexToBytes, plainView, VerificationError } from '@weft/primitives';
import { checkInteger, checkOptions, type OptionChecks } from '@weft/primitives/arguments';
import { proofSecurity } from '@weft/prover/protocol/security';
import { COMPRESSED, readWhole, WRAPPED } from '@weft/recursion/rv32im/proof-file';
import { verifyWhole, wholeSecurity } from '@weft/recursion/rv32im/verify';
import { machineKey } from '@weft/rv32im/key';
import { formatFault, openFile } from '@weft/rv32im/run/file-reader';
import { CORE, openProof } from '@weft/rv32im/run/proof-file';
import { verifyShards, vkDigest } from '@weft/rv32im/run/verify';
import type { ProofMode } from './mode.ts';

export type { ProofMode } from './mode.ts';

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

/**
 * Checks that `proof` proves a finished run of the program with verifying key `vk`, and returns what the run made public.
 * There is no other way to read a proof's public values. What is returned is a copy; bytes that change while they are read
 * are judged as they were read.
 * @param vk - the digest that `setup` gives: 32 bytes, or their hexadecimal form.
 * @throws {VerificationError} and nothing else, whatever `vk` and `proof` are: `program` for a `vk` that is none, or of another
 * program, `format` for a `proof` that is none or too large.
 * @throws {TypeError} {@link RangeError} when an option is none.
 */
export function verify(vk: Uint8Array | string, proof: Uint8Array, options: VerifyOptions = {}): Verified {
  const { expectExit, maxProofBytes = DEFAULT_MAX_PROOF_BYTES } = checkOptions('options', options, OPTIONS);
  const expected = digestBytes(vk);
  const view = plainView(proof);
  if (view === undefined) throw new VerificationError('format', 'a proof is a Uint8Array whose memory is there');
  if (view.length > maxProofBytes)
    throw new VerificationError(
      'format',
      `the proof has ${view.length} bytes, more than the limit of ${maxProofBytes}`,
    );
  const { digest, publicValues, mode, check } = openAny(view);
  if (digest.some((b, i) => b !== expected[i])) {
    throw new VerificationError('program', `a proof of another program: its verifying key is ${bytesToHex(digest)}`);
  }
  const { exitCode, securityBits } = check();
  // Only now: before, the code is what anyone may have written there.
  if (expectExit !== undefined && exitCode !== expectExit)
    throw new VerificationError('exit_code', `the run exited with code ${exitCode}, expected ${expectExit}`);
  return { mode, publicValues, exitCode, vk: digest, securityBits };
}

/** A proof of any mode, its form checked and nothing else. */
interface OpenedProof extends Pick<Verified, 'mode' | 'publicValues'> {
  /** The verifying key's digest, as the file has it. */
  readonly digest: Uint8Array;
  /** @throws {VerificationError} */
  readonly check: () => Pick<Verified, 'exitCode' | 'securityBits'>;
}

function openAny(bytes: Uint8Array): OpenedProof {
  const { mode, reader } = openFile(bytes);
  if (mode === CORE) return openCore(bytes);
  if (mode !== COMPRESSED && mode !== WRAPPED) return formatFault(`unknown proof mode ${mode}`);
  const { program, publicValues, whole } = readWhole(reader, mode);
  const check = (): ReturnType<OpenedProof['check']> => ({
    exitCode: verifyWhole(program, whole, publicValues),
    securityBits: wholeSecurity().bits,
  });
  return { mode: mode === WRAPPED ? 'wrapped' : 'compressed', digest: feltsToBytes(program), publicValues, check };
}

function openCore(bytes: Uint8Array): OpenedProof {
  const key = machineKey();
  const { vk, shards, publicValues } = openProof(bytes);
  const check = (): ReturnType<OpenedProof['check']> => {
    const { exitCode, shapes } = verifyShards(key, vk, shards, publicValues);
    return { exitCode, securityBits: proofSecurity(key, shapes, vk.preprocessed.logHeights).bits };
  };
  return { mode: 'core', digest: feltsToBytes(vkDigest(key, vk)), publicValues, check };
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
