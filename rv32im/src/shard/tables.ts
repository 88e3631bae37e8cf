/**
 * @module From an execution record to the traces of a shard. Together with `setup` the place where the machine meets the
 * prover.
 */

import { EVENT_FIELDS, type EventBuffer, type ExecutionRecord } from '@weft/executor/observe/record';
import type { EventClass } from '@weft/executor/program/isa';
import type { Code } from '@weft/executor/program/program';
import { registersOf } from '@weft/executor/shard/checkpoint';
import { ConstraintError } from '@weft/primitives';
import { type Chip, splitHeights } from '@weft/prover/air/chip';
import type { EventSource, LookupCounter, LookupTable, Table, Trace } from '@weft/prover/air/trace';
import { BYTE_PAIR, BYTE_XOR, RANGE } from '@weft/prover/kit/buses';
import { checkedLogHeight, eventsOf, fillTables } from '@weft/prover/prove/fill';
import { PROGRAM } from '../buses.ts';
import type { ProvingKey } from '../setup.ts';
import { type StateTables, stateTables } from '../state/rows.ts';
import { type ShardStatement, shardStatement } from '../statement.ts';

/** The filled tables of a shard, per chip of the machine, and what they prove. */
export interface ShardTraces {
  readonly traces: readonly (Trace | undefined)[];
  readonly statement: ShardStatement<number>;
}

/** The same, for an engine to fill. */
export interface ShardTables {
  readonly tables: readonly (Table | undefined)[];
  readonly statement: ShardStatement<number>;
  /** Rows in use per chip; `undefined` for lookup tables. */
  readonly rows: readonly (number | undefined)[];
}

/** Reads event fields straight from the executor's buffers; `instruction.x` goes through the event's index. */
function recordedEvents(buffer: EventBuffer, name: EventClass, code: Code): EventSource {
  const fields = EVENT_FIELDS[name];
  const indexAt = fields.indexOf('index');
  const { op, rd, rs1, rs2, imm, target } = code;
  const pc = Uint32Array.from(op, (_, i) => code.base + 4 * i);
  const instructions: Readonly<Record<string, ArrayLike<number>>> = { pc, op, rd, rs1, rs2, imm, target };
  return {
    count: buffer.count,
    packed: { fields, instructions, copy: (start, count, out, at) => buffer.copy(start, count, out, at) },
    read: (field, start, count, out) => {
      if (field.startsWith('instruction.')) {
        const of = instructions[field.slice('instruction.'.length)]!;
        for (let i = 0; i < count; i++) out[i] = of[buffer.field(start + i, indexAt)]!;
        return;
      }
      const offset = fields.indexOf(field);
      if (offset < 0) throw new ConstraintError('FILL', `events of ${name} have no field ${field}`);
      for (let i = 0; i < count; i++) out[i] = buffer.field(start + i, offset);
    },
  };
}

function named(prefix: string, values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(Array.from(values, (x, i) => [`${prefix}${i}`, x]));
}

function boundaryEvent(record: ExecutionRecord, { before, after }: StateTables): EventSource {
  const cells = record.outputs.flatMap(
    ({ cell, value, previous }) =>
      [
        [`cell${cell}`, value],
        [`cell${cell}Ts`, previous],
      ] as const,
  );
  return eventsOf([
    {
      startPc: record.startPc,
      endPc: record.endPc,
      endClock: record.endClock,
      ...named('before', before),
      ...named('after', after),
      ...Object.fromEntries(cells),
    },
  ]);
}

/** Fixed columns of a structured or program table. */
function fixedColumns(chip: Chip, pk: ProvingKey): Uint32Array[] {
  if (chip.fixed.kind === 'program') return pk.table.columns;
  if (chip.fixed.kind === 'none') return [];
  const { table } = chip.fixed;
  return chip.fixedColumns.map((_, c) =>
    Uint32Array.from({ length: 2 ** table.logHeight }, (_, row) => table.value(c, row)),
  );
}

