/**
 * @module What writes and reads values as version 1 of the Rust crate `bincode` does by default: integers of fixed size, the lowest byte
 * first; lengths of 8 bytes; numbers of variants of 4.
 */
import { concatBytes, DecodeError } from '@weft/primitives';
import { checkMethods, copyBytes } from '@weft/primitives/arguments';

/**
 * How values of one Rust type are written and read.
 * @typeParam Out - what is read.
 * @typeParam In - what may be written; wider than `Out` where several kinds of value mean the same.
 */
export interface Codec<Out, In = Out> {
  /** The type's name in Rust, for messages: `Vec<u32>`. */
  readonly type: string;
  /** Fewest bytes that a value takes. */
  readonly leastBytes: number;
  /** Whether `undefined` is a value. */
  readonly holdsUndefined?: boolean;
  /**
   * @param name - what the value is, for messages.
   * @throws {TypeError} for another kind of value; {@link RangeError} for one that the type does not hold.
   */
  write(to: ByteWriter, value: In, name: string): void;
  /** @throws {DecodeError} when there is no such value. */
  read(from: ByteReader): Out;
}

/** Any codec: one that reads something, and writes some values or other. */
export type AnyCodec = Codec<unknown, never>;
/** What a codec reads. */
export type OutputOf<C> = C extends { read(from: ByteReader): infer Out } ? Out : never;
/** What a codec writes. */
export type InputOf<C> = C extends { write(to: ByteWriter, value: infer In, name: string): void } ? In : never;

/** @throws {TypeError} unless `value` is a codec. */
export function checkCodec(name: string, value: unknown): asserts value is AnyCodec {
  checkMethods(name, value, 'a codec', ['write', 'read']);
}

/** Takes bytes part by part. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  push(part: Uint8Array): void {
    this.#parts.push(part);
  }

  /** Integers of whatever size, as two's complement. */
  pushInteger(value: bigint, bytes: number): void {
    const part = new Uint8Array(bytes);
    let rest = BigInt.asUintN(8 * bytes, value);
    for (let i = 0; i < bytes; i++) {
      part[i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    this.push(part);
  }

  bytes(): Uint8Array {
    return concatBytes(...this.#parts);
  }
}

/** Hands out bytes part by part. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** @throws {TypeError} when `bytes` is no `Uint8Array`. */
  constructor(bytes: Uint8Array) {
    this.#bytes = copyBytes('bytes', bytes);
  }

  /** Bytes that were handed out. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @param type - what is read, for the message. @throws {DecodeError} END */
  take(length: number, type: string): Uint8Array {
    if (length > this.left) this.fail('END', `${type} takes ${length} bytes, but ${this.left} are left`);
    const part = this.#bytes.slice(this.#offset, this.#offset + length);
    this.#offset += length;
    return part;
  }

  takeInteger(bytes: number, type: string): bigint {
    return this.take(bytes, type).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  /**
   * The length of something, which is not longer than what is left: nobody is made to allocate for a number.
   * @param leastBytes - of an element, at least 1.
   */
  takeLength(leastBytes: number, type: string): number {
    const length = this.takeInteger(8, type);
    if (length * BigInt(leastBytes) > BigInt(this.left))
      this.fail('END', `${type} of ${length} elements, but ${this.left} bytes are left`);
    return Number(length);
  }

  /** @throws {DecodeError} always; the offset in the message is the one behind what was wrong. */
  fail(code: 'END' | 'VALUE' | 'REST', reason: string): never {
    throw new DecodeError(code, `${reason}, at byte ${this.#offset}`, { offset: this.#offset });
  }
}

/**
 * A value as bytes.
 * @throws {TypeError} {@link RangeError} for a value that the type does not hold; {@link TypeError} when `codec` is none.
 */
export function encode<C extends AnyCodec>(codec: C, value: InputOf<C>): Uint8Array {
  checkCodec('codec', codec);
  const writer = new ByteWriter();
  codec.write(writer, value as never, 'value');
  return writer.bytes();
}

/**
 * The value that bytes stand for.
 * @throws {DecodeError} END, VALUE, or REST when bytes are left; {@link TypeError} when `bytes` is no `Uint8Array`, or
 * `codec` no codec.
 */
export function decode<C extends AnyCodec>(codec: C, bytes: Uint8Array): OutputOf<C> {
  checkCodec('codec', codec);
  const reader = new ByteReader(bytes);
  const value = codec.read(reader) as OutputOf<C>;
  if (reader.left > 0) reader.fail('REST', `${reader.left} bytes are left behind ${codec.type}`);
  return value;
}
