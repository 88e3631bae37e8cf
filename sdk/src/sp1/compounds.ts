/**
 * @module Types of Rust that are made of others.
 */
import { checkArray, checkInteger, checkMap, checkObject, copyBytes, refuse } from '@weft/primitives/arguments';
import { type AnyCodec, type Codec, checkCodec, type InputOf, type OutputOf } from './codec.ts';

/** Elements without bytes could be any number: nobody is made to count to 2^64. */
function checkElement(name: string, value: unknown): asserts value is AnyCodec {
  checkCodec(name, value);
  if (value.leastBytes < 1) throw new RangeError(`${name} must take a byte at least, got ${value.type}`);
}

/**
 * `Option<T>`; `undefined` is `None`.
 * @throws {TypeError} when `some` is no codec; {@link RangeError} for one that holds `undefined` itself: an enumeration can tell the two
 * apart, with one variant for each.
 */
export function option<C extends AnyCodec>(some: C): Codec<OutputOf<C> | undefined, InputOf<C> | undefined> {
  checkCodec('some', some);
  if (some.holdsUndefined === true) throw new RangeError(`some must not hold undefined itself, got ${some.type}`);
  const type = `Option<${some.type}>`;
  return {
    type,
    leastBytes: 1,
    holdsUndefined: true,
    write: (to, value, name) => {
      to.push(Uint8Array.of(value === undefined ? 0 : 1));
      if (value !== undefined) some.write(to, value as never, name);
    },
    read: (from) => {
      const [tag] = from.take(1, type);
      if (tag! > 1) from.fail('VALUE', `${type} with the tag ${tag}; 0 or 1 expected`);
      return tag === 1 ? (some.read(from) as OutputOf<C>) : undefined;
    },
  };
}

/** `[T; N]`, without its length. @throws {TypeError} {@link RangeError} for no codec or length. */
export function array<C extends AnyCodec>(element: C, length: number): Codec<OutputOf<C>[], readonly InputOf<C>[]> {
  checkCodec('element', element);
  checkInteger('length', length, 0, 2 ** 32 - 1);
  const type = `[${element.type}; ${length}]`;
  return {
    type,
    leastBytes: length * element.leastBytes,
    write: (to, value, name) => {
      checkArray(name, value);
      if (value.length !== length) throw new RangeError(`${name} must have ${length} elements, got ${value.length}`);
      for (let i = 0; i < length; i++) element.write(to, value[i] as never, `${name}[${i}]`);
    },
    read: (from) => Array.from({ length }, () => element.read(from) as OutputOf<C>),
  };
}

/** `[u8; N]`, as bytes. @throws {TypeError} {@link RangeError} for no length. */
export function byteArray(length: number): Codec<Uint8Array> {
  checkInteger('length', length, 0, 2 ** 32 - 1);
  const type = `[u8; ${length}]`;
  return {
    type,
    leastBytes: length,
    write: (to, value, name) => {
      const copy = copyBytes(name, value);
      if (copy.length !== length) throw new RangeError(`${name} must be ${length} bytes, got ${copy.length}`);
      to.push(copy);
    },
    read: (from) => from.take(length, type),
  };
}

/**
 * `Vec<T>`, `&[T]` and sets.
 * @throws {TypeError} when `element` is no codec; {@link RangeError} for elements without bytes.
 */
export function vec<C extends AnyCodec>(element: C): Codec<OutputOf<C>[], readonly InputOf<C>[]> {
  checkElement('element', element);
  const type = `Vec<${element.type}>`;
  return {
    type,
    leastBytes: 8,
    write: (to, value, name) => {
      checkArray(name, value);
      to.pushInteger(BigInt(value.length), 8);
      // Holes count as `undefined`.
      for (const [i, item] of value.entries()) element.write(to, item as never, `${name}[${i}]`);
    },
    read: (from) => {
      const length = from.takeLength(element.leastBytes, type);
      return Array.from({ length }, () => element.read(from) as OutputOf<C>);
    },
  };
}

/**
 * `HashMap<K, V>` and `BTreeMap<K, V>`, in the order of the `Map`.
 * @throws {TypeError} when `key` or `value` is no codec; {@link RangeError} for keys without bytes.
 */
export function map<K extends AnyCodec, V extends AnyCodec>(
  key: K,
  value: V,
): Codec<Map<OutputOf<K>, OutputOf<V>>, ReadonlyMap<InputOf<K>, InputOf<V>>> {
  checkElement('key', key);
  checkCodec('value', value);
  const type = `Map<${key.type}, ${value.type}>`;
  return {
    type,
    leastBytes: 8,
    write: (to, entries, name) => {
      checkMap(name, entries, `${key.type} to ${value.type}`);
      to.pushInteger(BigInt(entries.size), 8);
      let i = 0;
      for (const [k, v] of entries) {
        key.write(to, k as never, `key ${i} of ${name}`);
        value.write(to, v as never, `value ${i++} of ${name}`);
      }
    },
    read: (from) => {
      const length = from.takeLength(key.leastBytes + value.leastBytes, type);
      const entries = new Map<OutputOf<K>, OutputOf<V>>();
      for (let i = 0; i < length; i++) {
        const k = key.read(from) as OutputOf<K>;
        if (entries.has(k)) from.fail('VALUE', `${type} has a key twice`);
        entries.set(k, value.read(from) as OutputOf<V>);
      }
      return entries;
    },
  };
}

