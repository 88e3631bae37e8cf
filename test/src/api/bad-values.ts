/**
 * @module Values that are not what a public function asks for, by what it asks for. For tests of arguments.
 */

/** An argument: one good value, and values that must be refused. */
export interface Argument {
  readonly good: unknown;
  readonly bad: readonly unknown[];
}

const NOTHING = [undefined, null];
const SCALARS = [5, Number.NaN, 'text', true, 7n, Symbol('s'), () => {}];

/** Things that JavaScript would take for bytes without a word. */
const NO_BYTES: readonly unknown[] = [
  ...NOTHING,
  ...SCALARS,
  [1, 2, 3],
  {},
  { length: 2, 0: 1, 1: 2 },
  Uint16Array.of(300, 2),
  new Int8Array(4),
  new Uint8ClampedArray(4),
  new ArrayBuffer(8),
  new SharedArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  Object.create(Uint8Array.prototype),
];

/** A `Uint8Array` whose buffer was given away. */
function detached(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

export const bytes = (good: Uint8Array): Argument => ({ good, bad: NO_BYTES });
/** Bytes that are copied, so that their buffer has to be there. */
export const copied = (good: Uint8Array): Argument => ({ good, bad: [...NO_BYTES, detached()] });

/** A list of input items. */
export const items = (good: readonly Uint8Array[]): Argument => ({
  good,
  bad: [
    ...NOTHING,
    ...SCALARS,
    {},
    Uint8Array.of(1, 2),
    new Set(good),
    ...[...NO_BYTES, detached()].map((item) => [...good, item]),
    // A hole.
    // biome-ignore lint/suspicious/noSparseArray: that is what must be refused
    [good[0], , good[0]],
  ],
});

/** @param least - and `most`: of what is allowed. */
export const integer = (good: number, least: number, most: number = Number.MAX_SAFE_INTEGER): Argument => ({
  good,
  bad: [
    ...[null, 'text', `${good}`, true, BigInt(good), [good], {}, () => good],
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, good + 0.5, least - 1, most + 1, 2 ** 60],
  ],
});

/** An argument that may be left out. */
export const optional = ({ good, bad }: Argument): Argument => ({ good, bad: bad.filter((x) => x !== undefined) });
/** One that may not. */
export const required = ({ good, bad }: Argument): Argument => ({ good, bad: [undefined, ...bad] });

/** An object with members of its own. */
export const object = (good: unknown, ...bad: readonly unknown[]): Argument => ({
  good,
  bad: [...NOTHING, 5, Number.NaN, 'text', true, 7n, {}, [], Uint8Array.of(1), ...bad],
});

/** An array, of things that `item` describes. */
export const array = (good: readonly unknown[], item: Argument = { good: 0, bad: [] }): Argument => ({
  good,
  bad: [...NOTHING, 5, 'text', {}, new Map(), ...item.bad.map((x) => [x, ...good.slice(1)])],
});

/** Elements of KoalaBear. */
export const felts = (good: readonly number[]): Argument => array(good, integer(0, 0, 2130706432));

export const func = (good: unknown): Argument => ({ good, bad: [null, 5, 'text', {}, []] });
export const name = (good: string): Argument => ({ good, bad: [...NOTHING, '', 5, {}, []] });
/** A signal that never fires. */
export const signal = (): Argument => ({
  good: new AbortController().signal,
  bad: [null, 5, true, {}, new AbortController(), { aborted: false, throwIfAborted: () => {} }],
});

/** An object of options: each bad value of each option, and options that nobody knows. */
export function options(known: Readonly<Record<string, Argument>>): Argument {
  const names = Object.keys(known);
  return {
    good: Object.fromEntries(names.map((n) => [n, known[n]!.good])),
    bad: [
      ...[null, 5, 'text', true, [], [names[0]], Uint8Array.of(1), () => {}],
      ...[{ unknown: 1 }, { toString: undefined }, { constructor: 1 }, Object.create({ inherited: 1 })],
      ...names.flatMap((n) => [{ [`${n}s`]: known[n]!.good }, { [n.slice(0, -1)]: known[n]!.good }]),
      ...names.flatMap((n) => known[n]!.bad.map((value) => ({ [n]: value }))),
    ],
  };
}
