/** The transforms against their oracle, on random inputs. */
import { describe, expect, it } from 'vitest';
import { P } from '../field/base.ts';
import { forwardNtt, transposedNtt } from '../field/ntt.ts';
import { EDGES, kernels, place, random, read } from './kernels.test-support.ts';
import { shoupQuotient, TransformKernels, tileOf } from './transform.ts';

const { memory, transform } = kernels;

describe('transforms', () => {
  transform.setTable(memory.allocate(TransformKernels.tableBytes(13)), 13);
  it.each([
    [0, 1, 128],
    [1, 1, 4],
    [4, 0, 4],
    [7, 5, 128],
    [8, 3, 160],
    [9, 1, 12],
    [12, 1, 8],
  ])('encodes and transposes 2^%i rows at rate 2^-%i, width %i', (logRows, logInverseRate, width) => {
    const values = Uint32Array.from({ length: 2 ** logRows * width }, random);
    const code = new Uint32Array(values.length * 2 ** logInverseRate);
    code.set(values);
    forwardNtt(code, logRows + logInverseRate, width);
    const to = memory.allocate(4 * code.length);
    transform.encode(place(values), to, 4 * width, logRows, logInverseRate);
    expect(read(to, code.length)).toEqual(Array.from(code));
    transposedNtt(code, logRows + logInverseRate, width);
    transform.transpose(to, 4 * width, logRows + logInverseRate, () => false);
    expect(read(to, code.length)).toEqual(Array.from(code));
  });
  it.each([
    [3, 4, 8],
    [4, 1, 120],
    [5, 1, 16],
    [9, 0, 48],
    [12, 1, 8],
    [13, 0, 128],
  ])('encodes parts of 2^%i coefficients at rate 2^-%i, %i of them', (logRows, logInverseRate, parts) => {
    const values = Uint32Array.from({ length: 2 ** logRows * parts }, random);
    const code = new Uint32Array(values.length * 2 ** logInverseRate);
    for (const [i, x] of values.entries()) code[(i % 2 ** logRows) * parts + Math.floor(i / 2 ** logRows)] = x;
    forwardNtt(code, logRows + logInverseRate, parts);
    const [from, to] = [place(values), memory.allocate(4 * values.length)];
    for (let coset = 0; coset < 2 ** logInverseRate; coset++) {
      transform.encodeParts(from, to, parts, logRows, coset);
      expect(read(to, values.length)).toEqual(
        Array.from(code.subarray(coset * values.length).subarray(0, values.length)),
      );
    }
    const both = memory.allocate(8 * values.length);
    for (let coset = 0; coset + 1 < 2 ** logInverseRate; coset++) {
      transform.encodeParts(from, both, parts, logRows, coset, [undefined, undefined]);
      expect(read(both, 2 * values.length)).toEqual(
        Array.from(code.subarray(coset * values.length).subarray(0, 2 * values.length)),
      );
    }
  });
  it.each([
    [3, 8, [0]],
    [4, 16, [1, 15]],
    [9, 48, [3, 4, 200, 511]],
    [12, 8, [0, 63, 64, 4095]],
  ])('encodes wanted rows alone, of 2^%i of %i parts', (logRows, parts, wanted) => {
    const values = Array.from({ length: 2 ** logRows * parts }, random);
    const [from, all, some] = [place(values), place(values), place(values)];
    transform.encodeParts(from, all, parts, logRows, 1);
    transform.encodeParts(from, some, parts, logRows, 1, [wanted]);
    for (const row of wanted)
      expect(read(some + 4 * parts * row, parts), `row ${row}`).toEqual(read(all + 4 * parts * row, parts));
    const both = memory.allocate(8 * values.length);
    transform.encodeParts(from, both, parts, logRows, 0, [undefined, wanted]);
    for (const row of wanted)
      expect(read(both + 4 * (parts * row + values.length), parts)).toEqual(read(all + 4 * parts * row, parts));
    transform.encodeParts(from, all, parts, logRows, 0);
    expect(read(both, values.length)).toEqual(read(all, values.length));
  });
  it('refuses codes of parts that it has no tiles for', () => {
    const at = memory.allocate(4);
    for (const [parts, logRows] of [
      [12, 5],
      [8, 2],
      [16, 24],
    ] as const)
      expect(() => transform.encodeParts(at, at, parts, logRows, 0), `${parts}, ${logRows}`).toThrow(RangeError);
  });
  it('has room for every tile, of which four rows of four columns at least are gathered', () => {
    for (let logRows = 3; logRows <= 24; logRows++)
      for (const parts of [8, 16, 120, 128]) {
        const { outer, rows, columns } = tileOf(parts, logRows);
        expect(2 ** outer * rows * columns * 4, `2^${logRows} rows of ${parts}`).toBeLessThanOrEqual(2 ** 18);
        expect([rows % 4, columns % 4, parts % columns, 2 ** (logRows - outer) % rows]).toEqual([0, 0, 0, 0]);
      }
    expect(() => tileOf(16, 25)).toThrow(RangeError);
  });
  it('skips rows that are zero', () => {
    const [logRows, width] = [8, 8];
    const values = new Uint32Array(2 ** logRows * width);
    values.set([1, 2, 3, 4, 5, 0, 0, 0], 37 * width);
    const at = place(values);
    transform.transpose(at, 4 * width, logRows, (first, count) => 37 < first || 37 >= first + count);
    transposedNtt(values, logRows, width);
    expect(read(at, values.length)).toEqual(Array.from(values));
  });
  it('quotients of constants are exact', () => {
    for (const w of [...EDGES, ...Array.from({ length: 2000 }, random)])
      expect(BigInt(shoupQuotient(w))).toBe((BigInt(w) << 32n) / BigInt(P));
  });
});
