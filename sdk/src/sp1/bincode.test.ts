/** Values as bytes, against what the crate bincode 1.3.3 makes of them, and what is refused on either way. */
import { DecodeError } from '@weft/primitives';
import { bytesToHex, hexToBytes } from '@weft/primitives/bytes';
import { seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import * as sp1 from '../sp1.ts';

const { array, byteArray, enumeration, map, option, struct, tuple, vec } = sp1;
const { bool, bytes, char, f32, f64, string, unit, u8, u16, u32, u64, u128, i8, i16, i32, i64, i128 } = sp1;

const shape = enumeration({
  Nothing: unit,
  Circle: f32,
  Box: struct({ width: u16, height: i64 }),
  Pair: tuple(u8, string),
});
const record = struct({
  name: string,
  mark: char,
  flags: tuple(bool, option(u8), option(i16)),
  shapes: vec(shape),
  prices: map(string, u128),
  key: array(u8, 4),
  size: sp1.usize,
});
const result = enumeration({ Ok: u8, Err: string });
const ada = {
  name: 'Ada',
  mark: 'ß',
  flags: [true, 3, undefined],
  shapes: [
    { variant: 'Nothing', value: undefined },
    { variant: 'Circle', value: 1.25 },
    { variant: 'Box', value: { width: 7, height: -9n } },
  ],
  prices: new Map([['x', 1n << 100n]]),
  key: [1, 2, 3, 4],
  size: 40n,
};

/** The type, the value and the bytes that bincode's `serialize` gave. */
const VECTORS: readonly (readonly [string, sp1.AnyCodec, unknown, string])[] = [
  ['u8', u8, 200, 'c8'],
  ['u16', u16, 0x1234, '3412'],
  ['u32', u32, 0xdeadbeef, 'efbeadde'],
  ['u64', u64, 2n ** 64n - 1n, 'ffffffffffffffff'],
  ['u128', u128, 2n ** 128n - 2n, 'feffffffffffffffffffffffffffffff'],
  ['usize', sp1.usize, 500n, 'f401000000000000'],
  ['i8', i8, -1, 'ff'],
  ['i16', i16, -(2 ** 15), '0080'],
  ['i32', i32, -2, 'feffffff'],
  ['i64', i64, -(2n ** 63n), '0000000000000080'],
  ['i128', i128, -3n, 'fdffffffffffffffffffffffffffffff'],
  ['isize', sp1.isize, -4n, 'fcffffffffffffff'],
  ['bool', bool, true, '01'],
  ['f32', f32, Math.fround(0.1), 'cdcccc3d'],
  ['f64', f64, -1.5e300, '355800662deb41fe'],
  ['a char of three bytes', char, '€', 'e282ac'],
  ['a char of four bytes', char, '𝄞', 'f09d849e'],
  ['String', string, 'naïve', '06000000000000006e61c3af7665'],
  ['Vec<u8>', bytes, Uint8Array.of(1, 2, 3), '0300000000000000010203'],
  ['a unit', unit, undefined, ''],
  ['None', option(u32), undefined, '00'],
  ['Some', option(u32), 5, '0105000000'],
  ['[u16; 2]', array(u16, 2), [1, 2], '01000200'],
  ['[u8; 3]', byteArray(3), Uint8Array.of(1, 2, 3), '010203'],
  ['Vec<i32>', vec(i32), [-1, 1], '0200000000000000ffffffff01000000'],
  ['Vec<Vec<u8>>', vec(vec(u8)), [[1], []], '02000000000000000100000000000000010000000000000000'],
  [
    'BTreeMap',
    map(string, u8),
    new Map(Object.entries({ a: 1, b: 2 })),
    '02000000000000000100000000000000610101000000000000006202',
  ],
  ['a tuple', tuple(u8, string, bool), [1, 'x', false], '0101000000000000007800'],
  ['Ok', result, { variant: 'Ok', value: 1 }, '0000000001'],
  ['Err', result, { variant: 'Err', value: 'no' }, '0100000002000000000000006e6f'],
  ['a unit variant', shape, { variant: 'Nothing', value: undefined }, '00000000'],
  ['a newtype variant', shape, { variant: 'Circle', value: 0.5 }, '010000000000003f'],
  ['a struct variant', shape, { variant: 'Box', value: { width: 3, height: -3n } }, '020000000300fdffffffffffffff'],
  ['a tuple variant', shape, { variant: 'Pair', value: [1, 'q'] }, '0300000001010000000000000071'],
  [
    'a struct',
    record,
    ada,
    '0300000000000000416461c39f01010300030000000000000000000000010000000000a03f020000000700f7ffffffffffffff010000000000000001000000000000007800000000000000000000000010000000010203042800000000000000',
  ],
];

const encode = (codec: sp1.AnyCodec, value: unknown): Uint8Array => sp1.encode(codec, value as never);

describe('what bincode makes of', () => {
  it.each(VECTORS)('%s', (_, codec, value, hex) => {
    expect(bytesToHex(encode(codec, value))).toBe(hex);
    expect(sp1.decode(codec, hexToBytes(hex))).toEqual(value);
  });
});

describe('every value that is written is read again', () => {
  const { below } = seeded(1);
  const big = (bits: number): bigint => {
    let value = 0n;
    for (let i = 0; i < bits; i += 8) value = (value << 8n) | BigInt(below(256));
    return value;
  };
  it('integers, whether written as numbers or as BigInt', () => {
    for (let k = 0; k < 200; k++) {
      const x = big(128);
      for (const [codec, value] of [
        [u64, BigInt.asUintN(64, x)],
        [i64, BigInt.asIntN(64, x)],
        [u128, x],
        [i128, BigInt.asIntN(128, x)],
      ] as const)
        expect(sp1.decode(codec, sp1.encode(codec, value))).toBe(value);
      for (const [codec, value] of [
        [u32, Number(BigInt.asUintN(32, x))],
        [i32, Number(BigInt.asIntN(32, x))],
        [i8, Number(BigInt.asIntN(8, x))],
      ] as const) {
        expect(sp1.decode(codec, sp1.encode(codec, value))).toBe(value);
        expect(sp1.encode(codec, BigInt(value))).toEqual(sp1.encode(codec, value));
      }
    }
  });
  it('lists of shapes', () => {
    for (let k = 0; k < 50; k++) {
      const shapes = Array.from({ length: below(6) }, () => {
        const kind = below(3);
        if (kind === 0) return { variant: 'Nothing', value: undefined } as const;
        if (kind === 1) return { variant: 'Circle', value: Math.fround(below(1000) / 7) } as const;
        return { variant: 'Box', value: { width: below(2 ** 16), height: BigInt.asIntN(64, big(64)) } } as const;
      });
      const given = { ...ada, flags: [false, undefined, -5] as const, shapes };
      expect(sp1.decode(record, sp1.encode(record, given))).toEqual(given);
    }
  });
  it('floats that are no numbers', () => {
    for (const codec of [f32, f64])
      for (const value of [Number.NaN, Infinity, -Infinity, -0])
        expect(sp1.decode(codec, sp1.encode(codec, value))).toBe(value);
  });
});

describe('a value that its type does not hold is refused by name', () => {
  it.each([
    ['a negative u32', u32, -1, 'value must be an integer from 0 to 2^32 - 1 (u32), got -1'],
    ['256 as u8', u8, 256, 'value must be an integer from 0 to 2^8 - 1 (u8), got 256'],
    ['128 as i8', i8, 128, 'value must be an integer from -2^7 to 2^7 - 1 (i8), got 128'],
    ['-129 as i8', i8, -129, '(i8), got -129'],
    ['half a number', u16, 0.5, '(u16), got 0.5'],
    ['a text', u16, '1', '(u16), got a string'],
    ['a number that is not exact', u64, 2 ** 53, 'got 9007199254740992; write it as a BigInt'],
    ['2^64 as u64', u64, 2n ** 64n, '(u64), got 18446744073709551616'],
    ['1 as bool', bool, 1, 'value must be a boolean (bool), got 1'],
    ['1e39 as f32', f32, 1e39, 'value must be a number below 2^128 (f32), got 1e+39'],
    ['two characters', char, 'ab', 'value must be one Unicode character (char), got "ab"'],
    ['half a character', string, 'a\ud800', 'value must not hold half a character (String)'],
    ['a list as bytes', bytes, [1], 'value must be a Uint8Array'],
    ['three of four', array(u8, 4), [1, 2, 3], 'value must have 4 elements, got 3'],
    ['three of four bytes', byteArray(4), Uint8Array.of(1, 2, 3), 'value must be 4 bytes, got 3'],
    ['a hole', vec(u8), new Array(1), 'value[0] must be an integer'],
    [
      'a field inside',
      record,
      { ...ada, shapes: [{ variant: 'Box', value: { width: 70000, height: 0 } }] },
      'value.shapes[0].value.width must be',
    ],
    ['a field that is not there', record, { ...ada, name: undefined }, 'value.name must be a string'],
    ['a field too many', struct({ a: u8 }), { a: 1, b: 2 }, 'value has no b'],
    ['no variant of it', result, { variant: 'ok', value: 1 }, 'value.variant must be one of Ok | Err, got "ok"'],
    ['a value of a unit variant', shape, { variant: 'Nothing', value: 1 }, 'value.value must be undefined'],
    ['an object as map', map(string, u8), { a: 1 }, 'value must be a Map from String to u8'],
    ['a key inside', map(u8, u8), new Map([[300, 1]]), 'key 0 of value must be'],
    ['a tuple too long', tuple(u8), [1, 2], 'value must have 1 elements, got 2'],
    ['null as None', option(u8), null, '(u8), got null'],
  ] as const)('%s', (_, codec, value, message) => {
    expect(() => encode(codec, value)).toThrow(message);
    expect(() => encode(codec, value)).toThrow(
      expect.objectContaining({ name: expect.stringMatching(/^(Type|Range)Error$/) }),
    );
  });
  it.each([
    ['options of options', () => option(option(u8))],
    ['options of nothing', () => option(unit)],
    ['lists of nothing', () => vec(unit)],
    ['maps of nothing', () => map(unit, u8)],
    ['no variants', () => enumeration({})],
    ['negative lengths', () => byteArray(-1)],
  ])('%s are no types', (_, make) => {
    expect(make).toThrow(RangeError);
  });
});

describe('bytes that hold no such value', () => {
  it.each([
    ['too few', u32, '010203', 'END', 'u32 takes 4 bytes, but 3 are left, at byte 0'],
    ['too many', u8, '0102', 'REST', '1 bytes are left behind u8, at byte 1'],
    ['a bool of 2', bool, '02', 'VALUE', 'bool of the byte 2; 0 or 1 expected, at byte 1'],
    ['an option of 2', option(u8), '0201', 'VALUE', 'Option<u8> with the tag 2'],
    ['a variant that is not there', result, '02000000', 'VALUE', 'variant 2 of Ok | Err; there are 2'],
    [
      'a list longer than all bytes',
      vec(u32),
      'ffffffffffffff7f00',
      'END',
      'Vec<u32> of 9223372036854775807 elements, but 1 bytes',
    ],
    ['a text that is no UTF-8', string, '0100000000000000ff', 'VALUE', 'String is not UTF-8'],
    ['a text cut off', string, '0200000000000000ff', 'END', 'String of 2 elements'],
    ['a char that is none', char, '80', 'VALUE', 'char is not UTF-8'],
    ['a char of a surrogate', char, 'eda080', 'VALUE', 'char is not UTF-8'],
    ['a char cut off', char, 'e282', 'END', 'char takes 2 bytes'],
    ['a key twice', map(u8, u8), '020000000000000001020103', 'VALUE', 'has a key twice'],
  ] as const)('%s', (_, codec, hex, code, message) => {
    const read = (): unknown => sp1.decode(codec as sp1.AnyCodec, hexToBytes(hex));
    expect(read).toThrow(DecodeError);
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

describe('streams', () => {
  it('of input take values and bytes, in order, as they were', () => {
    const raw = Uint8Array.of(1, 2);
    const stdin = new sp1.Sp1Stdin().write(u16, 3).writeSlice(raw).write(string, '');
    raw[0] = 9;
    stdin.items[0]![0] = 9;
    expect(stdin.items.map(bytesToHex)).toEqual(['0300', '0102', '0000000000000000']);
  });
  it('of public values give values and bytes, in order, and say what is left', () => {
    const values = new sp1.Sp1PublicValues(Uint8Array.of(1, 0, 5, 6, 7, 8));
    expect(values.read(u16)).toBe(1);
    expect(values.readSlice(1)).toEqual(Uint8Array.of(5));
    expect(values.left).toBe(3);
    expect(() => values.end()).toThrow(expect.objectContaining({ code: 'REST' }));
    expect(() => values.read(u32)).toThrow(expect.objectContaining({ code: 'END', details: { offset: 3 } }));
    expect(values.readSlice()).toEqual(Uint8Array.of(6, 7, 8));
    values.end();
  });
  it('refuse what is no codec, no bytes and no length', () => {
    const values = new sp1.Sp1PublicValues(Uint8Array.of(1));
    const none = undefined as never;
    for (const call of [
      () => sp1.encode(none, 1 as never),
      () => sp1.decode({ write: 1 } as never, Uint8Array.of(1)),
      () => sp1.decode(u8, 'ff' as never),
      () => values.read(none),
      () => new sp1.Sp1Stdin().write(none, none),
      () => new sp1.Sp1Stdin().writeSlice([1] as never),
      () => new sp1.Sp1PublicValues(none),
      () => values.readSlice('1' as never),
    ])
      expect(call).toThrow(
        expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(' must be ') }),
      );
    for (const length of [-1, 0.5, Number.NaN]) expect(() => values.readSlice(length)).toThrow(RangeError);
    expect(values.readSlice(1)).toEqual(Uint8Array.of(1));
  });
});
