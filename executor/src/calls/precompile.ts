/**
 * @module Precompiles: calls that are one cycle, read and change words of memory all at once, and have rows in tables of their family.
 * What a call does is an {@link Operation}; one record says which rows it has. The row of the call itself, which they share, is
 * written here.
 */
import { ConstraintError } from '@weft/primitives';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkObject,
  describeValue,
  isWords,
} from '@weft/primitives/arguments';
import {
  type Argument,
  addressOf,
  type CallArguments,
  checkOperation,
  type Fault,
  type Operation,
  twiceFault,
  type WordSpan,
} from '../precompiles/operation.ts';
import { A0, A1, A2, T0 } from '../program/abi.ts';
import { MEMORY_END, SLOT } from '../program/layout.ts';
import { PAGE_MASK } from '../program/memory.ts';
import type { CallMachine, CallRows, CallWords, EventShape, SystemCall } from './call.ts';
import { checkShape } from './call-set.ts';
import { nullPointerFault } from './null-pointer.ts';
import { storeFault } from './store-fault.ts';
import type { Refusal } from './trap.ts';

/** The row that every precompile call has: `a` and `b` are its arguments. */
export const PRECOMPILE_ROWS: EventShape = {
  events: 'precompile',
  fields: ['index', 'clk', 'code', 'a', 'b', 'codeTs', 'aTs', 'bTs'],
};

/** Slots of a precompile's words: what is read is read before anything is written. */
export const WORD_SLOT: Readonly<Record<WordSpan['access'], number>> = { read: SLOT.memory, update: SLOT.rd };

/** Registers of further arguments, which a row of the call's family reads, and the slot in which it does. */
export const FURTHER_ARGUMENTS: Readonly<Record<Exclude<Argument, 'a0' | 'a1'>, number>> = { a2: A2, a3: A2 + 1 };
export const FURTHER_SLOT: number = SLOT.rd;

/** A word as the tables need it. */
export interface AccessedWord {
  readonly before: number;
  /** Timestamp of the access before. */
  readonly previous: number;
}

/** A table of a call's family, and the rows that one call takes in it. */
export interface CallTable extends EventShape, CallRows {}

/** A call as the tables of its family see it. */
export interface RecordedCall {
  readonly clock: number;
  readonly args: CallArguments;
  /** By the operation's spans. */
  readonly words: readonly (readonly AccessedWord[])[];
  /** Timestamps of the accesses before to those of a2 and a3 that spans start from. */
  readonly argumentTs: Partial<CallArguments>;
}

export interface Precompile {
  readonly operation: Operation;
  /** Rows that one call takes in each table of its family. */
  readonly tables: readonly CallTable[];
  /** Writes the rows of a call: `event` appends one, a word for each field of its class. */
  readonly record: (call: RecordedCall, event: (name: string, words: readonly number[]) => void) => void;
}

/**
 * The call that a precompile is. It ends in a {@link ConstraintError} CALLS when the operation's `run` makes other words than the
 * call updates.
 * @throws {TypeError} {@link RangeError} for what is none.
 */
export function precompile(p: Precompile): SystemCall {
  checkObject('precompile', p, 'a precompile', ['operation', 'tables', 'record']);
  checkFunction('precompile.record', p.record);
  checkOperation('precompile.operation', p.operation);
  checkArray('precompile.tables', p.tables, checkTable);
  const { operation } = p;
  const { name, code, spans } = operation;
  const rows: CallRows[] = [{ events: PRECOMPILE_ROWS.events, rows: 1 }, ...p.tables];
  const classes = rows.map(({ events }) => events);
  // Room is looked up class by class: for one that is listed twice there could be half of what is taken.
  if (new Set(classes).size !== classes.length)
    throw new RangeError(`precompile.tables must be of classes that differ, got ${classes.join(', ')}`);
  const updates = spans.filter(({ access }) => access === 'update').map(({ count }) => count);
  return {
    name,
    code,
    precompile: { tables: [PRECOMPILE_ROWS, ...p.tables] },
    run: (m) => {
      const args = argumentsOf(m);
      const words = spans.map((span): CallWords => wordsOf(span, args));
      m.refuse(operation.refuse?.(args) ?? twiceFault(operation, args));
      for (const w of words) m.refuse(wordsFault(name, m, w));
      if (!m.take(rows, words)) return undefined;
      const before = words.map(({ address, count }) =>
        Uint32Array.from({ length: count }, (_, i) => m.memory.word(address + 4 * i)),
      );
      const after = operation.run(before, args);
      if (isFault(after)) {
        m.refuse(after);
        return m.pc;
      }
      checkResult(name, updates, after);
      record(p, m, args, before);
      let updated = 0;
      for (const [k, { address, count, kept }] of words.entries()) {
        if (spans[k]!.access === 'read') continue;
        const values = after[updated++]!;
        for (let i = kept; i < count; i++) {
          const at = address + 4 * i;
          m.memory.page(at)[(at & PAGE_MASK) >>> 2] = values[i]!;
        }
      }
      return m.pc + 4;
    },
  };
}

