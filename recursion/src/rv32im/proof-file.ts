/**
 * @module The file of the one proof of a run. After the start that all proof files have: digest of the program's verifying key (8 elements),
 * length and public values, exit code, mask and 16 limbs of the digest that the guest committed, the circuit by its place among
 * those of whole runs (but in mode `wrapped`), then length and proof. Integers and elements are four bytes, little-endian.
 */
import { concatBytes, feltsToBytes } from '@weft/primitives';
import type { Digest } from '@weft/primitives/hash/modes';
import { type FileReader, fileStart, formatFault, MAX_PROOF_BYTES, u32 } from '@weft/rv32im/run/file-reader';
import { WRAP } from '../circuits.ts';
import { WHOLE_CIRCUITS, type WholeProof } from './verify.ts';

/** Mode of a file of one proof, and of one whose proof is the smallest: its circuit needs no number. */
export const COMPRESSED = 1;
export const WRAPPED = 2;

export interface WholeFile {
  /** Digest of the program's verifying key. */
  readonly program: Digest;
  readonly publicValues: Uint8Array;
  readonly whole: WholeProof;
}

/** @throws {RangeError} for a circuit that is none of whole runs. */
export function encodeWhole({ program, publicValues, whole }: WholeFile): Uint8Array {
  const { circuit, exitLo, exitHi, committed, digest, proof } = whole;
  const index = WHOLE_CIRCUITS.indexOf(circuit);
  const isWrapped = circuit === WRAP;
  if (index < 0 && !isWrapped) throw new RangeError(`${circuit} is no circuit of whole runs`);
  return concatBytes(
    fileStart(isWrapped ? WRAPPED : COMPRESSED),
    feltsToBytes(program),
    u32(publicValues.length),
    publicValues,
    u32(exitLo + 2 ** 16 * exitHi),
    u32(committed),
    feltsToBytes(digest),
    isWrapped ? new Uint8Array() : u32(index),
    u32(proof.length),
    proof,
  );
}

/**
 * Reads what follows the start of a file.
 * @param mode - {@link COMPRESSED} or {@link WRAPPED}.
 * @throws {VerificationError} `format` for anything that {@link encodeWhole} does not write.
 */
export function readWhole(reader: FileReader, mode: number): WholeFile {
  const program = reader.felts(8, 'the digest of the program');
  const publicValues = reader.block(reader.word('the length of the public values'), 'the public values');
  const exitCode = reader.word('the exit code');
  const [committed] = reader.felts(1, 'the mask of the digest');
  const digest = reader.felts(16, 'the digest of the public values');
  const circuit = mode === WRAPPED ? WRAP : WHOLE_CIRCUITS[reader.word('the circuit')];
  if (circuit === undefined) return formatFault('a proof of a circuit that is none of this version');
  const length = reader.word('the length of the proof');
  if (length > MAX_PROOF_BYTES) formatFault(`the proof has ${length} bytes, but none has more than ${MAX_PROOF_BYTES}`);
  const proof = reader.block(length, 'the proof');
  reader.end();
  const [exitLo, exitHi] = [exitCode % 2 ** 16, Math.floor(exitCode / 2 ** 16)];
  return { program, publicValues, whole: { circuit, exitLo, exitHi, committed: committed!, digest, proof } };
}