/** `(A, B, …)`. @throws {TypeError} for what is no codec. */
export function tuple<const C extends readonly AnyCodec[]>(
  ...codecs: C
): Codec<{ -readonly [K in keyof C]: OutputOf<C[K]> }, { readonly [K in keyof C]: InputOf<C[K]> }> {
  checkArray('codecs', codecs, checkCodec);
  const type = `(${codecs.map((codec) => codec.type).join(', ')})`;
  return {
    type,
    leastBytes: codecs.reduce((sum, { leastBytes }) => sum + leastBytes, 0),
    write: (to, value, name) => {
      const items: unknown = value;
      checkArray(name, items);
      if (items.length !== codecs.length)
        throw new RangeError(`${name} must have ${codecs.length} elements, got ${items.length}`);
      for (const [i, codec] of codecs.entries()) codec.write(to, items[i] as never, `${name}[${i}]`);
    },
    read: (from) => codecs.map((codec) => codec.read(from)) as { -readonly [K in keyof C]: OutputOf<C[K]> },
  };
}

/** Named codecs. */
export type Codecs = Readonly<Record<string, AnyCodec>>;

function checkCodecs(name: string, value: unknown): asserts value is Codecs {
  checkObject(name, value, 'an object of codecs', []);
  for (const [key, codec] of Object.entries(value as object)) checkCodec(`${name}.${key}`, codec);
}

/** A struct, its fields in their order in Rust. @throws {TypeError} for what is no codec. */
export function struct<F extends Codecs>(
  fields: F,
): Codec<{ -readonly [K in keyof F]: OutputOf<F[K]> }, { readonly [K in keyof F]: InputOf<F[K]> }> {
  checkCodecs('fields', fields);
  const list = Object.entries(fields);
  const type = `{ ${list.map(([name, codec]) => `${name}: ${codec.type}`).join(', ')} }`;
  return {
    type,
    leastBytes: list.reduce((sum, [, { leastBytes }]) => sum + leastBytes, 0),
    write: (to, value, name) => {
      checkObject(name, value, `an object of the type ${type}`, []);
      const known = value as Readonly<Record<string, unknown>>;
      const more = Object.keys(known).find((key) => !Object.hasOwn(fields, key));
      if (more !== undefined) throw new TypeError(`${name} has no ${more}: it is ${type}`);
      for (const [key, codec] of list) codec.write(to, known[key] as never, `${name}.${key}`);
    },
    read: (from) =>
      Object.fromEntries(list.map(([name, codec]) => [name, codec.read(from)])) as {
        -readonly [K in keyof F]: OutputOf<F[K]>;
      },
  };
}

/** One of the variants: which, and what it holds. A unit variant holds `undefined`. */
export type Variant<V extends Codecs, Held extends 'in' | 'out'> = {
  [K in keyof V & string]: Held extends 'out'
    ? { readonly variant: K; readonly value: OutputOf<V[K]> }
    : undefined extends InputOf<V[K]>
      ? { readonly variant: K; readonly value?: InputOf<V[K]> }
      : { readonly variant: K; readonly value: InputOf<V[K]> };
}[keyof V & string];

/**
 * An enum, its variants in their order in Rust: `{ Nothing: unit, Circle: f32, Box: struct({ width: u16 }) }`. `Result<T, E>` is
 * `{ Ok: T, Err: E }`.
 * @throws {TypeError} for what is no codec; {@link RangeError} without variants.
 */
export function enumeration<V extends Codecs>(variants: V): Codec<Variant<V, 'out'>, Variant<V, 'in'>> {
  checkCodecs('variants', variants);
  const names = Object.keys(variants);
  if (names.length === 0) throw new RangeError('variants must not be empty');
  const type = names.join(' | ');
  return {
    type,
    leastBytes: 4 + Math.min(...names.map((name) => variants[name]!.leastBytes)),
    write: (to, value, name) => {
      checkObject(name, value, `one of ${type}`, ['variant']);
      const { variant, value: held } = value as { readonly variant: unknown; readonly value?: unknown };
      if (typeof variant !== 'string') refuse(`${name}.variant`, `one of ${type}`, variant);
      const index = names.indexOf(variant);
      if (index < 0) throw new RangeError(`${name}.variant must be one of ${type}, got ${JSON.stringify(variant)}`);
      to.pushInteger(BigInt(index), 4);
      variants[variant]!.write(to, held as never, `${name}.value`);
    },
    read: (from) => {
      const index = Number(from.takeInteger(4, type));
      const variant = names[index];
      if (variant === undefined) return from.fail('VALUE', `variant ${index} of ${type}; there are ${names.length}`);
      return { variant, value: variants[variant]!.read(from) } as Variant<V, 'out'>;
    },
  };
}
