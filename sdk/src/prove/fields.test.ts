/** Lists of fields as bytes, and bytes that are none. */
import { describe, expect, it } from 'vitest';
import { type Field, packFields, unpackFields } from './fields.ts';

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
const withHead = (json: string, ...rest: number[]): Uint8Array => {
  const text = new TextEncoder().encode(json);
  return bytes(text.length, 0, 0, 0, ...text, ...rest);
};

describe('fields', () => {
  it.each<[string, readonly Field[]]>([
    ['none', []],
    ['of every kind', ['name', 7, -1.5, bytes(), bytes(0, 255), [1, [bytes(3)], 'é"\\']]],
    ['byte arrays alone', [bytes(1), bytes(2, 3), bytes(4)]],
  ])('come back as they were: %s', (_, fields) => {
    expect(unpackFields(packFields(fields))).toEqual(fields);
  });
  it('are copies, in a buffer of their own, wherever they lie', () => {
    const given = bytes(1, 2, 3);
    const packed = packFields([given]);
    expect(packed.byteLength).toBe(packed.buffer.byteLength);
    given[0] = 9;
    const shifted = new Uint8Array(packed.length + 5);
    shifted.set(packed, 5);
    const [back] = unpackFields(shifted.subarray(5)) as [Uint8Array];
    shifted.fill(0);
    expect(back).toEqual(bytes(1, 2, 3));
  });
  it('are the same in buffers of Node, which come back as plain ones', () => {
    const packed = packFields([Buffer.from([1, 2]), [Buffer.from([3])]]);
    expect(packed).toEqual(packFields([bytes(1, 2), [bytes(3)]]));
    const [first] = unpackFields(Buffer.from(packed)) as [Uint8Array];
    expect(first).toEqual(bytes(1, 2));
    expect(first.buffer.byteLength).toBe(2);
  });
  it.each([
    ['nothing', bytes()],
    ['a head alone', bytes(9, 0, 0, 0)],
    ['no JSON', withHead('[1,')],
    ['no UTF-8', bytes(1, 0, 0, 0, 255)],
    ['no list', withHead('7')],
    ['a truth', withHead('[true]')],
    ['a null', withHead('[null]')],
    ['an object', withHead('[{}]')],
    ['fewer bytes than it says', withHead('[{"bytes":2}]', 1)],
    ['more bytes than it says', withHead('[{"bytes":1}]', 1, 2)],
    ['a negative length', withHead('[{"bytes":1},{"bytes":-1}]', 1)],
    ['a broken length', withHead('[{"bytes":0.5}]', 1)],
    ['a huge length', withHead('[{"bytes":1e300}]', 1)],
    ['a length that is text', withHead('[{"bytes":"1"}]', 1)],
  ])('are not in %s', (_, given) => {
    expect(() => unpackFields(given)).toThrow();
  });
});
