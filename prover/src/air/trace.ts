/**
 * @module Tables of a proof: filled ones, as debuggers and tests take them, and recipes that an engine fills itself.
 */
import type { Chip } from './chip.ts';

/** What all kinds of tables have. */
export interface TableFrame {
  readonly chip: Chip;
  /** log2 of the rows. */
  readonly logHeight: number;
  /** Fixed columns of as many rows. */
  readonly fixed: readonly Uint32Array[];
}

/** A filled table. */
export interface Trace extends TableFrame {
  /** Committed columns of 2^logHeight rows. */
  readonly columns: readonly Uint32Array[];
}

/** The events of one chip. */
export interface EventSource {
  readonly count: number;
  /** Writes field `name` of events [start, start + count) to `out`. */
  read(name: string, start: number, count: number, out: Uint32Array): void;
  /** The same for engines that read whole events. */
  readonly packed?: PackedEvents | undefined;
}

/** Events as they were recorded: `fields.length` words each. */
export interface PackedEvents {
  readonly fields: readonly string[];
  /** Copies events [start, start + count) to `out` from word `at` on. */
  copy(start: number, count: number, out: Uint32Array, at: number): void;
  /** What `instruction.x` means: x of the instruction whose number is field `index`. */
  readonly instructions: Readonly<Record<string, ArrayLike<number>>>;
}

/** A table that its events fill; the other rows are padding. */
export interface EventTable extends TableFrame {
  readonly events: EventSource;
}

/** Where a lookup bus counts: the slot of a tuple, or -1 when no row of the table holds it. */
export interface LookupCounter {
  readonly bus: number;
  readonly counts: Uint32Array;
  slot(tuple: readonly Uint32Array[], row: number): number;
}

/** A table whose columns count what all other tables look up. */
export interface LookupTable extends TableFrame {
  /** One per column. */
  readonly counters: readonly LookupCounter[];
}

export type Table = Trace | EventTable | LookupTable;
