/**
 * @module Checks of arguments, for public functions. Whoever passes something wrong gets a `TypeError` (another kind of
 * thing) or a `RangeError` (a value out of its range) that names the argument, what is wanted and what was given. Bytes are
 * copied as they are checked: what the caller does to them after the call has no effect.
 */
import { closestMatch } from 'leven';

/** What a value is, for messages: short, whatever it is. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (typeof value === 'bigint') return `the BigInt ${value.toString().slice(0, 24)}`;
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (Array.isArray(value)) return 'an array';
  const tag = tagOf(value);
  return /^[AEIOU]/.test(tag) && !/^U(?!n)/.test(tag) ? `an ${tag}` : `a ${tag}`;
}

/** The class that an object says it is of, in whichever realm it was made. */
function tagOf(value: unknown): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag !== 'Object') return tag;
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? `${name} object` : 'plain object';
}

/** Throws a `TypeError` that says what `name` has to be. */
export function refuse(name: string, wanted: string, value: unknown, hint = ''): never {
  throw new TypeError(`${name} must be ${wanted}, got ${describeValue(value)}${hint}`);
}

/** Knows typed arrays by their insides, whatever their prototype says. */
const typedArrayName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!
  .get!;

/**
 * Whether a value is a `Uint8Array`, a Node `Buffer` included. Arrays of other windows and contexts count: `instanceof` would
 * not see them.
 */
export function isBytes(value: unknown): value is Uint8Array {
  return typedArrayName.call(value) === 'Uint8Array';
}

/** Whether a value is a `Uint32Array`, of whichever window or context. */
export function isWords(value: unknown): value is Uint32Array {
  return typedArrayName.call(value) === 'Uint32Array';
}

/** @throws {TypeError} unless `value` is a `Uint32Array`. */
export function checkWords(name: string, value: unknown): asserts value is Uint32Array {
  if (!isWords(value)) refuse(name, 'a Uint32Array', value);
}

