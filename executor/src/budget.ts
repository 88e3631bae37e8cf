/**
 * @module The budget of a shard: what its tables cost, and how many rows each may have. Tables grow in steps; a step is
 * reserved when the next row needs it, and a shard is full when a step that it needs does not fit.
 */
import type { EventClass } from './isa.ts';
import { CLASSES } from './isa.ts';
import type { StateRows } from './meter.ts';

/** The tables of the state between shards that no instruction class stands for; `bump` is an event class. */
export type StateTable = 'leaf' | 'node' | 'hash';

export interface TableCost {
  /** Committed cells of a row. */
  readonly cells: number;
  /** Fractions of a row: leaves of the fraction tree. */
  readonly fractions: number;
  /** Numbers of rows that the table can have, rising. */
  readonly capacities: readonly number[];
}

/** What a shard's tables cost. */
export interface CostModel {
  readonly tables: Readonly<Record<EventClass | StateTable, TableCost>>;
  /** What every shard has: lookup tables and boundary. */
  readonly fixed: { readonly cells: number; readonly fractions: number };
}

export interface ShardLimits {
  /** Committed cells, padding included. */
  readonly cells: number;
  /** Fractions, padding included. */
  readonly fractions: number;
  /** Rows of all instructions together; for tests that cut anywhere. */
  readonly steps?: number;
}

type TableName = EventClass | StateTable;

export class Budget {
  readonly #model: CostModel;
  readonly #limits: ShardLimits;
  readonly #steps = new Map<TableName, number>();
  #cells: number;
  #fractions: number;

  constructor(model: CostModel, limits: ShardLimits) {
    this.#model = model;
    this.#limits = limits;
    this.#cells = model.fixed.cells;
    this.#fractions = model.fixed.fractions;
  }

  /** Rows that are reserved for a table. */
  capacity(name: TableName): number {
    const step = this.#steps.get(name);
    return step === undefined ? 0 : this.#model.tables[name].capacities[step]!;
  }

  get cells(): number {
    return this.#cells;
  }

  /** Reserves at least `rows` rows for each of these tables, or nothing at all. @returns whether that fits. */
  reserve(wanted: readonly (readonly [TableName, number])[]): boolean {
    let [cells, fractions] = [this.#cells, this.#fractions];
    const steps: [TableName, number][] = [];
    for (const [name, rows] of wanted) {
      const table = this.#model.tables[name];
      const before = this.capacity(name);
      if (rows <= before) continue;
      const step = table.capacities.findIndex((c) => c >= rows);
      if (step < 0) return false;
      steps.push([name, step]);
      cells += table.cells * (table.capacities[step]! - before);
      fractions += table.fractions * (table.capacities[step]! - before);
    }
    if (cells > this.#limits.cells || fractions > this.#limits.fractions) return false;
    for (const [name, step] of steps) this.#steps.set(name, step);
    [this.#cells, this.#fractions] = [cells, fractions];
    return true;
  }

  /** Reserves what these rows of the state's tables need. */
  reserveState({ leaf, node, hash, bump }: StateRows): boolean {
    return this.reserve([
      ['leaf', leaf],
      ['node', node],
      ['hash', hash],
      ['bump', bump],
    ]);
  }

  /** Rows of the state's tables that are reserved. */
  stateRoom(): StateRows {
    const [leaf, node] = [this.capacity('leaf'), this.capacity('node')];
    return { leaf, node, hash: this.capacity('hash'), bump: this.capacity('bump') };
  }
}

/** Instruction classes by number, those that have tables of their own. */
export const METERED_CLASSES: readonly (readonly [number, EventClass])[] = CLASSES.flatMap((name, k) =>
  name === 'bump' ? [] : [[k, name] as const],
);
