/**
 * @module Filling tables in plain TypeScript: runs a chip's fill graph over its events, block by block, and counts what
 * lookups ask for. Debuggers and tests work on these; the kernels fill their own.
 */

import { ConstraintError } from '@weft/primitives';
import { checkArray } from '@weft/primitives/arguments';
import { add, inverse, mul, sub } from '@weft/primitives/field/base';
import type { Chip } from '../air/chip.ts';
import { BaseBlockEvaluator, BLOCK_ROWS } from '../air/evaluate.ts';
import type { FillOp } from '../air/fill.ts';
import { checkMachine, type Machine } from '../air/machine.ts';
import { checkedLogHeight, lookupTables, type PreprocessedColumns, periodicColumns } from '../air/tables.ts';
import { checkOptionalTable, type EventSource, type LookupCounter, type Table, type Trace } from '../air/trace.ts';

const OPERATIONS: Readonly<Record<FillOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => Math.imul(a, b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << (b & 31),
  shr: (a, b) => a >>> (b & 31),
  sar: (a, b) => a >> (b & 31),
  ltu: (a, b) => (a < b ? 1 : 0),
  lts: (a, b) => ((a | 0) < (b | 0) ? 1 : 0),
  eq: (a, b) => (a === b ? 1 : 0),
  divu: (a, b) => (b === 0 ? -1 : a / b),
  remu: (a, b) => (b === 0 ? a : a % b),
  mulhu: (a, b) => Number((BigInt(a) * BigInt(b)) >> 32n),
  fadd: add,
  fsub: sub,
  fmul: mul,
};

/** The committed columns of a chip, or `undefined` when it has no events. @throws {ConstraintError} beyond its height. */
export function fillTable(chip: Chip, events: EventSource): Trace | undefined {
  if (events.count === 0) return undefined;
  const logHeight = checkedLogHeight(chip, events.count);
  const columns = chip.columns.map((_, i) => new Uint32Array(2 ** logHeight).fill(chip.padding[i]!, events.count));
  const values = chip.fillNodes.map((node) => {
    const block = new Uint32Array(BLOCK_ROWS);
    return node.op === 'constant' ? block.fill(node.value) : block;
  });
  for (let start = 0; start < events.count; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, events.count - start);
    for (const [id, node] of chip.fillNodes.entries()) {
      const out = values[id]!;
      if (node.op === 'constant') continue;
      if ('field' in node) {
        const read = node.op === 'event' ? events.read : events.readJoined;
        if (read === undefined) throw new ConstraintError('FILL', `no table is joined to the events of ${chip.name}`);
        read.call(events, node.field, start, count, out);
      } else if (node.op === 'finv') {
        const a = values[node.a]!;
        for (let i = 0; i < count; i++) out[i] = a[i] === 0 ? 0 : inverse(a[i]!);
      } else {
        const operation = OPERATIONS[node.op];
        const [a, b] = [values[node.a]!, values[node.b]!];
        for (let i = 0; i < count; i++) out[i] = operation(a[i]!, b[i]!);
      }
    }
    for (const [i, column] of chip.columns.entries()) {
      if (column.fill === undefined) continue;
      columns[i]!.set(values[column.fill]!.subarray(0, count), start);
    }
  }
  return { chip, logHeight, columns, fixed: periodicColumns(chip, logHeight) };
}

/** Adds one trace's lookups to the counters of their buses. */
function countLookups(trace: Trace, counters: ReadonlyMap<number, LookupCounter>): void {
  const { chip, columns, fixed } = trace;
  const wanted = chip.interactions.filter((i) => i.sign === 1 && counters.has(i.bus.id));
  if (wanted.length === 0) return;
  const evaluator = new BaseBlockEvaluator(chip.nodes);
  const rows = 2 ** trace.logHeight;
  const found = new Int32Array(BLOCK_ROWS);
  const all = [...columns, ...fixed];
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - start);
    evaluator.run(all, start, count);
    for (const interaction of wanted) {
      const counter = counters.get(interaction.bus.id)!;
      const tuple = interaction.tuple.map((node) => evaluator.values[node]!);
      const multiplicity = evaluator.values[interaction.count]!;
      counter.findRows(tuple, count, found);
      for (let i = 0; i < count; i++) {
        const row = found[i]!;
        // What no row holds is left out, and shows up as an unbalanced bus.
        if (row >= 0) counter.counts[row] = add(counter.counts[row]!, multiplicity[i]!);
      }
    }
  }
}

/** Fills event tables, then the lookup tables with what the others ask for. */
export function fillTables(tables: readonly (Table | undefined)[]): (Trace | undefined)[] {
  checkArray('tables', tables, checkOptionalTable);
  const filled = tables.map((table): Trace | undefined => {
    if (table === undefined || 'columns' in table) return table;
    const trace = 'events' in table ? fillTable(table.chip, table.events) : undefined;
    return trace && { ...trace, fixed: table.fixed };
  });
  const counters = new Map(
    tables.flatMap((table) =>
      table !== undefined && 'counters' in table ? table.counters.map((c) => [c.bus, c] as const) : [],
    ),
  );
  for (const { counts } of counters.values()) counts.fill(0);
  for (const trace of filled) if (trace !== undefined) countLookups(trace, counters);
  return tables.map((table, k) => {
    if (table === undefined || !('counters' in table)) return filled[k];
    const { chip, logHeight, fixed } = table;
    return { chip, logHeight, fixed, columns: table.counters.map((c) => c.counts) };
  });
}

/**
 * Adds the lookup tables to the traces of all other chips, their multiplicities counted from what those ask for.
 * @param traces - per chip of the machine; entries of lookup tables do not matter.
 */
export function completeLookups(
  machine: Machine,
  preprocessed: PreprocessedColumns,
  traces: readonly (Trace | undefined)[],
): (Trace | undefined)[] {
  checkMachine('machine', machine);
  checkArray('traces', traces, checkOptionalTable);
  return fillTables(lookupTables(machine, preprocessed).map((table, k) => table ?? traces[k]));
}
