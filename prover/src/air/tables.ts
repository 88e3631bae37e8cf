/**
 * @module From events to the tables of a proof, for any machine: shares rows between heads and tails, adds the lookup
 * tables, and computes fixed columns.
 */
import { ConstraintError } from '@weft/primitives';
import { checkArray, checkMap, checkMethods, checkName, checkObject, checkWords } from '@weft/primitives/arguments';
import { type Chip, logHeightOf, type StructuredTable } from './chip.ts';
import { checkMachine, type Machine } from './machine.ts';
import { splitHeights } from './tails.ts';
import type { EventSource, JoinedTable, LookupTable, Table } from './trace.ts';

/** Columns of the preprocessed chips of a machine, in its order: `columns[i][c]` is column c of the i-th one. */
export type PreprocessedColumns = readonly (readonly Uint32Array[])[];

/**
 * Events given as objects of fields, for small tables.
 * @param joined - the table that they point into, if there is one.
 */
export function eventsOf(list: readonly Readonly<Record<string, number>>[], joined?: JoinedTable): EventSource {
  checkArray('list', list, (name, event) => checkObject(name, event, 'an event', []));
  if (joined !== undefined) checkObject('joined', joined, 'a joined table', ['key', 'columns']);
  const field = (i: number, name: string): number => {
    const value = list[i]![name];
    if (value === undefined) throw new ConstraintError('FILL', `events have no field ${name}`);
    return value;
  };
  const source: EventSource = {
    count: list.length,
    read: (name, start, count, out) => {
      for (let i = 0; i < count; i++) out[i] = field(start + i, name);
    },
  };
  if (joined === undefined) return source;
  return {
    ...source,
    readJoined: (name, start, count, out) => {
      const column = joined.columns[name];
      if (column === undefined) throw new ConstraintError('FILL', `the joined table has no column ${name}`);
      for (let i = 0; i < count; i++) out[i] = column[field(start + i, joined.key)]!;
    },
  };
}

/**
 * Events of `fields.length` words each, one after another.
 * @throws {TypeError} for what is no list of names or no words; {@link RangeError} unless `words` are whole events.
 */
export function packedEvents(fields: readonly string[], words: Uint32Array): EventSource {
  checkArray('fields', fields, checkName);
  checkWords('words', words);
  const stride = fields.length;
  if (stride === 0) throw new RangeError('fields must not be empty');
  if (words.length % stride !== 0) throw new RangeError(`words must be a multiple of ${stride}, got ${words.length}`);
  return {
    count: words.length / stride,
    packed: {
      fields,
      copy: (start, count, out, at) => out.set(words.subarray(stride * start, stride * (start + count)), at),
    },
    read: (name, start, count, out) => {
      const offset = fields.indexOf(name);
      if (offset < 0) throw new ConstraintError('FILL', `events have no field ${name}`);
      for (let i = 0; i < count; i++) out[i] = words[stride * (start + i) + offset]!;
    },
  };
}

/** log2 of the rows that `count` events take in a chip's table. @throws {ConstraintError} HEIGHT beyond its maximum. */
export function checkedLogHeight(chip: Chip, count: number): number {
  const logHeight = logHeightOf(count);
  if (logHeight > chip.maxLogHeight) {
    throw new ConstraintError('HEIGHT', `chip ${chip.name}: ${count} rows, at most 2^${chip.maxLogHeight} fit`, {
      chip: chip.name,
    });
  }
  return logHeight;
}

/** The values of `f` from 0 on. A loop: `from` takes twice as long. */
function tabulate(length: number, f: (row: number) => number): Uint32Array {
  const values = new Uint32Array(length);
  for (let row = 0; row < length; row++) values[row] = f(row);
  return values;
}

const structuredColumns = new WeakMap<StructuredTable, readonly Uint32Array[]>();

/** Columns of a structured table, computed once. They must not be written to. */
function columnsOfStructured(chip: Chip, table: StructuredTable): readonly Uint32Array[] {
  let columns = structuredColumns.get(table);
  if (columns === undefined) {
    columns = chip.fixedColumns.map((_, c) => tabulate(2 ** table.logHeight, (row) => table.value(c, row)));
    structuredColumns.set(table, columns);
  }
  return columns;
}

const repeated = new WeakMap<Chip, Map<number, readonly Uint32Array[]>>();

