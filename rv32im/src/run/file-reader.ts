/**
 * @module What all proof files have in common: the first eight bytes, and how a file is read that is believed in nothing. What it costs
 * to refuse one follows from its length, not from what it says.
 */
import { bytesToFelts, copyIfBytes, plainView, VerificationError } from '@weft/primitives';
import { readU32 } from '@weft/primitives/bytes';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/version';

const MAGIC = [0x57, 0x45, 0x46, 0x54];
const START_BYTES = 8;

/** Mode of a file of shards. */
export const CORE = 0;
/** More than any one proof has, of any machine, shape or circuit. */
export const MAX_PROOF_BYTES: number = 2 ** 21;

/** Integers and elements are four bytes, little-endian. */
export function u32(x: number): Uint8Array {
  return Uint8Array.of(x & 255, (x >>> 8) & 255, (x >>> 16) & 255, x >>> 24);
}

/** How a file starts: magic "WEFT", version, mode (1 byte each, two zero bytes). */
export function fileStart(mode: number): Uint8Array {
  return Uint8Array.of(...MAGIC, PROTOCOL_VERSION, mode, 0, 0);
}

/**
 * @returns the mode, and the rest to be read.
 * @throws {VerificationError} `format` for what is no proof of this version.
 */
export function openFile(file: Uint8Array): { readonly mode: number; readonly reader: FileReader } {
  const bytes = plainView(file) ?? formatFault('a proof is a Uint8Array whose memory is there');
  const reader = new FileReader(bytes);
  // A byte that is not there is none of the name.
  if (MAGIC.some((b, i) => bytes[i] !== b)) formatFault('not a Weft proof: it does not start with "WEFT"');
  if (bytes.length < START_BYTES) formatFault(`the proof is cut off after ${bytes.length} bytes`);
  reader.skip(4, 'the magic');
  const [version, mode, ...reserved] = reader.block(4, 'the version');
  if (version !== PROTOCOL_VERSION)
    formatFault(`proof of protocol version ${version}; this is version ${PROTOCOL_VERSION}`);
  if (reserved.some((x) => x !== 0)) formatFault('reserved bits are set');
  return { mode: mode!, reader };
}

/** @throws {VerificationError} `format` */
export function formatFault(message: string): never {
  throw new VerificationError('format', message);
}

/** Reads a file from front to end. Every byte is read once, and blocks are copies, so that nobody can change what was read. */
export class FileReader {
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
    if (length > this.left) formatFault(`${what} should have ${length} bytes, ${this.left} are left`);
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
      return formatFault(`${what}: ${(error as Error).message}`);
    }
  }

  /** A copy of bytes that were stepped over. */
  copy(start: number, length: number): Uint8Array {
    return copyIfBytes(this.#bytes.subarray(start, start + length))!;
  }

  /** @throws {VerificationError} `format` when there is more. */
  end(): void {
    if (this.left > 0) formatFault(`${this.left} bytes follow the proof`);
  }
}
