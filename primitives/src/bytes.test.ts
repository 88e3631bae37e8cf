/** Encodings of bytes and elements: one form each, every byte of it read. */
import { describe, expect, it } from 'vitest';
import {
  bytesToFelts,
  bytesToHex,
  concatBytes,
  copyIfBytes,
  feltsToBytes,
  hexToBytes,
  plainView,
  readU32,
} from './bytes.ts';
import { P } from './field/base.ts';

const CASES = [
  { hex: '', bytes: [] },
  { hex: '00', bytes: [0] },
  { hex: '000a0fff', bytes: [0, 10, 15, 255] },
];
it.each(CASES)('$hex there and back', ({ hex, bytes }) => {
  expect(bytesToHex(Uint8Array.from(bytes))).toBe(hex);
  for (const form of [hex, `0x${hex}`, hex.toUpperCase()]) expect(Array.from(hexToBytes(form))).toEqual(bytes);
});
it.each(['0', '0x0', '0g', 'g0', '0x0x', '00 ', '-1'])('%s is not hexadecimal', (hex) => {
  expect(() => hexToBytes(hex)).toThrow(RangeError);
});
it('elements are four bytes, little-endian, wherever they stand', () => {
  const felts = [1, 0x01020304, P - 1];
  const bytes = feltsToBytes(felts);
  expect(Array.from(bytes)).toEqual([1, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0x7f]);
  expect(bytesToFelts(bytes)).toEqual(felts);
  expect(readU32(bytes, 1)).toBe(0x04000000);
  expect(readU32(Uint8Array.of(0, 255, 255, 255, 255), 1)).toBe(2 ** 32 - 1);
});
it('refuses the modulus, more than it, and parts of an element, in the first place and in the last', () => {
  for (const x of [P, P + 1, 2 ** 32 - 1])
    for (const at of [0, 8]) {
      const bytes = feltsToBytes([1, 2, 3]);
      new DataView(bytes.buffer).setUint32(at, x, true);
      expect(() => bytesToFelts(bytes), `${x} at ${at}`).toThrow(RangeError);
    }
  for (const length of [1, 2, 3, 5]) expect(() => bytesToFelts(new Uint8Array(length))).toThrow(RangeError);
  expect(bytesToFelts(new Uint8Array())).toEqual([]);
});
it('joins parts in order', () => {
  expect(Array.from(concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3)))).toEqual([1, 2, 3]);
  expect(concatBytes()).toHaveLength(0);
});
describe('what is no argument is refused by its name', () => {
  const byte = Uint8Array.of(1);
  it.each<[string, (bad: never) => unknown, readonly unknown[], RegExp]>([
    ['bytesToHex', bytesToHex, [undefined, [1], Uint16Array.of(1)], /^bytes must be a Uint8Array/],
    ['bytesToFelts', bytesToFelts, [undefined, [], Uint32Array.of(1)], /^bytes must be a Uint8Array/],
    ['hexToBytes', hexToBytes, [undefined, 5, [], byte], /^hex must be a string/],
    ['the first part', (bad) => concatBytes(bad, byte), [undefined, [1], Uint16Array.of(1)], /^part 0 must be a/],
    ['the last part', (bad) => concatBytes(byte, bad), [undefined, [1], Uint16Array.of(1)], /^part 1 must be a/],
    ['feltsToBytes', feltsToBytes, [undefined, 5, 'text', {}, new Map()], /^felts must be an array of field elements/],
  ])('%s', (_, work, values, message) => {
    for (const bad of values) expect(() => work(bad as never)).toThrow(message);
  });
});
it('writes only canonical elements, of any list of numbers', () => {
  for (const x of [0.5, -1, -0.5, Number.NaN, P, P + 1, 2 ** 32, '1'])
    for (const felts of [[x], [1, x]])
      expect(() => feltsToBytes(felts as number[]), `${x}`).toThrow(`no field element at ${felts.length - 1}:`);
  expect(Array.from(feltsToBytes([0, P - 1]))).toEqual([0, 0, 0, 0, 0, 0, 0, 0x7f]);
  expect(feltsToBytes(Uint32Array.of(0, 7) as never)).toEqual(feltsToBytes([0, 7]));
});
it('views and copies are of byte arrays alone', () => {
  for (const other of [undefined, 'text', [1, 2], {}, Uint16Array.of(1, 2), new ArrayBuffer(4)])
    for (const take of [plainView, copyIfBytes]) expect(take(other)).toBe(undefined);
  const gone = Uint8Array.of(1, 2);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  for (const take of [plainView, copyIfBytes]) expect(take(gone)).toBe(undefined);
  const bytes = Uint8Array.of(1, 2, 3).subarray(1);
  const [view, copy] = [plainView(bytes), copyIfBytes(bytes)];
  bytes[0] = 9;
  expect([Array.from(view!), Array.from(copy!)]).toEqual([
    [9, 3],
    [2, 3],
  ]);
});
