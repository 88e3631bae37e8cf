/** Messages of arguments: the name, what is wanted and what was given, in one line. What is taken, and that it is a copy. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkMap,
  checkMethods,
  checkName,
  checkObject,
  checkOptions,
  checkSignal,
  checkWords,
  copyBytes,
  copyItems,
  describeValue,
  isBytes,
} from './arguments.ts';

/** The class and the message of what `work` throws. */
function thrown(work: () => unknown): string {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}

describe('messages', () => {
  const options = {
    maxCycles: (n: string, v: unknown) => checkInteger(n, v, 1),
    signal: checkSignal,
    memory: () => {},
  };
  it.each([
    [
      () => copyBytes('elf', 'text'),
      'TypeError: elf must be a Uint8Array, got a string; new TextEncoder().encode(elf) makes bytes of text',
    ],
    [
      () => copyBytes('elf', new ArrayBuffer(3)),
      'TypeError: elf must be a Uint8Array, got an ArrayBuffer; new Uint8Array(elf) makes bytes of it',
    ],
    [
      () => copyBytes('elf', Uint16Array.of(1)),
      'TypeError: elf must be a Uint8Array, got a Uint16Array; say how its elements become bytes',
    ],
    [() => copyBytes('elf', undefined), 'TypeError: elf must be a Uint8Array, got undefined'],
    [
      () => copyItems('stdin', Uint8Array.of(1)),
      'TypeError: stdin must be an array of Uint8Array, one for each input item, got a Uint8Array: write [stdin] for one item',
    ],
    [
      () => copyItems('stdin', [Uint8Array.of(1), [2]]),
      'TypeError: stdin[1] must be a Uint8Array, got an array; say how its elements become bytes',
    ],
    [() => checkWords('w', Uint8Array.of(1)), 'TypeError: w must be a Uint32Array, got a Uint8Array'],
    [() => checkWords('w', [1]), 'TypeError: w must be a Uint32Array, got an array'],
    [() => checkMap('m', {}, 'names to words'), 'TypeError: m must be a Map from names to words, got a plain object'],
    [() => checkInteger('n', Number.NaN, 1), 'RangeError: n must be an integer from 1 to 2^53 - 1, got NaN'],
    [() => checkInteger('n', 10.5, 1, 2 ** 32), 'RangeError: n must be an integer from 1 to 2^32, got 10.5'],
    [() => checkInteger('n', -1, 0, 255), 'RangeError: n must be an integer from 0 to 255, got -1'],
    [() => checkInteger('n', '5', 0, 255), 'TypeError: n must be an integer from 0 to 255, got a string'],
    [() => checkInteger('n', 5n, 0, 255), 'TypeError: n must be an integer from 0 to 255, got the BigInt 5'],
    [() => checkFunction('f', {}), 'TypeError: f must be a function, got a plain object'],
    [() => checkName('name', ''), 'RangeError: name must not be empty'],
    [
      () => checkArray('list', [1, '2'], (n, v) => checkInteger(n, v, 0, 9)),
      'TypeError: list[1] must be an integer from 0 to 9, got a string',
    ],
    [
      () => checkSignal('signal', new AbortController()),
      'TypeError: signal must be an AbortSignal, got an AbortController',
    ],
    [
      () => checkObject('key', {}, 'a key', ['digest']),
      'TypeError: key must be a key, got a plain object without digest',
    ],
    [() => checkMethods('store', { load: 1 }, 'a store', ['load']), 'TypeError: store.load must be a function, got 1'],
    [
      () => checkOptions('options', { maxCycle: 5 } as object, options),
      'TypeError: options has no maxCycle: did you mean maxCycles?',
    ],
    [
      () => checkOptions('options', { maxcycles: 5 } as object, options),
      'TypeError: options has no maxcycles: did you mean maxCycles?',
    ],
    [
      () => checkOptions('options', { colour: 5 } as object, options),
      'TypeError: options has no colour: it has maxCycles, signal, memory',
    ],
    [
      () => checkOptions('options', { maxCycles: Number.NaN }, options),
      'RangeError: options.maxCycles must be an integer from 1 to 2^53 - 1, got NaN',
    ],
    [() => checkOptions<object>('options', null as never, options), 'TypeError: options must be an object, got null'],
  ])('message %#', (work, message) => {
    expect(thrown(work)).toBe(message);
  });
  it('name a value without running its code, whatever it is', () => {
    const hostile = { toString: () => 'x', [Symbol.toPrimitive]: () => 'x', constructor: null };
    for (const value of [hostile, Object.create(null), Symbol('s'), () => {}, 10n ** 100n, new Date(), [], -0])
      expect(describeValue(value)).toMatch(/^(an? |the BigInt |-0).{0,40}$/);
  });
});

describe('bytes', () => {
  it('of another realm and of subclasses are bytes, and what only looks like them is not', () => {
    expect(isBytes(runInNewContext('Uint8Array.of(1, 2)'))).toBe(true);
    expect(isBytes(Buffer.from([1]))).toBe(true);
    for (const fake of [Object.create(Uint8Array.prototype), { [Symbol.toStringTag]: 'Uint8Array' }, new Int8Array(1)])
      expect(isBytes(fake)).toBe(false);
  });
  it.each([
    ['a Buffer', Buffer.from([1, 2, 3])],
    ['a part', Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(3)).fill(1)],
  ])('of %s are copied into a buffer of their own', (_, bytes) => {
    const [expected, copy] = [[...bytes], copyBytes('bytes', bytes)];
    const [item] = copyItems('items', [bytes]);
    bytes.fill(9);
    for (const c of [copy, item!]) {
      expect([...c]).toEqual(expected);
      expect([c.constructor, c.buffer.constructor, c.buffer.byteLength]).toEqual([Uint8Array, ArrayBuffer, 3]);
    }
  });
  it('whose buffer was given away are refused', () => {
    const bytes = Uint8Array.of(1, 2);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(thrown(() => copyBytes('bytes', bytes))).toMatch(/^TypeError: bytes is a Uint8Array whose buffer was moved/);
  });
});

it('options may be inherited, undefined or missing; what comes back is a copy', () => {
  const checks = { a: (n: string, v: unknown) => checkInteger(n, v, 0), b: () => {} };
  expect(checkOptions('o', Object.create({ a: 5 }) as { a?: number; b?: number }, checks)).toEqual({ a: 5 });
  expect(checkOptions('o', { a: undefined, b: 1 } as { a?: number | undefined; b?: number }, checks)).toEqual({ b: 1 });
  expect(thrown(() => checkOptions('o', Object.create({ a: -5 }) as { a?: number; b?: number }, checks))).toMatch(
    /^RangeError: o.a/,
  );
});
