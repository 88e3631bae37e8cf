/**
 * @module Verifying proofs of any mode. Runs in Node and in browsers: nothing that this module reaches imports a Node module.
 */
import { feltsToBytes } from '@weft/primitives';
import { proofSecurity } from '@weft/prover/protocol/security';
import { familiesOfShapes, riscvKeyFor } from '@weft/rv32im/key';
import { CORE, openFile } from '@weft/rv32im/run/file-reader';
import { openProof } from '@weft/rv32im/run/proof-file';
import { verifyShards, vkDigest } from '@weft/rv32im/run/verify';
import { type OpenedProof, type Verified, type VerifyOptions, verifyOpened } from './opened.ts';
import { openWhole } from './whole.ts';

export type { ProofMode } from '../mode.ts';
export { DEFAULT_MAX_PROOF_BYTES, type Verified, type VerifyOptions } from './opened.ts';

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
  return verifyOpened(openAny, vk, proof, options);
}

function openAny(bytes: Uint8Array): OpenedProof {
  const { mode, reader } = openFile(bytes);
  return mode === CORE ? openCore(bytes) : openWhole(mode, reader);
}

function openCore(bytes: Uint8Array): OpenedProof {
  const { vk, shards, publicValues } = openProof(bytes);
  const check = (): ReturnType<OpenedProof['check']> => {
    // A shape that is none of the machine's is found out by a key of any families.
    const { key } = riscvKeyFor(familiesOfShapes(shards.shapes));
    const { exitCode, shapes } = verifyShards(key, vk, shards, publicValues);
    return { exitCode, securityBits: proofSecurity(key, shapes, vk.preprocessed.logHeights).bits };
  };
  // All keys of the machine have its digest; a proof of another program is not worth making the one that it names.
  return { mode: 'core', digest: feltsToBytes(vkDigest(riscvKeyFor([]).key, vk)), publicValues, check };
}