/** How to make bytes of what people pass instead. */
function bytesHint(name: string, value: unknown): string {
  if (typeof value === 'string') return `; new TextEncoder().encode(${name}) makes bytes of text`;
  const tag = tagOf(value);
  if (tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer') return `; new Uint8Array(${name}) makes bytes of it`;
  return ArrayBuffer.isView(value) || Array.isArray(value) ? `; say how its elements become bytes` : '';
}

/** @throws {TypeError} unless `value` is a `Uint8Array`. */
export function checkBytes(name: string, value: unknown): asserts value is Uint8Array {
  if (!isBytes(value)) refuse(name, 'a Uint8Array', value, bytesHint(name, value));
}

/**
 * A copy of bytes, in a buffer of its own.
 * @throws {TypeError} unless `value` is a `Uint8Array` whose buffer is still there.
 */
export function copyBytes(name: string, value: unknown): Uint8Array<ArrayBuffer> {
  checkBytes(name, value);
  try {
    return new Uint8Array(value);
  } catch {
    throw new TypeError(`${name} is a Uint8Array whose buffer was moved away or shrunk`);
  }
}

/**
 * A copy of a list of input items.
 * @throws {TypeError} unless `value` is an array of `Uint8Array`, without holes.
 */
export function copyItems(name: string, value: unknown): Uint8Array<ArrayBuffer>[] {
  const hint = isBytes(value) ? `: write [${name}] for one item` : '';
  if (!Array.isArray(value)) return refuse(name, 'an array of Uint8Array, one for each input item', value, hint);
  return Array.from(value, (item: unknown, i) => copyBytes(`${name}[${i}]`, item));
}

/**
 * @param least - and `most`: bounds, both included.
 * @throws {TypeError} unless `value` is a number, {@link RangeError} unless it is an integer within the bounds.
 */
export function checkInteger(
  name: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  const wanted = `an integer from ${least} to ${powerOrNumber(most)}`;
  if (typeof value !== 'number') refuse(name, wanted, value);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be ${wanted}, got ${describeValue(value)}`);
}

/** 4294967295 is easier to read as 2^32 - 1. */
function powerOrNumber(n: number): string {
  const log = Math.log2(n + 1);
  if (n < 2 ** 16) return `${n}`;
  return Number.isInteger(log) ? `2^${log} - 1` : Number.isInteger(Math.log2(n)) ? `2^${Math.log2(n)}` : `${n}`;
}

/** @throws {TypeError} unless `value` is a function. */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') refuse(name, 'a function', value);
}

/** @throws {TypeError} unless `value` is `true` or `false`. */
export function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') refuse(name, 'true or false', value);
}

/** @throws {TypeError} unless `value` is a string; {@link RangeError} when it is empty or not Unicode. */
export function checkName(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') refuse(name, 'a string', value);
  if (value === '') throw new RangeError(`${name} must not be empty`);
  // Halves of characters have no UTF-8: two names that differ in them would be one in a digest.
  if (/\p{Surrogate}/u.test(value)) throw new RangeError(`${name} must not hold half a character`);
}

/** @throws {TypeError} unless `value` is an array; of things that pass `check`, where that is given. */
export function checkArray(
  name: string,
  value: unknown,
  check?: (name: string, item: unknown) => void,
): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) refuse(name, 'an array', value);
  // Holes count as `undefined`.
  if (check !== undefined) for (const [i, item] of value.entries()) check(`${name}[${i}]`, item);
}

/** @throws {TypeError} unless `value` is an `AbortSignal`. */
export function checkSignal(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || tagOf(value) !== 'AbortSignal')
    refuse(name, 'an AbortSignal', value);
}

/** @throws {TypeError} unless `value` is a `Map`. @param wanted - what it maps to what, for the message: `classes to events`. */
export function checkMap(name: string, value: unknown, wanted: string): asserts value is ReadonlyMap<unknown, unknown> {
  if (!(value instanceof Map)) refuse(name, `a Map from ${wanted}`, value);
}

/**
 * @param wanted - what it is, for the message: `what setup returned`.
 * @param members - what it has to have.
 * @throws {TypeError} unless `value` is an object with all of them.
 */
export function checkObject(name: string, value: unknown, wanted: string, members: readonly string[]): void {
  if (typeof value !== 'object' || value === null) refuse(name, wanted, value);
  const missing = members.find((member) => (value as Readonly<Record<string, unknown>>)[member] === undefined);
  if (missing !== undefined) refuse(name, wanted, value, ` without ${missing}`);
}

/** @throws {TypeError} unless `value` is an object with all of these methods. */
export function checkMethods(name: string, value: unknown, wanted: string, methods: readonly string[]): void {
  checkObject(name, value, wanted, methods);
  for (const method of methods)
    checkFunction(`${name}.${method}`, (value as Readonly<Record<string, unknown>>)[method]);
}

/** One check for each option that a function knows. Options that are `undefined` are not given. */
export type OptionChecks<T> = { readonly [K in keyof T]-?: (name: string, value: unknown) => void };

/**
 * Checks an object of options. One that the function does not know is refused: a limit that is not in force because of a typing
 * error is worse than an error.
 * @returns a copy, so that options changed after the call have no effect either.
 * @throws {TypeError} for an unknown option or anything but an object, and what the checks throw.
 */
export function checkOptions<T extends object>(name: string, value: T, checks: OptionChecks<T>): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return refuse(name, 'an object', value);
  const known = Object.keys(checks);
  // Inherited ones as well: they are in force.
  for (const option in value) {
    if (Object.hasOwn(checks, option)) continue;
    const near = closestMatch(option, known, { maxDistance: 3 });
    const hint = near === undefined ? `it has ${known.join(', ')}` : `did you mean ${near}?`;
    throw new TypeError(`${name} has no ${option}: ${hint}`);
  }
  const options: Partial<T> = {};
  for (const option of known as (keyof T & string)[]) {
    const given = value[option];
    if (given === undefined) continue;
    checks[option](`${name}.${option}`, given);
    options[option] = given;
  }
  return options as T;
}
