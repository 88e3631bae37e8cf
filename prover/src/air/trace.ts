/**
 * @module Tables of a proof: filled ones, as debuggers and tests take them, and recipes that an engine fills itself.
 */
import { checkArray, checkInteger, checkObject } from '@weft/primitives/arguments';
import { type Chip, checkChip, type FindRows, MAX_LOG_HEIGHT } from './chip.ts';

/** What all kinds of tables have. */
export interface TableBase {
  readonly chip: Chip;
  /** log2 of the rows. */
  readonly logHeight: number;
  /** Fixed columns of as many rows. */
  readonly fixed: readonly Uint32Array[];
}

/** @throws {TypeError} {@link RangeError} unless `value` is a table. */
function checkTable(name: string, value: unknown): void {
  checkObject(name, value, 'a table', ['chip', 'logHeight', 'fixed']);
  const { chip, logHeight, fixed } = value as TableBase;
  checkChip(`${name}.chip`, chip);
  checkInteger(`${name}.logHeight`, logHeight, 0, MAX_LOG_HEIGHT);
  checkArray(`${name}.fixed`, fixed);
}

/** Where a chip has no rows its place is empty. @throws {TypeError} {@link RangeError} */
export function checkOptionalTable(name: string, value: unknown): void {
  if (value !== undefined) checkTable(name, value);
}

/** @throws {TypeError} {@link RangeError} unless `value` is a filled table. */
export function checkTrace(name: string, value: unknown): void {
  checkTable(name, value);
  checkArray(`${name}.columns`, (value as Trace).columns);
}

/** A filled table. */
export interface Trace extends TableBase {
  /** Committed columns of 2^logHeight rows. */
  readonly columns: readonly Uint32Array[];
}

/** The events of one chip. */
export interface EventSource {
  readonly count: number;
  /** Writes field `name` of events [start, start + count) to `out`. */
  read(name: string, start: number, count: number, out: Uint32Array): void;
  /** Writes field `name` of the joined table's rows that these events name; absent where no table is joined. */
  readJoined?(name: string, start: number, count: number, out: Uint32Array): void;
  /** Whole events, for engines that read them so. */
  readonly packed?: PackedEvents | undefined;
}

/** Events as they were recorded: `fields.length` words each. */
export interface PackedEvents {
  readonly fields: readonly string[];
  /** Copies events [start, start + count) to `out` from word `at` on. */
  copy(start: number, count: number, out: Uint32Array, at: number): void;
  /** A table that events point into: an event's field `key` is a row of these columns. */
  readonly joined?: JoinedTable | undefined;
}

/** Columns by name, and the event field that names a row of them. */
export interface JoinedTable {
  readonly key: string;
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
}

/** A table that its events fill; the other rows are padding. */
export interface EventTable extends TableBase {
  readonly events: EventSource;
}

/** What a lookup bus is asked for, counted by row of the table that answers. */
export interface LookupCounter {
  /** The bus's id. */
  readonly bus: number;
  readonly counts: Uint32Array;
  readonly findRows: FindRows;
}

/** A table whose columns count what all other tables look up. */
export interface LookupTable extends TableBase {
  /** One per column. */
  readonly counters: readonly LookupCounter[];
}

export type Table = Trace | EventTable | LookupTable;