/** The fixed columns of an event chip's table: its period over and over. Computed once for each height; not to be written to. */
export function periodicColumns(chip: Chip, logHeight: number): readonly Uint32Array[] {
  const { fixed } = chip;
  if (fixed.kind !== 'periodic') return [];
  const heights = repeated.get(chip) ?? new Map<number, readonly Uint32Array[]>();
  repeated.set(chip, heights);
  let columns = heights.get(logHeight);
  if (columns === undefined) {
    const mask = 2 ** fixed.table.logHeight - 1;
    columns = chip.fixedColumns.map((_, c) => tabulate(2 ** logHeight, (row) => fixed.table.value(c, row & mask)));
    heights.set(logHeight, columns);
  }
  return columns;
}

/**
 * The tables of a machine that count what the others look up, per chip; `undefined` for the others: chips without fixed
 * columns, or whose multiplicities are something else than a column per receive.
 */
export function lookupTables(machine: Machine, preprocessed: PreprocessedColumns): (LookupTable | undefined)[] {
  checkMachine('machine', machine);
  checkArray('preprocessed', preprocessed, checkArray);
  return machine.chips.map((chip, k) => {
    const { fixed, interactions } = chip;
    if (fixed.kind === 'none' || fixed.kind === 'periodic' || chip.events !== undefined) return undefined;
    const columns =
      fixed.kind === 'structured'
        ? columnsOfStructured(chip, fixed.table)
        : preprocessed[machine.preprocessedChips.indexOf(k)]!;
    const logHeight = Math.log2(columns[0]!.length);
    const counters = interactions.map(({ bus, findRows }) => {
      if (findRows === undefined)
        throw new ConstraintError('LOOKUP', `chip ${chip.name} cannot find rows for ${bus.name}`);
      return { bus: bus.id, counts: new Uint32Array(2 ** logHeight), findRows: findRows(columns) };
    });
    return { chip, logHeight, fixed: columns, counters };
  });
}

/** Events [start, start + count) of a source. */
function part(source: EventSource, start: number, count: number): EventSource {
  const { packed, readJoined } = source;
  return {
    count,
    read: (name, from, n, out) => source.read(name, start + from, n, out),
    ...(readJoined === undefined ? {} : { readJoined: (name, from, n, out) => readJoined(name, start + from, n, out) }),
    packed: packed && { ...packed, copy: (from, n, out, at) => packed.copy(start + from, n, out, at) },
  };
}

/** Per chip its events; a chip that has the same events as one before it takes what the first leaves over. */
function sourcesOf(machine: Machine, events: ReadonlyMap<string, EventSource>): (EventSource | undefined)[] {
  const { chips } = machine;
  const known = new Set(chips.map((chip) => chip.events));
  for (const name of events.keys())
    if (!known.has(name)) throw new ConstraintError('EVENTS', `machine ${machine.name} has no events ${name}`);
  const out = chips.map((chip) => (chip.events === undefined ? undefined : events.get(chip.events)));
  for (const [k, chip] of chips.entries()) {
    const first = chips.findIndex((c) => c.events === chip.events);
    const source = out[k];
    if (first === k || source === undefined) continue;
    const { head, tail } = splitHeights(source.count);
    const inHead = tail === undefined ? source.count : 2 ** head;
    out[first] = part(source, 0, inHead);
    out[k] = part(source, inHead, source.count - inHead);
  }
  return out;
}

/** The tables of one proof. */
export interface MachineTables {
  /** Per chip; `undefined` when it has no rows. */
  readonly tables: readonly (Table | undefined)[];
  /** Rows in use per chip; `undefined` for lookup tables. */
  readonly rows: readonly (number | undefined)[];
}

/**
 * All tables of one proof, from the events of each class.
 * @param events - by the chips' `events`; a class that is not there has none.
 * @throws {ConstraintError} EVENTS for a class that no chip takes, HEIGHT when a class has too many.
 */
export function machineTables(
  machine: Machine,
  preprocessed: PreprocessedColumns,
  events: ReadonlyMap<string, EventSource>,
): MachineTables {
  checkMachine('machine', machine);
  checkMap('events', events, 'classes to events');
  for (const [name, source] of events) checkMethods(`events of ${name}`, source, 'a source of events', ['read']);
  const sources = sourcesOf(machine, events);
  const lookups = lookupTables(machine, preprocessed);
  const tables = machine.chips.map((chip, k): Table | undefined => {
    const source = sources[k];
    if (source === undefined || source.count === 0) return lookups[k];
    const logHeight = checkedLogHeight(chip, source.count);
    return { chip, logHeight, fixed: periodicColumns(chip, logHeight), events: source };
  });
  return { tables, rows: sources.map((source) => source?.count) };
}
