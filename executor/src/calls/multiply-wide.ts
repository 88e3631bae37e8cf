/**
 * @module U256XU2048_MUL and its rows: the long factor in eight parts of 256 bits, one after another, each with the carry of the one before.
 */
import { numberOf, wordsOf } from '../precompiles/integers.ts';
import { multiplyWide as operation } from '../precompiles/uint256.ts';
import type { SystemCall } from './call.ts';
import { type AccessedWord, type CallTable, precompile } from './precompile.ts';

/** Parts of the long factor, and words of one. */
export const WIDE_PARTS = 8;
export const PART_WORDS = 8;

const words = (name: string): string[] => Array.from({ length: PART_WORDS }, (_, i) => `${name}_${i}`);

/** The row of the call: the short factor, and where the last carry goes. */
export const WIDE_CALL_ROWS: CallTable = {
  events: 'u256xu2048_mul',
  fields: [
    ...['clk', 'a0', 'a1', 'a2', 'a3', 'a2Ts', 'a3Ts'],
    ...['factor', 'factorTs', 'old', 'oldTs', 'high'].flatMap(words),
  ],
  rows: 1,
};

/** A row for each part: low + 2^256 high = a b + carry, and what `low` takes the place of. */
export const WIDE_PART_ROWS: CallTable = {
  events: 'u256xu2048_part',
  fields: ['clk', 'b', 'to', ...['a', 'b', 'carry', 'low', 'high', 'old', 'bTs', 'oldTs'].flatMap(words)],
  rows: WIDE_PARTS,
};

const PART_BITS = BigInt(32 * PART_WORDS);
const before = (list: readonly AccessedWord[]): number[] => list.map((word) => word.before);
const previous = (list: readonly AccessedWord[]): number[] => list.map((word) => word.previous);

export const multiplyWide: SystemCall = precompile({
  operation,
  tables: [WIDE_CALL_ROWS, WIDE_PART_ROWS],
  record: ({ clock, args, words: [factor, long, low, high], argumentTs }, event) => {
    const a = numberOf(Uint32Array.from(before(factor!)));
    let carry = 0n;
    for (let part = 0; part < WIDE_PARTS; part++) {
      const of = (list: readonly AccessedWord[]): AccessedWord[] =>
        list.slice(PART_WORDS * part, PART_WORDS * (part + 1)) as AccessedWord[];
      const [b, old] = [of(long!), of(low!)];
      const sum = a * numberOf(Uint32Array.from(before(b))) + carry;
      const numbers = [carry, sum, sum >> PART_BITS].map((x) => [...wordsOf(x, PART_WORDS)]);
      const given = [...before(factor!), ...before(b), ...numbers.flat(), ...before(old)];
      event(WIDE_PART_ROWS.events, [clock, args.a1 / 4, args.a2 / 4, ...given, ...previous(b), ...previous(old)]);
      carry = sum >> PART_BITS;
    }
    const { a0, a1, a2, a3 } = args;
    event(WIDE_CALL_ROWS.events, [
      ...[clock, a0, a1, a2, a3, argumentTs.a2!, argumentTs.a3!],
      ...before(factor!),
      ...previous(factor!),
      ...before(high!),
      ...previous(high!),
      ...wordsOf(carry, PART_WORDS),
    ]);
  },
});
