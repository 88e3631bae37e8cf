/**
 * @module The proof file. One encoding per proof: fixed fields, then public values, then the shards; lengths are checked
 * against the file, and nothing may follow.
 *
 * magic "WEFT", version, mode (1 byte each, two zero bytes), program log height, program root (8 elements), entry pc, image
 * root (8 elements), then length and public values, then the number of shards. A shard is the 38 words of its statement,
 * then length and proof. Integers and elements are four bytes, little-endian.
 *
 * A file may be large and is believed in nothing: what it costs to refuse one follows from its length, not from what it says.
 */
import { MEMORY_END } from '@weft/executor/program/layout';
import { concatBytes, feltsToBytes } from '@weft/primitives';
import { checkArray, checkObject } from '@weft/primitives/arguments';
import { readU32 } from '@weft/primitives/bytes';
import { MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { riscvKeyFor } from '../key.ts';
import { STATEMENT_WORDS, statementOfWords, statementWords } from '../statement.ts';
import { CORE, type FileReader, fileStart, formatFault, MAX_PROOF_BYTES, openFile, u32 } from './file-reader.ts';
import { checkVerifyingKey, type ShardProof, type ShardSource, type VerifyingKey } from './verify.ts';

export interface ProofFile {
  readonly mode: 'core';
  readonly vk: VerifyingKey;
  readonly publicValues: Uint8Array;
  /** In the order of the run; at least one. */
  readonly shards: readonly ShardProof[];
}

/** Everything before the shards. */
export function encodeHead(vk: VerifyingKey, publicValues: Uint8Array, shards: number): Uint8Array {
  return concatBytes(
    fileStart(CORE),
    u32(vk.preprocessed.logHeights[0]!),
    feltsToBytes(vk.preprocessed.root),
    u32(vk.entryPc),
    feltsToBytes(vk.imageRoot),
    u32(publicValues.length),
    publicValues,
    u32(shards),
  );
}

/** One shard as it stands in the file. */
export function encodeShard({ statement, proof }: ShardProof): Uint8Array {
  return concatBytes(feltsToBytes(statementWords(statement)), u32(proof.length), proof);
}

/** @throws {TypeError} {@link RangeError} for a file that has no encoding. */
export function encodeProof(file: ProofFile): Uint8Array {
  checkObject('file', file, 'a proof file', ['vk', 'publicValues', 'shards']);
  const { vk, publicValues, shards } = file;
  checkVerifyingKey('file.vk', vk);
  checkArray('file.shards', shards, (name, shard) => checkObject(name, shard, 'a shard proof', ['statement', 'proof']));
  return concatBytes(encodeHead(vk, publicValues, shards.length), ...shards.map(encodeShard));
}

/** A proof file whose shards are read when they are asked for. */
export interface OpenProof extends Omit<ProofFile, 'shards'> {
  readonly shards: ShardSource & {
    /** Indices of the shapes that the proofs name, which may be none. */
    readonly shapes: readonly number[];
  };
}

/** Where the shards of a file lie, and what they say: 160 bytes a shard. */
function readShards(reader: FileReader): OpenProof['shards'] {
  const count = reader.word('the number of shards');
  if (count === 0) formatFault('no shards');
  // A set has the chips of the first and more, so that its proofs have more messages.
  const least = leastProofBytes(riscvKeyFor([]).key);
  const leastShard = 4 * STATEMENT_WORDS + 4 + least;
  if (count * leastShard > reader.left)
    formatFault(`${count} shards have ${count * leastShard} bytes at least, ${reader.left} are left`);
  const words = new Uint32Array(STATEMENT_WORDS * count);
  const [starts, lengths] = [new Float64Array(count), new Float64Array(count)];
  const shapes = new Set<number>();
  for (let i = 0; i < count; i++) {
    const statement = reader.felts(STATEMENT_WORDS, `the statement of shard ${i}`);
    const { exitLo, exitHi, digest } = statementOfWords(statement);
    if ([exitLo, exitHi, ...digest].some((x) => x >= 2 ** 16))
      formatFault(`the statement of shard ${i} has a limb of more than 16 bits`);
    words.set(statement, STATEMENT_WORDS * i);
    lengths[i] = reader.word(`the length of shard ${i}`);
    if (lengths[i]! < least)
      formatFault(`the proof of shard ${i} has ${lengths[i]} bytes, but none has less than ${least}`);
    if (lengths[i]! > MAX_PROOF_BYTES)
      formatFault(`the proof of shard ${i} has ${lengths[i]} bytes, but none has more than ${MAX_PROOF_BYTES}`);
    starts[i] = reader.skip(lengths[i]!, `the proof of shard ${i}`);
    shapes.add(readU32(reader.copy(starts[i]!, 4), 0));
  }
  reader.end();
  return {
    count,
    shapes: [...shapes],
    statement: (i) => statementOfWords(words.subarray(STATEMENT_WORDS * i, STATEMENT_WORDS * (i + 1))),
    proof: (i) => reader.copy(starts[i]!, lengths[i]!),
  };
}

/**
 * Opens a file for verification: checks its form, copies everything but the proofs of the shards, and copies one of those
 * whenever it is asked for.
 * @throws {VerificationError} `format` for anything that {@link encodeProof} does not write.
 */
export function openProof(file: Uint8Array): OpenProof {
  const { mode, reader } = openFile(file);
  if (mode !== CORE) formatFault(`a proof of mode ${mode} has no shards`);
  const logHeight = reader.word('the height of the program');
  if (logHeight < MIN_LOG_HEIGHT || logHeight > MAX_LOG_HEIGHT) formatFault(`program of 2^${logHeight} rows`);
  const root = reader.felts(8, 'the root of the program');
  const entryPc = reader.word('the entry pc');
  if (entryPc >= MEMORY_END) formatFault(`entry pc 0x${entryPc.toString(16)} is beyond memory`);
  const imageRoot = reader.felts(8, 'the root of the image');
  const publicValues = reader.block(reader.word('the length of the public values'), 'the public values');
  const shards = readShards(reader);
  return {
    mode: 'core',
    vk: { preprocessed: { logHeights: [logHeight], root }, entryPc, imageRoot },
    publicValues,
    shards,
  };
}

/**
 * Decodes a file. What is returned holds no memory of `bytes`.
 * @throws {VerificationError} `format` for anything that {@link encodeProof} does not write.
 */
export function decodeProof(bytes: Uint8Array): ProofFile {
  const { shards, ...head } = openProof(bytes);
  const list = Array.from({ length: shards.count }, (_, i) => ({
    statement: shards.statement(i),
    proof: shards.proof(i),
  }));
  return { ...head, shards: list };
}
