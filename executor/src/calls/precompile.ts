/**
 * @module Precompiles: calls that are one cycle, read and change words of memory all at once, and have rows in tables of their family.
 * One file with one record says all of that; the row of the call itself, which they share, is written here.
 */
import { A0, A1, T0 } from '../program/abi.ts';
import { MEMORY_END, SLOT } from '../program/layout.ts';
import { PAGE_MASK } from '../program/memory.ts';
import { overlapsCode } from '../program/program.ts';
import type { CallMachine, CallRows, CallWords, EventShape, SystemCall } from './call.ts';
import { nullPointerFault } from './null-pointer.ts';
import type { Refusal } from './trap.ts';

/** The row that every precompile call has: `a` and `b` are its arguments. */
export const PRECOMPILE_ROWS: EventShape = {
  events: 'precompile',
  fields: ['index', 'clk', 'code', 'a', 'b', 'codeTs', 'aTs', 'bTs'],
};

/** Slots of a precompile's words: what is read is read before anything is written. */
export const WORD_SLOT: Readonly<Record<'read' | 'update', number>> = { read: SLOT.memory, update: SLOT.rd };

/** Words of a call, from where an argument points to. */
export interface PrecompileWords {
  readonly pointer: 'a0' | 'a1';
  readonly count: number;
  /** The first words that stay as they are, if some are only read: all of them in an argument that is not updated. */
  readonly kept: number;
  /** When they are accessed; those that are read are listed before those that are updated. */
  readonly slot: keyof typeof WORD_SLOT;
}

/** A word as the tables need it. */
export interface AccessedWord {
  readonly before: number;
  /** Timestamp of the access before. */
  readonly previous: number;
}

/** A table of a call's family, and the rows that one call takes in it. */
export interface CallTable extends EventShape, CallRows {}

export interface Precompile {
  readonly name: string;
  readonly code: number;
  /** At most two, each at an argument of its own. */
  readonly words: readonly PrecompileWords[];
  /** Rows that one call takes in each table of its family. */
  readonly tables: readonly CallTable[];
  /** Why the call cannot be with these arguments, besides what is checked of every pointer. */
  readonly refuse?: (a0: number, a1: number) => Refusal | undefined;
  /**
   * What the words become, in the order of `words`; unsigned.
   * @param before - likewise.
   */
  readonly run: (before: readonly Uint32Array[]) => readonly Uint32Array[];
  /**
   * Writes the rows of a call: `event` appends one, a word for each field of its class.
   * @param words - in the order of `words`.
   */
  readonly record: (
    call: { readonly clock: number; readonly a0: number; readonly a1: number },
    words: readonly (readonly AccessedWord[])[],
    event: (name: string, words: readonly number[]) => void,
  ) => void;
}

/** The call that a precompile is. */
export function precompile(p: Precompile): SystemCall {
  const rows: CallRows[] = [{ events: PRECOMPILE_ROWS.events, rows: 1 }, ...p.tables];
  return {
    name: p.name,
    code: p.code,
    precompile: { tables: [PRECOMPILE_ROWS, ...p.tables] },
    run: (m) => {
      const spans = p.words.map(
        ({ pointer, count, kept, slot }): CallWords => ({ address: m[pointer], count, kept, slot: WORD_SLOT[slot] }),
      );
      m.refuse(p.refuse?.(m.a0, m.a1));
      for (const span of spans) m.refuse(wordsFault(p.name, m, span));
      if (!m.take(rows, spans)) return undefined;
      const before = spans.map(({ address, count }) =>
        Uint32Array.from({ length: count }, (_, i) => m.memory.word(address + 4 * i)),
      );
      record(p, m, spans, before);
      for (const [k, after] of p.run(before).entries()) {
        const { address, kept } = spans[k]!;
        for (let i = kept; i < after.length; i++) {
          const at = address + 4 * i;
          m.memory.page(at)[(at & PAGE_MASK) >>> 2] = after[i]!;
        }
      }
      return m.pc + 4;
    },
  };
}

/** Why a call of this name cannot access these words, if so. */
export function wordsFault(
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
  if (kept < count && overlapsCode(program, address + 4 * kept, address + bytes))
    return { code: 'STORE_TO_CODE', reason: `${name} writes to the code, from ${where} on` };
  return nullPointerFault(program, `${name} of ${bytes} bytes at`, address, bytes);
}

function record(p: Precompile, m: CallMachine, spans: readonly CallWords[], before: readonly Uint32Array[]): void {
  const { recorder, index, clock, a0, a1 } = m;
  if (recorder === undefined) return;
  const codeTs = recorder.touchRegister(T0, clock, SLOT.rs1);
  const aTs = recorder.touchRegister(A0, clock, SLOT.rs2);
  const bTs = recorder.touchRegister(A1, clock, SLOT.memory);
  recorder.event(PRECOMPILE_ROWS.events, [index, clock, p.code, a0, a1, codeTs, aTs, bTs]);
  // In the order of their slots, so that a word in both argument's reach is read first.
  const words = spans.map(({ address, slot }, k) =>
    Array.from(before[k]!, (value, i): AccessedWord => {
      const previous = recorder.touchMemory(address + 4 * i, value, clock, slot);
      return { before: value, previous };
    }),
  );
  p.record({ clock, a0, a1 }, words, (name, fields) => recorder.event(name, fields));
}
