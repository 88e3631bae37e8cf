/**
 * @module The input and the public values of a guest as hosts for SP1 write and read them.
 */
import { checkInteger, copyBytes } from '@weft/primitives/arguments';
import { type AnyCodec, ByteReader, checkCodec, encode, type InputOf, type OutputOf } from './codec.ts';

/** The input of a guest for SP1: what `SP1Stdin` is in its SDK. */
export class Sp1Stdin {
  readonly #items: Uint8Array[] = [];

  /** The input items so far, for `execute` and `prove`; copies. */
  get items(): Uint8Array[] {
    return this.#items.map((item) => item.slice());
  }

  /**
   * One value, which the guest takes by `io::read::<T>()`.
   * @returns itself.
   * @throws {TypeError} {@link RangeError} for a value that the type does not hold.
   */
  write<C extends AnyCodec>(codec: C, value: InputOf<C>): this {
    this.#items.push(encode(codec, value));
    return this;
  }

  /**
   * Bytes as they are, which the guest takes by `io::read_vec()`: `write_slice` and `write_vec` in Rust.
   * @returns itself.
   * @throws {TypeError} when `bytes` is no `Uint8Array`.
   */
  writeSlice(bytes: Uint8Array): this {
    this.#items.push(copyBytes('bytes', bytes));
    return this;
  }
}

/** The public values of a guest for SP1, in the order of its commits: what `SP1PublicValues` is in its SDK. */
export class Sp1PublicValues {
  readonly #reader: ByteReader;

  /** @throws {TypeError} when `bytes` is no `Uint8Array`. */
  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes);
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#reader.left;
  }

  /** The next value, from `io::commit(&value)`. @throws {DecodeError} END, VALUE; {@link TypeError} when `codec` is none. */
  read<C extends AnyCodec>(codec: C): OutputOf<C> {
    checkCodec('codec', codec);
    return codec.read(this.#reader) as OutputOf<C>;
  }

  /**
   * The next bytes, from `io::commit_slice(&bytes)`; all that are left without `length`.
   * @throws {DecodeError} END; {@link TypeError} {@link RangeError} when `length` is none.
   */
  readSlice(length: number = this.left): Uint8Array {
    checkInteger('length', length, 0);
    return this.#reader.take(length, 'a slice');
  }

  /** Ends the reading. @throws {DecodeError} REST when bytes are left. */
  end(): void {
    if (this.left > 0) this.#reader.fail('REST', `${this.left} bytes of public values are left`);
  }
}