function checkTable(name: string, value: unknown): void {
  checkShape(name, value);
  checkInteger(`${name}.rows`, (value as CallTable).rows, 1, MOST_ROWS);
}

/** Rows that a call takes in one table: a shard has to have room for all of them. */
const MOST_ROWS = 2 ** 16;

function isFault(result: readonly Uint32Array[] | Fault): result is Fault {
  // Whoever writes an operation without types may have forgotten the result.
  return typeof result === 'object' && result !== null && 'code' in result;
}

/** @throws {ConstraintError} CALLS: whatever is not there would be memory's 0. */
function checkResult(name: string, updates: readonly number[], result: unknown): void {
  const lists: readonly unknown[] | undefined = Array.isArray(result) ? result : undefined;
  if (lists?.length === updates.length && lists.every((list, k) => isWords(list) && list.length === updates[k])) return;
  const got = lists?.map((list) => (isWords(list) ? list.length : describeValue(list))).join(', ');
  throw new ConstraintError(
    'CALLS',
    `${name} must make words of [${updates.join(', ')}], got ${got === undefined ? describeValue(result) : `[${got}]`}`,
  );
}

function argumentsOf({ a0, a1, a2, registers }: CallMachine): CallArguments {
  return { a0, a1, a2, a3: registers[FURTHER_ARGUMENTS.a3]! >>> 0 };
}

function wordsOf(span: WordSpan, args: CallArguments): CallWords {
  const { count, access, kept = 0 } = span;
  return {
    address: addressOf(span, args),
    count,
    kept: access === 'read' ? count : kept,
    slot: WORD_SLOT[access],
  };
}

/** Why a call of this name cannot access these words, if so. */
function wordsFault(
  name: string,
  { program }: Pick<CallMachine, 'program'>,
  { address, count, kept }: CallWords,
): Refusal | undefined {
  const where = `0x${address.toString(16)}`;
  const bytes = 4 * count;
  if (address % 4 !== 0)
    return { code: 'MISALIGNED_ACCESS', reason: `${name} of words at ${where}, not a multiple of 4` };
  if (address + bytes > MEMORY_END)
    return { code: 'MEMORY_RANGE', reason: `${name} of ${bytes} bytes at ${where} reaches beyond memory` };
  const fixed =
    kept < count ? storeFault(program, `result of ${name}`, address + 4 * kept, address + bytes) : undefined;
  return fixed ?? nullPointerFault(program, `${name} of ${bytes} bytes at`, address, bytes);
}

function record(p: Precompile, m: CallMachine, args: CallArguments, before: readonly Uint32Array[]): void {
  const { recorder, index, clock } = m;
  if (recorder === undefined) return;
  const { code, spans } = p.operation;
  const codeTs = recorder.touchRegister(T0, clock, SLOT.rs1);
  const aTs = recorder.touchRegister(A0, clock, SLOT.rs2);
  const bTs = recorder.touchRegister(A1, clock, SLOT.memory);
  recorder.event(PRECOMPILE_ROWS.events, [index, clock, code, args.a0, args.a1, codeTs, aTs, bTs]);
  const argumentTs: Partial<Record<Argument, number>> = {};
  for (const [name, register] of Object.entries(FURTHER_ARGUMENTS) as ['a2' | 'a3', number][])
    if (spans.some(({ pointer }) => pointer === name))
      argumentTs[name] = recorder.touchRegister(register, clock, FURTHER_SLOT);
  // In the order of their slots, so that a word that is read and changed is read first.
  const words = spans.map((span, k) => {
    const address = addressOf(span, args);
    return Array.from(before[k]!, (value, i): AccessedWord => {
      const previous = recorder.touchMemory(address + 4 * i, value, clock, WORD_SLOT[span.access]);
      return { before: value, previous };
    });
  });
  p.record({ clock, args, words, argumentTs }, (name, fields) => recorder.event(name, fields));
}
