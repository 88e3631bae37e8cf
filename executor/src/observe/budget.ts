/**
 * @module The budget of a shard: what its tables cost, and how many rows each may have. Tables grow in steps; a step is
 * reserved when the next row needs it, and a shard is full when a step that it needs does not fit.
 */
import { ConstraintError } from '@weft/primitives';
import type { CallSet } from '../calls/call-set.ts';
import type { StateRows } from './meter.ts';

export interface TableCost {
  /** Committed cells of a row. */
  readonly cells: number;
  /** Fractions of a row: leaves of the fraction tree. */
  readonly fractions: number;
  /** Numbers of rows that the table can have, rising. */
  readonly capacities: readonly number[];
  /** Bit i: whether set i has the table. */
  readonly sets: number;
}

/** What a shard's tables cost. */
export interface CostModel {
  /** By event class, and by table of the state. */
  readonly tables: Readonly<Record<string, TableCost>>;
  /** What every shard has: lookup tables and boundary. */
  readonly fixed: { readonly cells: number; readonly fractions: number };
  /** What a proof about tables of so many cells and fractions costs, in cells that are committed to. */
  readonly price: (cells: number, fractions: number) => number;
}

export interface ShardLimits {
  /** Committed cells, padding included. */
  readonly cells: number;
  /** Fractions, padding included. */
  readonly fractions: number;
  /** What every shard costs besides its proof's price, in cells: what its proof is used for. */
  readonly overhead?: number;
  /** Rows of all instructions together; for tests that cut anywhere. */
  readonly steps?: number;
}

/** Tables of the state between shards. */
const STATE_TABLES = ['leaf', 'node', 'hash', 'bump'] as const;

export class Budget {
  /** By table: classes of steps by their numbers, then those of the state. */
  readonly #costs: readonly TableCost[];
  readonly #isGranted: readonly boolean[];
  readonly #model: CostModel;
  readonly #limits: ShardLimits;
  /** Per table: which of its capacities is reserved, -1 for none; and a draft of that. */
  readonly #steps: Int32Array;
  readonly #draft: Int32Array;
  /** Rows that are asked for. */
  readonly #rows: Float64Array;
  #cells: number;
  #fractions: number;

