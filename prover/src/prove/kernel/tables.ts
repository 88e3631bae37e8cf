/**
 * @module Tables in kernel memory: the committed columns inside the stacked vector, fixed ones beside it, all in
 * Montgomery form.
 */
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { committedWidths, type Machine } from '../../air/machine.ts';
import type { Table, TableBase } from '../../air/trace.ts';
import { MIN_SHAPE } from '../../protocol/sets.ts';
import { cellsOf, LOG_PARTS, provedParts, stackedColumns } from '../../protocol/stacking.ts';
import { countTableLookups, fillColumns } from './fill.ts';
import type { PlacedVector } from './runs.ts';

/** One table's place. */
export interface PlacedTable {
  readonly frame: TableBase;
  /** Address of every column, committed ones first. */
  readonly columns: readonly number[];
  /** Rows in use, the first ones: all others are the chip's padding. */
  readonly used: number;
}

export interface PlacedTables {
  /** The stacked vector. */
  readonly vector: PlacedVector;
  /** Per chip; `undefined` for absent tables. */
  readonly tables: readonly (PlacedTable | undefined)[];
}

/** What all tables together are asked. */
function countLookups(
  kernels: Kernels,
  tables: readonly (Table | undefined)[],
  placed: readonly (PlacedTable | undefined)[],
): void {
  const answering = tables.flatMap((table) => (table !== undefined && 'counters' in table ? table.counters : []));
  const counters = new Map(answering.map((counter) => [counter.bus, counter]));
  for (const { counts } of answering) counts.fill(0);
  for (const [k, table] of placed.entries()) {
    if (table !== undefined && !('counters' in tables[k]!))
      countTableLookups(kernels, table.frame, table.columns, counters);
  }
}

/** As `ProvingEngine.count`: the other tables are placed for as long as it takes. */
export function countPlaced(kernels: Kernels, machine: Machine, tables: readonly (Table | undefined)[]): void {
  const asking = tables.map((table) => (table !== undefined && 'counters' in table ? undefined : table));
  const cells = cellsOf(
    committedWidths(machine),
    asking.map((t) => t?.logHeight),
  );
  const variables = Math.max(MIN_SHAPE, Math.ceil(Math.log2(cells)));
  countLookups(kernels, tables, placeTables(kernels, machine, variables, asking).tables);
}

/** Fills or copies all tables into kernel memory. @throws {RangeError} when they do not fit. */
export function placeTables(
  kernels: Kernels,
  machine: Machine,
  variables: number,
  tables: readonly (Table | undefined)[],
): PlacedTables {
  const { memory } = kernels;
  const widths = committedWidths(machine);
  const logHeights = tables.map((t) => t?.logHeight);
  const columns = stackedColumns(widths, logHeights, variables);
  const cells = cellsOf(widths, logHeights);
  const words = provedParts(kernels.suite, cells, variables) * 2 ** (variables - LOG_PARTS);
  const values = memory.allocate(4 * words);
  memory.words.fill(0, values / 4, values / 4 + words - cells);
  const addresses = machine.chips.map((): number[] => []);
  for (const { table, column, offset } of columns)
    addresses[table]![column] = values + 4 * (offset - (2 ** variables - words));
  const put = (column: Uint32Array, at: number): void => {
    memory.words.set(column, at / 4);
    kernels.hash.toMontgomery(at, column.length);
  };
  for (const [k, table] of tables.entries()) {
    if (table === undefined) continue;
    if ('columns' in table) for (const [c, column] of table.columns.entries()) put(column, addresses[k]![c]!);
    if ('events' in table) fillColumns(kernels, table, addresses[k]!);
  }
  const placed = tables.map((table, k): PlacedTable | undefined => {
    if (table === undefined) return undefined;
    const fixed = table.fixed.map((column) => {
      const at = memory.allocate(4 * column.length);
      put(column, at);
      return at;
    });
    const { chip, logHeight } = table;
    const used = 'events' in table && fixed.length === 0 ? table.events.count : 2 ** logHeight;
    return { frame: { chip, logHeight, fixed: table.fixed }, columns: [...addresses[k]!, ...fixed], used };
  });
  countLookups(kernels, tables, placed);
  for (const [k, table] of tables.entries())
    if (table !== undefined && 'counters' in table)
      for (const [c, { counts }] of table.counters.entries()) put(counts, addresses[k]![c]!);
  return { vector: { variables, cells, values }, tables: placed };
}
