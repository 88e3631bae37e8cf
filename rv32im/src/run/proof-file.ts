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
import { bytesToFelts, concatBytes, copyIfBytes, feltsToBytes, plainView, VerificationError } from '@weft/primitives';
import { checkArray, checkObject } from '@weft/primitives/arguments';
import { readU32 } from '@weft/primitives/bytes';
import { MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/key';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { machineKey } from '../key.ts';
import { STATEMENT_WORDS, statementOfWords, statementWords } from '../statement.ts';
import { checkVerifyingKey, type ShardProof, type ShardSource, type VerifyingKey } from './verify.ts';

export interface ProofFile {
  readonly mode: 'core';
  readonly vk: VerifyingKey;
  readonly publicValues: Uint8Array;
  /** In the order of the run; at least one. */
  readonly shards: readonly ShardProof[];
}

/** More than any shard proof of any shape has. */
export const MAX_SHARD_PROOF_BYTES: number = 2 ** 21;

const MAGIC = [0x57, 0x45, 0x46, 0x54];
const CORE = 0;
const HEAD_BYTES = 8 + 4 * (1 + 8 + 1 + 8);

function u32(x: number): Uint8Array {
  return Uint8Array.of(x & 255, (x >>> 8) & 255, (x >>> 16) & 255, x >>> 24);
}

/** Everything before the shards. */
export function encodeHead(vk: VerifyingKey, publicValues: Uint8Array, shards: number): Uint8Array {
  return concatBytes(
    Uint8Array.of(...MAGIC, PROTOCOL_VERSION, CORE, 0, 0),
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

function fail(message: string): never {
  throw new VerificationError('format', message);
}

/** Reads a file from front to end. Every byte is read once, and blocks are copies, so that nobody can change what was read. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly length: number;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  get left(): number {
    return this.length - this.at;
  }

  /** Steps over a block and returns where it starts. */
  skip(length: number, what: string): number {
    if (length > this.left) fail(`${what} should have ${length} bytes, ${this.left} are left`);
    this.at += length;
    return this.at - length;
  }

  block(length: number, what: string): Uint8Array {
    const at = this.skip(length, what);
    return copyIfBytes(this.#bytes.subarray(at, at + length))!;
  }

  word(what: string): number {
    return readU32(this.block(4, what), 0);
  }

  felts(count: number, what: string): number[] {
    const block = this.block(4 * count, what);
    try {
      return bytesToFelts(block);
    } catch (error) {
      return fail(`${what}: ${(error as Error).message}`);
    }
  }
}

/** A proof file whose shards are read when they are asked for. */
export interface OpenProof extends Omit<ProofFile, 'shards'> {
  readonly shards: ShardSource;
}

/** Where the shards of a file lie, and what they say: 160 bytes a shard. */
function readShards(reader: Reader, bytes: Uint8Array): ShardSource {
  const count = reader.word('the number of shards');
  if (count === 0) fail('no shards');
  const least = leastProofBytes(machineKey());
  const leastShard = 4 * STATEMENT_WORDS + 4 + least;
  if (count * leastShard > reader.left)
    fail(`${count} shards have ${count * leastShard} bytes at least, ${reader.left} are left`);
  const words = new Uint32Array(STATEMENT_WORDS * count);
  const [starts, lengths] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const statement = reader.felts(STATEMENT_WORDS, `the statement of shard ${i}`);
    const { exitLo, exitHi, digest } = statementOfWords(statement);
    if ([exitLo, exitHi, ...digest].some((x) => x >= 2 ** 16))
      fail(`the statement of shard ${i} has a limb of more than 16 bits`);
    words.set(statement, STATEMENT_WORDS * i);
    lengths[i] = reader.word(`the length of shard ${i}`);
    if (lengths[i]! < least) fail(`the proof of shard ${i} has ${lengths[i]} bytes, but none has less than ${least}`);
    if (lengths[i]! > MAX_SHARD_PROOF_BYTES)
      fail(`the proof of shard ${i} has ${lengths[i]} bytes, but none has more than ${MAX_SHARD_PROOF_BYTES}`);
    starts[i] = reader.skip(lengths[i]!, `the proof of shard ${i}`);
  }
  if (reader.left > 0) fail(`${reader.left} bytes follow the proof`);
  return {
    count,
    statement: (i) => statementOfWords(words.subarray(STATEMENT_WORDS * i, STATEMENT_WORDS * (i + 1))),
    proof: (i) => copyIfBytes(bytes.subarray(starts[i]!, starts[i]! + lengths[i]!))!,
  };
}

/**
 * Opens a file for verification: checks its form, copies everything but the proofs of the shards, and copies one of those
 * whenever it is asked for.
 * @throws {VerificationError} `format` for anything that {@link encodeProof} does not write.
 */
export function openProof(file: Uint8Array): OpenProof {
  const bytes = plainView(file) ?? fail('a proof is a Uint8Array whose memory is there');
  const reader = new Reader(bytes);
  if (bytes.length < 4 || MAGIC.some((b, i) => bytes[i] !== b)) fail('not a Weft proof: it does not start with "WEFT"');
  if (bytes.length < HEAD_BYTES) fail(`the proof is cut off after ${bytes.length} bytes`);
  reader.skip(4, 'the magic');
  const [version, mode, ...reserved] = reader.block(4, 'the version');
  if (version !== PROTOCOL_VERSION) fail(`proof of protocol version ${version}; this is version ${PROTOCOL_VERSION}`);
  if (mode !== CORE) fail(`unknown proof mode ${mode}`);
  if (reserved.some((x) => x !== 0)) fail('reserved bits are set');
  const logHeight = reader.word('the height of the program');
  if (logHeight < MIN_LOG_HEIGHT || logHeight > MAX_LOG_HEIGHT) fail(`program of 2^${logHeight} rows`);
  const root = reader.felts(8, 'the root of the program');
  const entryPc = reader.word('the entry pc');
  if (entryPc >= MEMORY_END) fail(`entry pc 0x${entryPc.toString(16)} is beyond memory`);
  const imageRoot = reader.felts(8, 'the root of the image');
  const publicValues = reader.block(reader.word('the length of the public values'), 'the public values');
  const shards = readShards(reader, bytes);
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
