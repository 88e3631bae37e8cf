/**
 * @module Verifying the one proof of a run. Runs in Node and in browsers, with or without WebAssembly: nothing that this module reaches
 * imports a Node module, and of the machine that programs run on it has a digest alone.
 */
import { feltsToBytes, VerificationError } from '@weft/primitives';
import { WHOLE_BITS } from '@weft/recursion/rv32im/keys.generated';
import { COMPRESSED, readWhole, WRAPPED } from '@weft/recursion/rv32im/proof-file';
import { verifyWhole } from '@weft/recursion/rv32im/verify';
import { CORE, type FileReader, formatFault, openFile } from '@weft/rv32im/run/file-reader';
import { type OpenedProof, type Verified, type VerifyOptions, verifyOpened } from './opened.ts';

export { VerificationError, type VerificationReason, WeftError } from '@weft/primitives/errors';
export type { ProofMode } from '../mode.ts';
export { DEFAULT_MAX_PROOF_BYTES, type Verified, type VerifyOptions } from './opened.ts';

/**
 * Checks that `proof` proves a finished run of the program with verifying key `vk`, and returns what the run made public.
 * There is no other way to read a proof's public values. What is returned is a copy; bytes that change while they are read
 * are judged as they were read.
 * Proofs of mode `core`, a proof per shard, are for the `verify` of the whole library, which knows the machine of the shards.
 * @param vk - the digest that `setup` gives: 32 bytes, or their hexadecimal form.
 * @throws {VerificationError} and nothing else, whatever `vk` and `proof` are: `program` for a `vk` that is none, or of another
 * program, `format` for a `proof` that is none or too large.
 * @throws {TypeError} {@link RangeError} when an option is none.
 */
export function verify(vk: Uint8Array | string, proof: Uint8Array, options: VerifyOptions = {}): Verified {
  return verifyOpened(open, vk, proof, options);
}

function open(bytes: Uint8Array): OpenedProof {
  const { mode, reader } = openFile(bytes);
  if (mode === CORE)
    throw new VerificationError(
      'format',
      "a proof per shard (mode core): weft-zkvm's verify takes it, weft-zkvm/verify not",
    );
  return openWhole(mode, reader);
}

/** What follows the start of a file of one proof. @throws {VerificationError} `format` */
export function openWhole(mode: number, reader: FileReader): OpenedProof {
  if (mode !== COMPRESSED && mode !== WRAPPED) return formatFault(`unknown proof mode ${mode}`);
  const { program, publicValues, whole } = readWhole(reader, mode);
  const check = (): ReturnType<OpenedProof['check']> => ({
    exitCode: verifyWhole(program, whole, publicValues),
    securityBits: WHOLE_BITS,
  });
  return { mode: mode === WRAPPED ? 'wrapped' : 'compressed', digest: feltsToBytes(program), publicValues, check };
}
