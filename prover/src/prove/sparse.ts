/**
 * @module Sparse lookup tables. A lookup table holds all that can be asked for, in a small proof as in a large one. A sparse one has a row
 * for each tuple that is asked for, and checks it by looking up its parts in a much smaller table. Which of the two a proof has is its
 * shape's to say, and the prover's to choose: what commits to fewer cells.
 */
import { ConstraintError } from '@weft/primitives';
import { add } from '@weft/primitives/field/base';
import { committedWidths } from '../air/machine.ts';
import { checkedLogHeight } from '../air/tables.ts';
import type { EventSource, LookupTable, Table, Trace } from '../air/trace.ts';
import { chooseShape, findShape, isSparse, type MachineKey, ofShape, type Shape } from '../protocol/key.ts';
import { cellsOf, LOG_PARTS, provedParts } from '../protocol/stacking.ts';
import type { ProvingEngine } from './engine.ts';
import { fillTables } from './fill.ts';

/** The shape of a proof, and the tables of its chips. */
export interface ShapedTables {
  readonly shape: Shape;
  readonly tables: readonly (Table | undefined)[];
}

const answers = (table: Table | undefined): table is LookupTable => table !== undefined && 'counters' in table;

/**
 * Chooses a shape for tables.
 * @param tables - per chip of the whole machine.
 * @throws {ResourceError} SHARD_TOO_LARGE when they fit none.
 */
export async function shapeTables(
  key: MachineKey,
  tables: readonly (Table | undefined)[],
  engine: ProvingEngine,
): Promise<ShapedTables> {
  const logHeights = tables.map((t) => t?.logHeight);
  const found = findShape(key, logHeights);
  const whole = found && { shape: found, tables: ofShape(key, found, tables) };
  const sparse = await sparseTables(key, tables, engine);
  if (sparse !== undefined && (whole === undefined || committedCells(key, sparse) < committedCells(key, whole)))
    return sparse;
  if (whole !== undefined) return whole;
  const shape = chooseShape(key, logHeights);
  return { shape, tables: ofShape(key, shape, tables) };
}

/** Cells of tables in a shape. @param tables - per chip of the shape. */
function cellsIn({ shape, tables }: ShapedTables): number {
  return cellsOf(
    committedWidths(shape.machine),
    tables.map((t) => t?.logHeight),
  );
}

function committedCells({ suite }: MachineKey, of: ShapedTables): number {
  const { variables } = of.shape;
  return provedParts(suite, cellsIn(of), variables) * 2 ** (variables - LOG_PARTS);
}

/** The tables with sparse ones in place of those that they stand for; `undefined` where no shape has room for them. */
async function sparseTables(
  key: MachineKey,
  tables: readonly (Table | undefined)[],
  engine: ProvingEngine,
): Promise<ShapedTables | undefined> {
  const { machine, suite } = key;
  const asking = tables.map((table) => (answers(table) ? undefined : table));
  // Without any sparse rows, which are known when lookups are counted.
  const fits = (shape: Shape, all: readonly (Table | undefined)[]): boolean =>
    cellsIn({ shape, tables: ofShape(key, shape, all) }) <= 2 ** shape.variables;
  const covers = ({ machine: own }: Shape): boolean =>
    machine.chips.every((chip, k) => asking[k] === undefined || own.chips.includes(chip));
  const candidates = key.shapes.filter((shape) => isSparse(shape) && covers(shape) && fits(shape, tables));
  if (candidates.length === 0 || !machine.chips.some((chip, k) => isReplaced(key, chip.name) && answers(tables[k])))
    return undefined;
  await engine.count(suite, machine, tables);
  const replaced = machine.chips.map((chip, k): Table | undefined => {
    if (chip.sparse === undefined) return tables[k];
    const of = tables[machine.chips.findIndex(({ name }) => name === chip.sparse)];
    const events = answers(of) ? rowsAsked(of) : undefined;
    if (events === undefined || events.count === 0) return undefined;
    return { chip, logHeight: checkedLogHeight(chip, events.count), fixed: [], events };
  });
  const shape = candidates.find((candidate) => fits(candidate, replaced));
  return shape && { shape, tables: completeSparse(ofShape(key, shape, replaced)) };
}

/** Whether some sparse table stands for the chip's. */
function isReplaced({ machine }: MachineKey, name: string): boolean {
  return machine.chips.some(({ sparse }) => sparse === name);
}

/** The rows of a lookup table whose lookups have been counted that are asked for, with their counts, by names of columns. */
function rowsAsked({ chip, fixed, counters }: LookupTable): EventSource {
  const counts = counters.map((counter) => counter.counts.slice());
  const names = [...chip.columns.map(({ name }) => name), ...chip.fixedColumns];
  const columns = new Map(names.map((name, c) => [name, [...counts, ...fixed][c]!]));
  const isAsked = new Uint8Array(counts[0]!.length);
  for (const column of counts) for (let row = 0; row < column.length; row++) if (column[row] !== 0) isAsked[row] = 1;
  const rows: number[] = [];
  for (let row = isAsked.indexOf(1); row >= 0; row = isAsked.indexOf(1, row + 1)) rows.push(row);
  return {
    count: rows.length,
    read: (name, start, count, out) => {
      const column = columns.get(name);
      if (column === undefined) throw new ConstraintError('FILL', `the table ${chip.name} has no column ${name}`);
      for (let i = 0; i < count; i++) out[i] = column[rows[start + i]!]!;
    },
  };
}

/** Fills sparse tables and counts what they look up, besides what the other tables do and has been counted. */
function completeSparse(tables: readonly (Table | undefined)[]): (Table | undefined)[] {
  const before = tables.map((table) => (answers(table) ? table.counters.map(({ counts }) => counts.slice()) : []));
  const isSparseTable = (table: Table): boolean => table.chip.sparse !== undefined;
  const filled = fillTables(tables.map((t) => (t !== undefined && (isSparseTable(t) || answers(t)) ? t : undefined)));
  return tables.map((table, k): Table | undefined => {
    if (table === undefined || isSparseTable(table)) return filled[k];
    if (!answers(table)) return table;
    const { chip, logHeight, fixed, columns } = filled[k] as Trace;
    return {
      chip,
      logHeight,
      fixed,
      columns: columns.map((more, c) => more.map((x, row) => add(x, before[k]![c]![row]!))),
    };
  });
}
