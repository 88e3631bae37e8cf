/**
 * @module Precompiles that take one row: what they read, and when it was last accessed. The numbers that the row has besides follow from
 * these, and are found by whoever proves it.
 */
import { checkInteger } from '@weft/primitives/arguments';
import { checkOperation, type Operation } from '../precompiles/operation.ts';
import type { SystemCall } from './call.ts';
import { type CallTable, precompile } from './precompile.ts';

/**
 * Fields of a span's words: what they hold before the call, and the timestamps of the accesses before.
 * @throws {TypeError} {@link RangeError} for what is no number of a span or of words.
 */
export function spanFields(span: number, count: number): { before: string[]; previous: string[] } {
  checkInteger('span', span, 0);
  checkInteger('count', count, 0, 2 ** 16);
  const named = (name: string): string[] => Array.from({ length: count }, (_, i) => `${name}${span}_${i}`);
  return { before: named('before'), previous: named('previous') };
}

/**
 * The table of an operation that takes one row, of its name in lower case.
 * @throws {TypeError} for what is none; {@link RangeError} also for spans at a2 and a3, which the row has no fields for.
 */
export function rowTable(operation: Operation): CallTable {
  checkOperation('operation', operation);
  const { name, spans } = operation;
  for (const [k, { pointer }] of spans.entries())
    if (pointer !== 'a0' && pointer !== 'a1')
      throw new RangeError(`operation.spans[${k}].pointer must be a0 or a1 of a call of one row, got ${pointer}`);
  const fields = spans.map(({ count }, k) => spanFields(k, count));
  return {
    events: name.toLowerCase(),
    fields: ['clk', 'a0', 'a1', ...fields.flatMap(({ before, previous }) => [...before, ...previous])],
    rows: 1,
  };
}

/** The call of an operation that takes one row, as {@link precompile}. @throws {TypeError} {@link RangeError} as {@link rowTable}. */
export function rowCall(operation: Operation): SystemCall {
  const table = rowTable(operation);
  return precompile({
    operation,
    tables: [table],
    record: ({ clock, args, words }, event) => {
      const accessed = words.flatMap((span) => [
        ...span.map(({ before }) => before),
        ...span.map(({ previous }) => previous),
      ]);
      event(table.events, [clock, args.a0, args.a1, ...accessed]);
    },
  });
}
