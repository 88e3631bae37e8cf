/**
 * @module Calling precompiles in tests: operands by the arguments that point to them, numbers in place of words.
 */
import { seeded } from '@weft/primitives/testing';
import { OPERATIONS } from './index.ts';
import { numberOf, wordsOf } from './integers.ts';
import { type Argument, accessesOf, type CallArguments, type Fault, type Operation } from './operation.ts';

export function operationOf(name: string): Operation {
  const operation = OPERATIONS.find((o) => o.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return operation;
}

/** Far from each other. */
export const PLACES: CallArguments = { a0: 0x10000, a1: 0x20000, a2: 0x30000, a3: 0x40000 };

/** Memory in which words are what was written to them, else 0. */
export function memoryOf(words: Partial<Record<Argument, readonly number[] | Uint32Array>>): Map<number, number> {
  const memory = new Map<number, number>();
  for (const [pointer, list] of Object.entries(words))
    for (const [i, word] of list.entries()) memory.set(PLACES[pointer as Argument] + 4 * i, word);
  return memory;
}

/** What a call leaves in memory, or why it cannot be. */
export function perform(
  operation: Operation,
  memory: ReadonlyMap<number, number>,
  args: Partial<CallArguments> = {},
): Map<number, number> | Fault {
  const accesses = accessesOf(operation, { ...PLACES, ...args }, (address) => memory.get(address) ?? 0);
  if ('code' in accesses) return accesses;
  const after = new Map(memory);
  for (const access of accesses) if (access.access === 'update') after.set(access.address, access.after);
  return after;
}

/** Numbers of `size` words, one behind the other, as words. */
export function packed(size: number, ...numbers: readonly bigint[]): Uint32Array {
  const words = new Uint32Array(size * numbers.length);
  for (const [k, number] of numbers.entries()) words.set(wordsOf(number, size), size * k);
  return words;
}

/** `count` numbers of `size` words each at an argument's place. */
function numbersAt(memory: ReadonlyMap<number, number>, size: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, k) =>
    numberOf(Uint32Array.from({ length: size }, (_, i) => memory.get(PLACES.a0 + 4 * (size * k + i)) ?? 0)),
  );
}

/**
 * The numbers of `size` words that a call makes of those at a0, with those at a1, or the code of its fault.
 * @param a1 - numbers, or the argument itself.
 */
export function compute(
  name: string,
  size: number,
  a0: readonly bigint[],
  a1: readonly bigint[] | number = 0,
): bigint[] | string {
  const other = typeof a1 === 'number' ? {} : { a1: packed(size, ...a1) };
  const memory = memoryOf({ a0: packed(size, ...a0), ...other });
  const after = perform(operationOf(name), memory, typeof a1 === 'number' ? { a1 } : {});
  return 'code' in after ? after.code : numbersAt(after, size, a0.length);
}

/** Random numbers below `limit`. */
export function numbersBelow(limit: bigint, seed: number): () => bigint {
  const { word } = seeded(seed);
  const size = Math.ceil(limit.toString(2).length / 32) + 1;
  return () => numberOf(Uint32Array.from({ length: size }, word)) % limit;
}
