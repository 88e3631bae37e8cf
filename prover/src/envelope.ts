/**
 * @module The proof file. One encoding per proof: fixed fields, then public values, then the shard proof; lengths are
 * checked against the file, and nothing may follow.
 *
 * magic "WEFT", version, mode, committed (1 byte each, one zero byte), exit code, program log height, program root, entry
 * pc, image root, final root (8 elements each), then length and public values, then length and shard proof. Integers and
 * elements are four bytes, little-endian.
 */
import { bytesToFelts, concatBytes, feltsToBytes, readU32, VerificationError } from '@weft/primitives';
import { PROTOCOL_VERSION } from './verify/key.ts';
import type { RunClaim, VerifyingKey } from './verify-run.ts';

export interface ProofFile {
  readonly mode: 'core';
  readonly vk: VerifyingKey;
  readonly claim: RunClaim;
  readonly shard: Uint8Array;
}

const MAGIC = [0x57, 0x45, 0x46, 0x54];
const CORE = 0;
const FIXED_BYTES = 8 + 4 * (1 + 1 + 8 + 1 + 8 + 8);
const MAX_PROGRAM_LOG_HEIGHT = 22;

function u32(x: number): Uint8Array {
  return Uint8Array.of(x & 255, (x >>> 8) & 255, (x >>> 16) & 255, x >>> 24);
}

export function encodeProof({ vk, claim, shard }: ProofFile): Uint8Array {
  return concatBytes(
    Uint8Array.of(...MAGIC, PROTOCOL_VERSION, CORE, claim.committed ? 1 : 0, 0),
    u32(claim.exitCode),
    u32(vk.program.logHeight),
    feltsToBytes(vk.program.root),
    u32(vk.entryPc),
    feltsToBytes(vk.imageRoot),
    feltsToBytes(claim.after),
    u32(claim.publicValues.length),
    claim.publicValues,
    u32(shard.length),
    shard,
  );
}

/** @throws {VerificationError} `format` for anything that {@link encodeProof} does not write. */
export function decodeProof(bytes: Uint8Array): ProofFile {
  const fail = (message: string): never => {
    throw new VerificationError('format', message);
  };
  if (bytes.length < 4 || MAGIC.some((b, i) => bytes[i] !== b)) fail('not a Weft proof: it does not start with "WEFT"');
  if (bytes.length < FIXED_BYTES + 8) fail(`the proof is cut off after ${bytes.length} bytes`);
  if (bytes[4] !== PROTOCOL_VERSION) fail(`proof of protocol version ${bytes[4]}; this is version ${PROTOCOL_VERSION}`);
  if (bytes[5] !== CORE) fail(`unknown proof mode ${bytes[5]}`);
  if (bytes[6]! > 1 || bytes[7] !== 0) fail('reserved bits are set');
  let at = 8;
  const word = (): number => {
    at += 4;
    return readU32(bytes, at - 4);
  };
  const digest = (): number[] => {
    const part = bytes.subarray(at, at + 32);
    at += 32;
    try {
      return bytesToFelts(part);
    } catch (error) {
      return fail(`${(error as Error).message} at byte ${at - 32}`);
    }
  };
  const exitCode = word();
  const logHeight = word();
  if (logHeight < 7 || logHeight > MAX_PROGRAM_LOG_HEIGHT) fail(`program of 2^${logHeight} rows`);
  const root = digest();
  const entryPc = word();
  if (entryPc >= 0x78000000) fail(`entry pc 0x${entryPc.toString(16)} is beyond memory`);
  const imageRoot = digest();
  const after = digest();
  const block = (what: string): Uint8Array => {
    const length = at + 4 <= bytes.length ? word() : fail(`the proof is cut off before the length of ${what}`);
    if (at + length > bytes.length) fail(`${what} should have ${length} bytes, ${bytes.length - at} are left`);
    at += length;
    return bytes.slice(at - length, at);
  };
  const publicValues = block('the public values');
  const shard = block('the shard proof');
  if (at !== bytes.length) fail(`${bytes.length - at} bytes follow the proof`);
  const vk = { program: { logHeight, root }, entryPc, imageRoot };
  return { mode: 'core', vk, claim: { exitCode, publicValues, committed: bytes[6] === 1, after }, shard };
}
