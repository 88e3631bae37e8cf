/**
 * @module Bytes. Little-endian everywhere. A field element travels as four bytes and is rejected when not canonical.
 */
import { checkBytes, describeValue, isBytes, refuse } from './arguments.ts';
import type { Felt } from './field/base.ts';
import { P } from './field/base.ts';

/** Two lower-case digits per byte. @throws {TypeError} when `bytes` are none. */
export function bytesToHex(bytes: Uint8Array): string {
  checkBytes('bytes', bytes);
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** @throws {TypeError} when `hex` is no string, {@link RangeError} when it is not an even number of hexadecimal digits (an `0x` prefix is allowed). */
export function hexToBytes(hex: string): Uint8Array {
  if (typeof hex !== 'string') refuse('hex', 'a string', hex);
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits))
    throw new RangeError(`not hexadecimal: ${hex.slice(0, 40)}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The four bytes from `offset` on, which have to be there: the innermost loop of reading proofs checks nothing. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/**
 * A copy of a byte array of any kind: a Buffer, whose own `slice` is a view, a view of shared memory, an array of another
 * realm. What is read of the copy cannot change meanwhile. `undefined` for anything that is no byte array.
 */
export function copyIfBytes(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const view = plainView(value);
  return view === undefined ? undefined : new Uint8Array(view);
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const slot = (name: string): ((this: unknown) => unknown) => Object.getOwnPropertyDescriptor(typedArray, name)!.get!;
const [bufferOf, offsetOf, lengthOf] = [slot('buffer'), slot('byteOffset'), slot('length')];

/**
 * A view of the same memory without methods or getters of its own, which could say something else than the bytes: those of
 * the engine are asked. `undefined` for anything that is no byte array, or whose memory is gone.
 */
export function plainView(value: unknown): Uint8Array | undefined {
  if (!isBytes(value)) return undefined;
  try {
    const [offset, length] = [offsetOf.call(value) as number, lengthOf.call(value) as number];
    return new Uint8Array(bufferOf.call(value) as ArrayBuffer, offset, length);
  } catch {
    return undefined;
  }
}

/** Concatenates into one new array. @throws {TypeError} when a part is no bytes. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  for (const [i, part] of parts.entries()) checkBytes(`part ${i}`, part);
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Four little-endian bytes per element. @throws {RangeError} when an element is not canonical. */
export function feltsToBytes(felts: readonly Felt[]): Uint8Array {
  if (!Array.isArray(felts) && !ArrayBuffer.isView(felts)) refuse('felts', 'an array of field elements', felts);
  const out = new Uint8Array(4 * felts.length);
  const view = new DataView(out.buffer);
  for (let i = 0; i < felts.length; i++) {
    const x = felts[i]!;
    if (!Number.isInteger(x) || x < 0 || x >= P) throw new RangeError(`no field element at ${i}: ${describeValue(x)}`);
    view.setUint32(4 * i, x, true);
  }
  return out;
}

/** @throws {TypeError} when `bytes` are none, {@link RangeError} when the length is no multiple of 4 or an element is not canonical. */
export function bytesToFelts(bytes: Uint8Array): Felt[] {
  checkBytes('bytes', bytes);
  if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes are no whole number of field elements`);
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const x = readU32(bytes, 4 * i);
    if (x >= P) throw new RangeError(`non-canonical field element 0x${x.toString(16)}`);
    return x;
  });
}
