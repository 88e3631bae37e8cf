/**
 * @module Events that are proven by another chip than their class has, as `moves` says.
 */
import type { EventBuffers } from '@weft/executor/observe/record';
import { SLOT } from '@weft/executor/program/layout';
import type { Code } from '@weft/executor/program/program';
import type { Machine } from '@weft/prover/air/machine';
import { bestMove, WIDER } from './moves.ts';

/** Recorded events of one class. */
export interface EventRows {
  readonly fields: readonly string[];
  readonly count: number;
  /** Word `offset` of event `i`. */
  field(i: number, offset: number): number;
  /** Copies events [start, start + count) to `out` from word `at` on. */
  copy(start: number, count: number, out: Uint32Array, at: number): void;
}

/** An event by its fields. */
type Event = Readonly<Record<string, number>>;

/** The same instruction to the chip for any registers: rs1 is read by an access of its own, before rd is written. */
function apart(event: Event, { rd, rs2 }: Code): Event {
  const { index, clk, a, bTs, rdTs } = event as Event & Record<'index' | 'clk' | 'a' | 'rdTs', number>;
  const afterRs1 = { ...event, old: a, rdTs: clk + SLOT.rs1 };
  // Without a second operand, or with one from another register, rd was not touched between.
  if (bTs === undefined || rd[index] !== rs2[index]) return { ...afterRs1, aTs: rdTs };
  return { ...event, old: a, aTs: bTs, bTs: clk + SLOT.rs1 };
}

/** Events of each class, some being among those of another chip where that takes fewer cells. Follows from their numbers alone. */
export function mergedEvents(machine: Machine, code: Code, events: EventBuffers): Map<string, EventRows> {
  const all = new Map<string, EventRows>(Object.entries(events));
  for (const [narrow, wide] of WIDER) {
    const [few, others] = [all.get(narrow)!, all.get(wide)!];
    const moved = bestMove(machine, [narrow, few.count], [wide, others.count]);
    if (moved === 0) continue;
    const kept = few.count - moved;
    // A copy reads rs1 by an access of its own already.
    const convert = (event: Event): Event => (narrow === 'move' ? event : apart(event, code));
    all.set(wide, new JoinedRows(others, converted(few, kept, others.fields, convert)));
    all.set(narrow, new FirstRows(few, kept));
  }
  return all;
}

/** Events from `first` on as another chip reads them. */
function converted(
  rows: EventRows,
  first: number,
  fields: readonly string[],
  convert: (event: Event) => Event,
): EventRows {
  const words = new Uint32Array((rows.count - first) * fields.length);
  const read: Record<string, number> = {};
  for (let i = first, at = 0; i < rows.count; i++) {
    for (const [k, name] of rows.fields.entries()) read[name] = rows.field(i, k);
    const event = convert(read);
    for (const name of fields) words[at++] = event[name]!;
  }
  return new WordRows(fields, words);
}

/** The first of some events. */
class FirstRows implements EventRows {
  readonly fields: readonly string[];
  readonly count: number;
  readonly #rows: EventRows;

  constructor(rows: EventRows, count: number) {
    this.fields = rows.fields;
    this.count = count;
    this.#rows = rows;
  }

  field(i: number, offset: number): number {
    return this.#rows.field(i, offset);
  }

  copy(start: number, count: number, out: Uint32Array, at: number): void {
    this.#rows.copy(start, count, out, at);
  }
}

/** Events and then others of the same fields. */
class JoinedRows implements EventRows {
  readonly fields: readonly string[];
  readonly count: number;
  readonly #first: EventRows;
  readonly #rest: EventRows;

  constructor(first: EventRows, rest: EventRows) {
    this.fields = first.fields;
    this.count = first.count + rest.count;
    this.#first = first;
    this.#rest = rest;
  }

  field(i: number, offset: number): number {
    const { count } = this.#first;
    return i < count ? this.#first.field(i, offset) : this.#rest.field(i - count, offset);
  }

  copy(start: number, count: number, out: Uint32Array, at: number): void {
    const before = Math.max(0, Math.min(count, this.#first.count - start));
    if (before > 0) this.#first.copy(start, before, out, at);
    if (before === count) return;
    this.#rest.copy(start + before - this.#first.count, count - before, out, at + before * this.fields.length);
  }
}
/** Events one after another. */
class WordRows implements EventRows {
  readonly fields: readonly string[];
  readonly #words: Uint32Array;

  constructor(fields: readonly string[], words: Uint32Array) {
    this.fields = fields;
    this.#words = words;
  }

  get count(): number {
    return this.#words.length / this.fields.length;
  }

  field(i: number, offset: number): number {
    return this.#words[i * this.fields.length + offset]!;
  }

  copy(start: number, count: number, out: Uint32Array, at: number): void {
    const stride = this.fields.length;
    out.set(this.#words.subarray(start * stride, (start + count) * stride), at);
  }
}
