/**
 * @module Bytes. Little-endian everywhere. A field element travels as four bytes and is rejected when not canonical.
 */
import type { Felt } from './field/base.ts';
import { P } from './field/base.ts';

export function bytesToHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** @throws {RangeError} when `hex` is not an even number of hexadecimal digits (an `0x` prefix is allowed). */
export function hexToBytes(hex: string): Uint8Array {
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits))
    throw new RangeError(`not hexadecimal: ${hex.slice(0, 40)}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/**
 * A copy of a byte array of any kind: a Buffer, whose own `slice` is a view, a view of shared memory, an array of another
 * realm. What is read of the copy cannot change meanwhile. `undefined` for anything that is no byte array.
 */
export function copyBytes(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  return isBytes(value) ? new Uint8Array(value) : undefined;
}

/** Whether `value` is a Uint8Array, of whatever subclass or realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && TYPE_NAME.call(value) === 'Uint8Array';
}

/** The getter reads an internal slot, so no object can pretend. */
const TYPE_NAME = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!
  .get as (this: unknown) => string | undefined;

/** Concatenates into one new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Four little-endian bytes per element. */
export function feltsToBytes(felts: readonly Felt[]): Uint8Array {
  const out = new Uint8Array(4 * felts.length);
  const view = new DataView(out.buffer);
  for (const [i, x] of felts.entries()) view.setUint32(4 * i, x, true);
  return out;
}

/** @throws {RangeError} when the length is no multiple of 4 or an element is not canonical. */
export function bytesToFelts(bytes: Uint8Array): Felt[] {
  if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes are no whole number of field elements`);
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const x = readU32(bytes, 4 * i);
    if (x >= P) throw new RangeError(`non-canonical field element 0x${x.toString(16)}`);
    return x;
  });
}
