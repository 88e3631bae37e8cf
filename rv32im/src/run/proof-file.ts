/**
 * @module The proof file. One encoding per proof: fixed fields, then public values, then the shards; lengths are checked
 * against the file, and nothing may follow.
 *
 * magic "WEFT", version, mode (1 byte each, two zero bytes), program log height, program root (8 elements), entry pc, image
 * root (8 elements), then length and public values, then the number of shards. A shard is the 37 words of its statement,
 * then length and proof. Integers and elements are four bytes, little-endian.
 */
import { MEMORY_END } from '@weft/executor/program/layout';
import { bytesToFelts, concatBytes, feltsToBytes, VerificationError } from '@weft/primitives';
import { checkArray, checkBytes, checkObject } from '@weft/primitives/arguments';
import { readU32 } from '@weft/primitives/bytes';
import { MAX_LOG_HEIGHT, MIN_LOG_HEIGHT } from '@weft/prover/air/chip';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/key';
import { STATEMENT_WORDS, statementOfWords, statementWords } from '../statement.ts';
import { checkVerifyingKey, type ShardProof, type VerifyingKey } from './verify.ts';

export interface ProofFile {
  readonly mode: 'core';
  readonly vk: VerifyingKey;
  readonly publicValues: Uint8Array;
  /** In the order of the run; at least one. */
  readonly shards: readonly ShardProof[];
}

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

/** Reads a file from front to end. Blocks are views of it. */
class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  block(length: number, what: string): Uint8Array {
    const left = this.#bytes.length - this.at;
    if (length > left) fail(`${what} should have ${length} bytes, ${left} are left`);
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
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

function readShard(reader: Reader, index: number): ShardProof {
  const words = reader.felts(STATEMENT_WORDS, `the statement of shard ${index}`);
  const statement = statementOfWords(words);
  const limbs = [statement.exitLo, statement.exitHi, ...statement.digest];
  if (limbs.some((x) => x >= 2 ** 16)) fail(`the statement of shard ${index} has a limb of more than 16 bits`);
  const length = reader.word(`the length of shard ${index}`);
  return { statement, proof: reader.block(length, `the proof of shard ${index}`) };
}

/**
 * @throws {VerificationError} `format` for bytes that {@link encodeProof} does not write.
 * @throws {TypeError} for anything but bytes.
 */
export function decodeProof(bytes: Uint8Array): ProofFile {
  checkBytes('bytes', bytes);
  if (bytes.length < 4 || MAGIC.some((b, i) => bytes[i] !== b)) fail('not a Weft proof: it does not start with "WEFT"');
  if (bytes.length < HEAD_BYTES) fail(`the proof is cut off after ${bytes.length} bytes`);
  if (bytes[4] !== PROTOCOL_VERSION) fail(`proof of protocol version ${bytes[4]}; this is version ${PROTOCOL_VERSION}`);
  if (bytes[5] !== CORE) fail(`unknown proof mode ${bytes[5]}`);
  if (bytes[6] !== 0 || bytes[7] !== 0) fail('reserved bits are set');
  const reader = new Reader(bytes);
  reader.at = 8;
  const logHeight = reader.word('the height of the program');
  if (logHeight < MIN_LOG_HEIGHT || logHeight > MAX_LOG_HEIGHT) fail(`program of 2^${logHeight} rows`);
  const root = reader.felts(8, 'the root of the program');
  const entryPc = reader.word('the entry pc');
  if (entryPc >= MEMORY_END) fail(`entry pc 0x${entryPc.toString(16)} is beyond memory`);
  const imageRoot = reader.felts(8, 'the root of the image');
  const publicValues = reader.block(reader.word('the length of the public values'), 'the public values').slice();
  const count = reader.word('the number of shards');
  if (count === 0) fail('no shards');
  const shards: ShardProof[] = [];
  // Shards are read one by one, so a count that the file cannot hold ends at once.
  for (let i = 0; i < count; i++) shards.push(readShard(reader, i));
  if (reader.at !== bytes.length) fail(`${bytes.length - reader.at} bytes follow the proof`);
  return {
    mode: 'core',
    vk: { preprocessed: { logHeights: [logHeight], root }, entryPc, imageRoot },
    publicValues,
    shards,
  };
}
