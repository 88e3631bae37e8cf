/**
 * @module Numbers, truth values, characters and texts of Rust.
 */
import { copyBytes, refuse } from '@weft/primitives/arguments';
import type { ByteReader, Codec } from './codec.ts';

/** What an integer type holds. */
interface Range {
  readonly type: string;
  readonly bits: number;
  readonly isSigned: boolean;
}

/** The value as a BigInt. @throws {TypeError} {@link RangeError} */
function integerOf({ type, bits, isSigned }: Range, value: unknown, name: string): bigint {
  const [low, high] = isSigned ? [-(1n << BigInt(bits - 1)), 1n << BigInt(bits - 1)] : [0n, 1n << BigInt(bits)];
  const power = isSigned ? bits - 1 : bits;
  const wanted = `an integer from ${isSigned ? `-2^${power}` : '0'} to 2^${power} - 1 (${type})`;
  if (typeof value !== 'number' && typeof value !== 'bigint') refuse(name, wanted, value);
  const isExact = typeof value === 'bigint' || Number.isSafeInteger(value);
  const integer = isExact ? BigInt(value) : undefined;
  // A number above 2^53 may not be the one that was meant.
  if (integer === undefined || integer < low || integer >= high) {
    const hint = typeof value === 'number' && Number.isInteger(value) && !isExact ? '; write it as a BigInt' : '';
    throw new RangeError(`${name} must be ${wanted}, got ${value}${hint}`);
  }
  return integer;
}

const take = ({ type, bits, isSigned }: Range, from: ByteReader): bigint => {
  const value = from.takeInteger(bits / 8, type);
  return isSigned ? BigInt.asIntN(bits, value) : value;
};

function smallInteger(range: Range): Codec<number, number | bigint> {
  return {
    type: range.type,
    leastBytes: range.bits / 8,
    write: (to, value, name) => to.pushInteger(integerOf(range, value, name), range.bits / 8),
    read: (from) => Number(take(range, from)),
  };
}

function largeInteger(range: Range): Codec<bigint, number | bigint> {
  return {
    type: range.type,
    leastBytes: range.bits / 8,
    write: (to, value, name) => to.pushInteger(integerOf(range, value, name), range.bits / 8),
    read: (from) => take(range, from),
  };
}

const unsigned = (bits: number): Range => ({ type: `u${bits}`, bits, isSigned: false });
const signed = (bits: number): Range => ({ type: `i${bits}`, bits, isSigned: true });

export const u8: Codec<number, number | bigint> = smallInteger(unsigned(8));
export const u16: Codec<number, number | bigint> = smallInteger(unsigned(16));
export const u32: Codec<number, number | bigint> = smallInteger(unsigned(32));
export const i8: Codec<number, number | bigint> = smallInteger(signed(8));
export const i16: Codec<number, number | bigint> = smallInteger(signed(16));
export const i32: Codec<number, number | bigint> = smallInteger(signed(32));
/** Integers that need not fit a number are read as BigInt, and written as either. */
export const u64: Codec<bigint, number | bigint> = largeInteger(unsigned(64));
export const u128: Codec<bigint, number | bigint> = largeInteger(unsigned(128));
export const i64: Codec<bigint, number | bigint> = largeInteger(signed(64));
export const i128: Codec<bigint, number | bigint> = largeInteger(signed(128));
/** 8 bytes, on whichever machine. */
export const usize: Codec<bigint, number | bigint> = largeInteger({ type: 'usize', bits: 64, isSigned: false });
export const isize: Codec<bigint, number | bigint> = largeInteger({ type: 'isize', bits: 64, isSigned: true });

export const bool: Codec<boolean> = {
  type: 'bool',
  leastBytes: 1,
  write: (to, value, name) => {
    if (typeof value !== 'boolean') refuse(name, 'a boolean (bool)', value);
    to.push(Uint8Array.of(value ? 1 : 0));
  },
  read: (from) => {
    const [byte] = from.take(1, 'bool');
    if (byte! > 1) from.fail('VALUE', `bool of the byte ${byte}; 0 or 1 expected`);
    return byte === 1;
  },
};

function float(bytes: 4 | 8): Codec<number> {
  const type = `f${8 * bytes}`;
  const view = (part: Uint8Array): DataView => new DataView(part.buffer, part.byteOffset, bytes);
  return {
    type,
    leastBytes: bytes,
    write: (to, value, name) => {
      if (typeof value !== 'number') refuse(name, `a number (${type})`, value);
      // Rounding to the next float is what a Rust literal does as well; infinity instead of a number is not.
      if (bytes === 4 && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
        throw new RangeError(`${name} must be a number below 2^128 (${type}), got ${value}`);
      const part = new Uint8Array(bytes);
      if (bytes === 4) view(part).setFloat32(0, value, true);
      else view(part).setFloat64(0, value, true);
      to.push(part);
    },
    read: (from) => {
      const part = view(from.take(bytes, type));
      return bytes === 4 ? part.getFloat32(0, true) : part.getFloat64(0, true);
    },
  };
}

export const f32: Codec<number> = float(4);
export const f64: Codec<number> = float(8);

/** Halves of characters have no UTF-8. */
const HALF = /\p{Surrogate}/u;

/** Bytes of UTF-8 in a character, by its first byte; 0 for none. */
function bytesOfCharacter(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xf0) return first < 0xf8 ? 4 : 0;
  return first < 0xc0 ? 0 : first < 0xe0 ? 2 : 3;
}

function textOf(bytes: Uint8Array, from: ByteReader, type: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return from.fail('VALUE', `${type} is not UTF-8`);
  }
}

/** A string of one Unicode character. */
export const char: Codec<string> = {
  type: 'char',
  leastBytes: 1,
  write: (to, value, name) => {
    if (typeof value !== 'string') refuse(name, 'a string of one character (char)', value);
    const characters = [...value];
    if (characters.length !== 1 || HALF.test(value))
      throw new RangeError(`${name} must be one Unicode character (char), got ${JSON.stringify(value.slice(0, 24))}`);
    to.push(new TextEncoder().encode(value));
  },
  read: (from) => {
    const first = from.take(1, 'char');
    const rest = from.take(Math.max(0, bytesOfCharacter(first[0]!) - 1), 'char');
    return textOf(Uint8Array.of(...first, ...rest), from, 'char');
  },
};

/** `String` and `&str`. */
export const string: Codec<string> = {
  type: 'String',
  leastBytes: 8,
  write: (to, value, name) => {
    if (typeof value !== 'string') refuse(name, 'a string (String)', value);
    if (HALF.test(value)) throw new RangeError(`${name} must not hold half a character (String)`);
    const bytes = new TextEncoder().encode(value);
    to.pushInteger(BigInt(bytes.length), 8);
    to.push(bytes);
  },
  read: (from) => textOf(from.take(from.takeLength(1, 'String'), 'String'), from, 'String'),
};

/** `Vec<u8>` and `&[u8]`, as bytes. */
export const bytes: Codec<Uint8Array> = {
  type: 'Vec<u8>',
  leastBytes: 8,
  write: (to, value, name) => {
    const copy = copyBytes(name, value);
    to.pushInteger(BigInt(copy.length), 8);
    to.push(copy);
  },
  read: (from) => from.take(from.takeLength(1, 'Vec<u8>'), 'Vec<u8>'),
};

/** `()`, and structs without fields: no bytes at all. */
export const unit: Codec<undefined> = {
  type: '()',
  leastBytes: 0,
  holdsUndefined: true,
  write: (_to, value, name) => {
    if (value !== undefined) refuse(name, 'undefined, of the type ()', value);
  },
  read: () => undefined,
};
