/**
 * @module Lists of fields as bytes: JSON, in which a byte array is an object with its length, and then the bytes of all of them. A library
 * for this is a thirtieth of what a page loads.
 */
import { concatBytes } from '@weft/primitives';

/** What a field can be. */
export type Field = string | number | Uint8Array | readonly Field[];

/** Bytes of the length of the JSON. */
const HEAD = 4;

/** @returns bytes in a buffer of their own. */
export function packFields(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  // Before JSON sees them: buffers of Node have a form of their own there.
  const written = (field: Field): unknown => {
    if (!(field instanceof Uint8Array)) return Array.isArray(field) ? field.map(written) : field;
    parts.push(field);
    return { bytes: field.length };
  };
  const text = new TextEncoder().encode(JSON.stringify(fields.map(written)));
  const head = new Uint8Array(HEAD);
  new DataView(head.buffer).setUint32(0, text.length, true);
  return concatBytes(head, text, ...parts);
}

/**
 * What {@link packFields} packed; byte arrays are copies.
 * @throws {RangeError} {@link TypeError} {@link SyntaxError} for bytes that it never makes.
 */
export function unpackFields(bytes: Uint8Array): readonly Field[] {
  let at = HEAD;
  const take = (length: number): Uint8Array => {
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.length)
      throw new RangeError(`${length} bytes are not there`);
    at += length;
    return new Uint8Array(bytes.subarray(at - length, at));
  };
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const given: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(take(length)));
  const read = (value: unknown): Field => {
    if (Array.isArray(value)) return value.map(read);
    if (typeof value === 'string' || typeof value === 'number') return value;
    return take((value as { bytes: number }).bytes);
  };
  const fields = read(given);
  if (!Array.isArray(fields) || at !== bytes.length) throw new RangeError('no list of fields, or more than that');
  return fields as readonly Field[];
}
