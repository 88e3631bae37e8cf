/** @module What precompiles and sets of calls are made of, and what is none of it. */
import * as executor from '@weft/executor';
import { type Argument, object } from './bad-values.ts';

/** What is no `Uint32Array`. */
export const notWords: readonly unknown[] = [undefined, null, 5, 'text', [1, 2], new Uint8Array(8), new Int32Array(2)];

export const operation: executor.Operation = {
  name: 'NOTHING',
  code: 0x170,
  spans: [
    { pointer: 'a1', count: 2, access: 'read' },
    { pointer: 'a0', count: 2, access: 'update' },
  ],
  run: ([, words]) => [words!],
};
const spanOf = (change: object): object => ({ ...operation, spans: [{ ...operation.spans[0], ...change }] });
export const anOperation: Argument = object(
  operation,
  ...[{ name: '' }, { code: -1 }, { code: 2 ** 32 }, { run: 5 }, { refuse: 5 }, { spans: [] }, { spans: [null] }].map(
    (change) => ({ ...operation, ...change }),
  ),
  ...[{ pointer: 'a4' }, { pointer: 0 }, { access: 'write' }, { count: 0 }, { count: 1.5 }, { count: 2 ** 16 + 1 }].map(
    spanOf,
  ),
  ...[{ offset: -1 }, { offset: 0.5 }, { offset: 2 ** 16 + 1 }, { kept: 1 }, { kept: '0' }].map(spanOf),
  { ...operation, spans: [operation.spans[0], { ...operation.spans[1], kept: 3 }] },
  { ...operation, spans: operation.spans.toReversed() },
);
/** An operation whose row has no fields for a pointer of its own. */
export const ofOneRow: Argument = {
  ...anOperation,
  bad: [...anOperation.bad, ...[{ pointer: 'a2' }, { pointer: 'a3' }].map(spanOf)],
};
export const aCall: Argument = object(
  executor.CALLS[0],
  ...[
    { name: '' },
    { code: -1 },
    { code: 2 ** 32 },
    { run: 5 },
    { rows: 5 },
    { rows: { events: '', fields: [] } },
    { rows: { events: 'a', fields: 'ab' } },
    { precompile: 5 },
    { precompile: { tables: 5 } },
    { precompile: { tables: [{ events: 'a', fields: [5] }] } },
  ].map((change) => ({ ...executor.CALLS[0], ...change })),
);
export const callSet: Argument = object(
  executor.STANDARD_CALLS,
  ...[{ find: 5 }, { classNumber: undefined }, { calls: 5 }, { classes: {} }, { stepClasses: 5 }, { isGranted: 5 }].map(
    (change) => ({ ...executor.STANDARD_CALLS, ...change }),
  ),
);
export const aTable: executor.CallTable = executor.rowTable(operation);
export const badTables: readonly unknown[] = [
  null,
  { ...aTable, events: '' },
  { ...aTable, events: 5 },
  { ...aTable, fields: 'clk' },
  { ...aTable, fields: [''] },
  { ...aTable, rows: 0 },
  { ...aTable, rows: 1.5 },
  { ...aTable, rows: 2 ** 16 + 1 },
  // The class of the row that all calls have.
  { ...aTable, events: 'precompile' },
];
