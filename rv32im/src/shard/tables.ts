/**
 * @module From an execution record to the traces of a shard. Together with `setup` the place where the machine meets the
 * prover.
 */

import type { ExecutionRecord } from '@weft/executor/observe/record';
import type { Code } from '@weft/executor/program/program';
import { registersOf } from '@weft/executor/shard/checkpoint';
import { ConstraintError } from '@weft/primitives';
import { checkObject, refuse } from '@weft/primitives/arguments';
import { eventsOf, type MachineTables, machineTables } from '@weft/prover/air/tables';
import type { EventSource, JoinedTable, Trace } from '@weft/prover/air/trace';
import { fillTables } from '@weft/prover/prove/fill';
import { checkProvingKey, type ProvingKey } from '../setup.ts';
import { type StateTables, stateTables } from '../state/rows.ts';
import { type ShardStatement, shardStatement } from '../statement.ts';
import { type EventRows, mergedEvents } from './merge.ts';

/** The filled tables of a shard, per chip of the machine, and what they prove. */
export interface ShardTraces {
  readonly traces: readonly (Trace | undefined)[];
  readonly statement: ShardStatement<number>;
}

/** The tables of a shard, for an engine to fill. */
export interface ShardTables extends MachineTables {
  readonly statement: ShardStatement<number>;
}

/** The decoded instructions, to which events are joined by their number. */
function instructionTable({ base, op, rd, rs1, rs2, imm, target }: Code): JoinedTable {
  const pc = Uint32Array.from(op, (_, i) => base + 4 * i);
  return { key: 'index', columns: { pc, op, rd, rs1, rs2, imm, target } };
}

/** Reads event fields straight from the executor's buffers. */
function recordedEvents(rows: EventRows, name: string, joined: JoinedTable): EventSource {
  const { fields } = rows;
  const offsetOf = (field: string): number => {
    const offset = fields.indexOf(field);
    if (offset < 0) throw new ConstraintError('FILL', `events of ${name} have no field ${field}`);
    return offset;
  };
  return {
    count: rows.count,
    packed: { fields, joined, copy: (start, count, out, at) => rows.copy(start, count, out, at) },
    read: (field, start, count, out) => {
      const offset = offsetOf(field);
      for (let i = 0; i < count; i++) out[i] = rows.field(start + i, offset);
    },
    readJoined: (field, start, count, out) => {
      const [key, column] = [offsetOf(joined.key), joined.columns[field]!];
      for (let i = 0; i < count; i++) out[i] = column[rows.field(start + i, key)]!;
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

/** The events of every class. */
function eventSources(pk: ProvingKey, record: ExecutionRecord, state: StateTables): Map<string, EventSource> {
  const joined = instructionTable(pk.program.code);
  // Of what the key omits there is nothing; if there is, no chip takes it.
  const events = [...mergedEvents(pk.key.machine, pk.program.code, record.events)].filter(
    ([name, { count }]) => count > 0 || !pk.omitted.includes(name),
  );
  return new Map<string, EventSource>([
    ...events.map(([name, rows]) => {
      const recorded = recordedEvents(rows, name, joined);
      return [name, pk.expand.get(name)?.(recorded) ?? recorded] as const;
    }),
    ...Object.entries(state.events),
    ['boundary', boundaryEvent(record, state)],
  ]);
}

/**
 * All tables of a shard.
 * @param siblings - digests beside the touched paths of the state tree, as `StateTree.update` gives them.
 */
export function shardTables(pk: ProvingKey, record: ExecutionRecord, siblings: Uint32Array): ShardTables {
  checkProvingKey('pk', pk);
  checkObject('record', record, 'an execution record', ['events', 'startPc', 'endPc', 'final']);
  if (!(siblings instanceof Uint32Array)) refuse('siblings', 'a Uint32Array', siblings);
  const { key, preprocessed } = pk;
  const state = stateTables(key.suite, record, siblings);
  const { before, after } = state;
  const { startPc, endPc, endClock } = record;
  const registers = registersOf(record.final);
  const statement = shardStatement({ before, after, startPc, endPc, endClock, registers });
  return { ...machineTables(key.machine, preprocessed.columns, eventSources(pk, record, state)), statement };
}

/** All tables of a shard, filled in plain TypeScript. */
export function fillShard(pk: ProvingKey, record: ExecutionRecord, siblings: Uint32Array): ShardTraces {
  const { tables, statement } = shardTables(pk, record, siblings);
  return { traces: fillTables(tables), statement };
}