  /** @throws {ConstraintError} CALLS when a call has rows that the machine has no table for. */
  constructor({ stepClasses, isGranted }: CallSet, model: CostModel, limits: ShardLimits) {
    this.#costs = [...stepClasses, ...STATE_TABLES].map((name) => {
      const cost = model.tables[name];
      if (cost === undefined) throw new ConstraintError('CALLS', `the machine has no table for rows ${name}`);
      return cost;
    });
    this.#isGranted = isGranted;
    const count = this.#costs.length;
    this.#steps = new Int32Array(count).fill(-1);
    this.#draft = new Int32Array(count);
    this.#rows = new Float64Array(count);
    this.#model = model;
    this.#limits = limits;
    this.#cells = model.fixed.cells;
    this.#fractions = model.fixed.fractions;
  }

  /** Cells of everything that is reserved. */
  get cells(): number {
    return this.#cells;
  }

  /** Whether so much is reserved that it matters where the shard ends. */
  get isFilling(): boolean {
    return this.#cells >= this.#limits.cells / 2;
  }

  /** Rows that are reserved for a table, by number. */
  capacity(table: number): number {
    return this.#capacity(table, this.#steps[table]!);
  }

  #capacity(table: number, step: number): number {
    return step < 0 ? 0 : this.#costs[table]!.capacities[step]!;
  }

  /**
   * Reserves these rows, or nothing at all.
   * @param used - rows of each class of steps, by number.
   * @param margin - so many more of each, as far as rows of its class are granted in advance.
   * @param state - rows of the state's tables.
   * @param isTrial - only looks.
   * @returns whether it fits.
   */
  reserve(used: Float64Array, margin: number, state: StateRows, isTrial: boolean = false): boolean {
    const rows = this.#rows;
    const classes = this.#isGranted.length;
    for (let k = 0; k < classes; k++) rows[k] = used[k]! + (this.#isGranted[k]! ? margin : 0);
    for (const [i, name] of STATE_TABLES.entries()) rows[classes + i] = state[name];
    let [cells, fractions, sets] = [this.#cells, this.#fractions, -1];
    const draft = this.#draft;
    for (let t = 0; t < rows.length; t++) {
      const cost = this.#costs[t]!;
      let step = this.#steps[t]!;
      const before = this.#capacity(t, step);
      while (this.#capacity(t, step) < rows[t]!) if (++step === cost.capacities.length) return false;
      const more = this.#capacity(t, step) - before;
      cells += cost.cells * more;
      fractions += cost.fractions * more;
      draft[t] = step;
      if (step >= 0) sets &= cost.sets;
    }
    // There has to be a set that has all of them.
    if (sets === 0) return false;
    if (cells > this.#limits.cells || fractions > this.#limits.fractions) return false;
    if (isTrial) return true;
    this.#steps.set(draft);
    [this.#cells, this.#fractions] = [cells, fractions];
    return true;
  }

  /**
   * Whether the next step of capacity had better be reserved in the next shard. A shard gets cheaper by the instruction while it fills what is
   * reserved, and dearer with each step; this one goes on if it will be cheaper once more than it is now, should it go on as it did so far.
   * @param used - rows of each class of steps, by number.
   * @param steps - instructions so far, all that `used` has rows of.
   */
  isCheapest(used: Float64Array, state: StateRows, steps: number): boolean {
    const { cells: most, fractions: mostFractions, overhead = 0 } = this.#limits;
    if (steps === 0 || !this.isFilling) return false;
    const priceOf = (cells: number, fractions: number): number => overhead + this.#model.price(cells, fractions);
    const classes = this.#isGranted.length;
    const rowsOf = (t: number): number => (t < classes ? used[t]! : state[STATE_TABLES[t - classes]!]);
    // Memory is touched anew ever less often, so that its leaves and nodes are taken for complete.
    const grows = (t: number): boolean => t < classes || STATE_TABLES[t - classes] === 'bump';
    const growing = this.#costs
      .map((cost, t) => ({ cost, step: this.#steps[t]!, rows: rowsOf(t), rate: grows(t) ? rowsOf(t) / steps : 0 }))
      .filter(({ rows }) => rows > 0);
    const now = priceOf(this.#cells, this.#fractions) / steps;
    let [cells, fractions] = [this.#cells, this.#fractions];
    for (;;) {
      // The table that is full next, and when.
      let [next, at] = [growing[0]!, Number.POSITIVE_INFINITY];
      for (const table of growing) {
        const capacity = table.cost.capacities[table.step] ?? 0;
        const full = capacity < table.rows ? steps : capacity / table.rate;
        if (full < at) [next, at] = [table, full];
      }
      if (at > steps && priceOf(cells, fractions) < now * at) return false;
      const { capacities, cells: width, fractions: leaves } = next.cost;
      const larger = capacities[next.step + 1];
      // It cannot grow, or the machine has no such table.
      if (larger === undefined) return true;
      const more = larger - (capacities[next.step] ?? 0);
      cells += width * more;
      fractions += leaves * more;
      if (cells > most || fractions > mostFractions) return true;
      next.step++;
    }
  }

  /** Whether these rows need no more than what is reserved. */
  holds(used: Float64Array, state: StateRows): boolean {
    const classes = this.#isGranted.length;
    for (let k = 0; k < classes; k++) if (this.capacity(k) < used[k]!) return false;
    return STATE_TABLES.every((name, i) => this.capacity(classes + i) >= state[name]);
  }

  /** Rows of the state's tables that are reserved. */
  stateRoom(): StateRows {
    const at = (name: (typeof STATE_TABLES)[number]): number =>
      this.capacity(this.#isGranted.length + STATE_TABLES.indexOf(name));
    return { leaf: at('leaf'), node: at('node'), hash: at('hash'), bump: at('bump') };
  }
}
