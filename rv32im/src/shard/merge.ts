/**
 * @module Small shards: a chip for some registers only (ADR 30) may stand empty, its rows among those of the chip for any registers.
 * Where there are few of both, one table holds them in no more cells than two, and a table less is a proof's shortest way.
 */
import type { EventBuffers } from '@weft/executor/observe/record';
import { SLOT } from '@weft/executor/program/layout';
import type { Code } from '@weft/executor/program/program';
import { logHeightOf } from '@weft/prover/air/chip';
import type { Machine } from '@weft/prover/air/machine';

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

/** Chips for some registers, and the chip for any. `branch_zero` has none: the other chip would read x0, and that is a time that x0's next reader has noted already. */
const WIDER: readonly (readonly [narrow: string, wide: string, convert: (event: Event, code: Code) => Event])[] = [
  ['add_in_place', 'add', apart],
  ['addi_in_place', 'addi', apart],
  ['bitwise_in_place', 'bitwise', apart],
  ['move', 'addi', (event) => event],
];

/** Tables of more rows are two, and cost by the row. */
const MOST_ROWS = 2 ** 12;

/** Whether `narrow` and `wide` rows fit in no more cells when they are in one table of the wide chip. */
function isCheaper(narrow: number, narrowColumns: number, wide: number, wideColumns: number): boolean {
  const cells = (rows: number, columns: number): number => (rows === 0 ? 0 : 2 ** logHeightOf(rows) * columns);
  const two = cells(narrow, narrowColumns) + cells(wide, wideColumns);
  return narrow + wide <= MOST_ROWS && cells(narrow + wide, wideColumns) <= two;
}

/** Events of each class, those of chips that had better stay empty being among others. Follows from their numbers alone. */
export function mergedEvents({ chips }: Machine, code: Code, events: EventBuffers): Map<string, EventRows> {
  const all = new Map<string, EventRows>(Object.entries(events));
  const columnsOf = (name: string): number => chips.find((chip) => chip.events === name)!.columns.length;
  for (const [narrow, wide, convert] of WIDER) {
    const [few, others] = [all.get(narrow)!, all.get(wide)!];
    if (few.count === 0 || !isCheaper(few.count, columnsOf(narrow), others.count, columnsOf(wide))) continue;
    all.set(
      wide,
      joined(others, few, (event) => convert(event, code)),
    );
    all.set(narrow, new WordRows(few.fields, new Uint32Array(0)));
  }
  return all;
}

function joined(wide: EventRows, narrow: EventRows, convert: (event: Event) => Event): EventRows {
  const stride = wide.fields.length;
  const words = new Uint32Array((wide.count + narrow.count) * stride);
  wide.copy(0, wide.count, words, 0);
  const read: Record<string, number> = {};
  for (let i = 0; i < narrow.count; i++) {
    for (const [k, name] of narrow.fields.entries()) read[name] = narrow.field(i, k);
    const event = convert(read);
    for (const [k, name] of wide.fields.entries()) words[(wide.count + i) * stride + k] = event[name]!;
  }
  return new WordRows(wide.fields, words);
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