/** Counters of the lookup tables; out-of-table tuples are left out and show up as an unbalanced bus. */
function lookupCounters(pk: ProvingKey): Map<number, LookupCounter> {
  const { base } = pk.program.code;
  const counters: LookupCounter[] = [
    {
      bus: RANGE.id,
      counts: new Uint32Array(2 ** 17),
      // Shifts, not powers: this runs several times a cycle.
      slot: ([value, bits], row) => {
        const size = bits![row]! <= 16 ? 1 << bits![row]! : 0;
        return value![row]! < size ? size + value![row]! : -1;
      },
    },
    {
      bus: BYTE_XOR.id,
      counts: new Uint32Array(2 ** 16),
      slot: ([a, b, x], row) =>
        a![row]! < 256 && b![row]! < 256 && (a![row]! ^ b![row]!) === x![row]! ? a![row]! + 256 * b![row]! : -1,
    },
    {
      bus: BYTE_PAIR.id,
      counts: new Uint32Array(2 ** 16),
      slot: ([a, b], row) => (a![row]! < 256 && b![row]! < 256 ? a![row]! + 256 * b![row]! : -1),
    },
    {
      bus: PROGRAM.id,
      counts: new Uint32Array(2 ** pk.table.logHeight),
      slot: ([pc], row) => pk.table.rowOf.get((pc![row]! - base) / 4) ?? -1,
    },
  ];
  return new Map(counters.map((c) => [c.bus, c]));
}

/** The lookup tables of the machine; `undefined` for the others. */
function lookupTables(pk: ProvingKey): (LookupTable | undefined)[] {
  const counters = lookupCounters(pk);
  return pk.key.machine.chips.map((chip) => {
    if (chip.fixed.kind === 'none') return undefined;
    const logHeight = chip.fixed.kind === 'structured' ? chip.fixed.table.logHeight : pk.table.logHeight;
    return {
      chip,
      logHeight,
      fixed: fixedColumns(chip, pk),
      counters: chip.interactions.map((i) => counters.get(i.bus.id)!),
    };
  });
}

/** Fills the multiplicities of the lookup tables from what all other traces ask for. */
export function completeLookups(pk: ProvingKey, traces: readonly (Trace | undefined)[]): (Trace | undefined)[] {
  return fillTables(lookupTables(pk).map((table, k) => table ?? traces[k]));
}

/** Per chip, the source of its rows; `undefined` for lookup tables. */
function eventSources(pk: ProvingKey, record: ExecutionRecord, state: StateTables): (EventSource | undefined)[] {
  const small: Readonly<Record<string, EventSource>> = { ...state.events, boundary: boundaryEvent(record, state) };
  return pk.key.machine.chips.map((chip) => {
    if (chip.events === undefined) return undefined;
    const buffer = record.events[chip.events as EventClass];
    return buffer === undefined
      ? small[chip.events]!
      : recordedEvents(buffer, chip.events as EventClass, pk.program.code);
  });
}

/** Events [start, start + count) of a source. */
function part(source: EventSource, start: number, count: number): EventSource {
  const { packed } = source;
  return {
    count,
    read: (name, from, n, out) => source.read(name, start + from, n, out),
    packed: packed && { ...packed, copy: (from, n, out, at) => packed.copy(start + from, n, out, at) },
  };
}

/** Shares the rows of chips that have a tail: a chip that has the same events as one before it. */
function splitTails(
  chips: readonly Chip[],
  sources: readonly (EventSource | undefined)[],
): (EventSource | undefined)[] {
  const out = sources.slice();
  for (const [k, chip] of chips.entries()) {
    const first = chips.findIndex((c) => c.events === chip.events);
    const source = sources[first];
    if (chip.events === undefined || first === k || source === undefined) continue;
    const { head, tail } = splitHeights(source.count);
    const inHead = tail === undefined ? source.count : 2 ** head;
    out[first] = part(source, 0, inHead);
    out[k] = part(source, inHead, source.count - inHead);
  }
  return out;
}

/**
 * All tables of a shard.
 * @param siblings - digests beside the touched paths of the state tree, as `StateTree.update` gives them.
 */
export function shardTables(pk: ProvingKey, record: ExecutionRecord, siblings: Uint32Array): ShardTables {
  const state = stateTables(pk.key.suite, record, siblings);
  const sources = splitTails(pk.key.machine.chips, eventSources(pk, record, state));
  const lookups = lookupTables(pk);
  const tables = pk.key.machine.chips.map((chip, k): Table | undefined => {
    const events = sources[k];
    if (events === undefined || events.count === 0) return lookups[k];
    return { chip, logHeight: checkedLogHeight(chip, events.count), fixed: [], events };
  });
  const { before, after } = state;
  const { startPc, endPc } = record;
  const statement = shardStatement({ before, after, startPc, endPc, registers: registersOf(record.final) });
  return { tables, statement, rows: sources.map((source) => source?.count) };
}

/** The same, filled in plain TypeScript. */
export function fillShard(pk: ProvingKey, record: ExecutionRecord, siblings: Uint32Array): ShardTraces {
  const { tables, statement } = shardTables(pk, record, siblings);
  return { traces: fillTables(tables), statement };
}
