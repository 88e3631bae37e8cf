/**
 * @module The batched zerocheck on the kernels. What a summand has of degree 1 is one form, folded like a column, so that a
 * round evaluates the nodes of degree 2 and 3 only, and only columns that these read are ever folded: the values of all
 * columns at the end come from the committed vector itself.
 *
 * Row variables are bound from the third up, neighbouring groups into one, in blocks as those of GKR's layers. Once a table has a group left of each, it
 * is a constant while variables beyond its height are bound; the first two, those of a group's elements, are bound in all tables at the end.
 * Rows that are not in use have one summand, and while they are not written to the vectors add to sums what that weighs.
 */
import { add, type Ext, ONE, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { pairTables, pairTablesBytes } from '@weft/primitives/kernel/eq';
import type { PairWeights } from '@weft/primitives/kernel/eq-table';
import { FOLD_BYTES } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import { LANE_BITS } from '../../protocol/gkr.ts';
import type { ZerocheckSums, ZerocheckTable } from '../engine.ts';
import { BLOCK_ROWS, BlockPool } from './compiler.ts';
import { POINTS, type Scratch } from './passes.ts';
import type { ColumnEvaluator } from './runs.ts';
import { TableSums } from './table-sums.ts';
import type { PlacedTable } from './tables.ts';

/** The totals of all threads together, one for each point. */
function gatherTotals({ graph, vectors }: Kernels): [Ext, Ext, Ext] {
  graph.totals.gather(POINTS.length);
  return POINTS.map((_, k) => vectors.laneSum(graph.totals.at + k * GROUP_BYTES)) as [Ext, Ext, Ext];
}

export class KernelZerocheck implements ZerocheckSums {
  readonly #kernels: Kernels;
  readonly #tables: readonly TableSums[];
  readonly #placed: readonly PlacedTable[];
  readonly #scratch: Scratch;
  readonly #evaluator: (rho: readonly Ext[]) => ColumnEvaluator;
  readonly #rho: Ext[];
  /** Weights while variables beyond the first two are bound, by their number, and then of each of those. */
  readonly #eq: ReadonlyMap<number, readonly PairWeights[]>;
  readonly #laneEq: readonly PairWeights[];
  /** What tables whose own variables are being bound add to the next message. */
  #sums: readonly [Ext, Ext, Ext];
  /** What those add that are constant by now. */
  #share: Ext = ZERO;

  constructor(
    kernels: Kernels,
    placed: readonly PlacedTable[],
    tables: readonly ZerocheckTable[],
    point: readonly Ext[],
    evaluator: (rho: readonly Ext[]) => ColumnEvaluator,
  ) {
    const { memory, vectors, fractions } = kernels;
    this.#kernels = kernels;
    this.#placed = placed;
    this.#evaluator = evaluator;
    this.#rho = point.slice();
    const lengths = tables.map(({ table }) => table.logHeight - LANE_BITS);
    const [lanes, rows] = [eqTable(point.slice(0, LANE_BITS)), point.slice(LANE_BITS)];
    const at = memory.allocate(pairTablesBytes(lengths, 1));
    // Base columns stay as they are: the first binding writes other vectors.
    this.#eq = pairTables(vectors, fractions, at, lanes, rows, lengths, 1);
    this.#laneEq = [eqTable(point.slice(1, LANE_BITS)), [ONE]].map((weights) => this.#groupWeights(weights));
    const block = (): number => memory.allocateLocal((BLOCK_ROWS.B / LANES) * GROUP_BYTES);
    this.#scratch = {
      pools: { B: new BlockPool(kernels, 'B'), E: new BlockPool(kernels, 'E') },
      sum: block(),
      others: [block(), block()],
      fold: memory.allocate(FOLD_BYTES),
    };
    this.#tables = tables.map(
      (t, i) => new TableSums(kernels, placed[i]!, t, point.slice(0, t.table.logHeight), this.#scratch),
    );
    // Other threads are at one table's first pass while this one compiles the next.
    this.#putWeights(this.#tables, LANE_BITS);
    this.#sums = this.#sum(this.#tables, (table) => {
      table.startFirst();
      table.compileLater();
    });
  }

  /** Weights of a single group. */
  #groupWeights(weights: readonly Ext[]): PairWeights {
    const { memory, vectors } = this.#kernels;
    const [low, high] = [memory.allocate(GROUP_BYTES), memory.allocate(GROUP_BYTES)];
    for (let lane = 0; lane < LANES; lane++) {
      vectors.set(low, lane, ONE);
      vectors.set(high, lane, weights[lane] ?? ZERO);
    }
    return { low, high };
  }

  /** Weights of the message of a variable, or of the one group that is left. */
  #putWeights(tables: readonly TableSums[], variable: number): void {
    for (const { logHeight, eqPair } of tables) {
      const { low, high } = this.#laneEq[variable] ?? this.#eq.get(logHeight - LANE_BITS)![variable - LANE_BITS]!;
      this.#kernels.memory.words.set([low, high], eqPair / 4);
    }
  }

  /** What tables add to the totals. */
  #sum(tables: readonly TableSums[], start: (table: TableSums) => void): [Ext, Ext, Ext] {
    const { graph, team } = this.#kernels;
    graph.totals.clear(POINTS.length);
    team.together(() => {
      for (const table of tables) start(table);
    });
    const [one, two, leading] = gatherTotals(this.#kernels);
    const share = tables.reduce((sum, table) => add(sum, table.share), ZERO);
    return [add(one, share), add(two, share), leading];
  }

  async message(variable: number): Promise<readonly [Ext, Ext, Ext]> {
    const [one, two, leading] = this.#sums;
    // The first two variables are bound in all tables at once.
    return variable < LANE_BITS ? this.#sums : [add(one, this.#share), add(two, this.#share), leading];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    const { graph, team } = this.#kernels;
    this.#rho[variable] = challenge;
    // Nobody reads what is left after the last: see `evaluations`.
    if (variable === 1) return;
    if (variable === 0) {
      team.together(() => {
        for (const table of this.#tables) table.startLastBind(challenge);
      });
      this.#sumLanes(1);
      return;
    }
    const tables = this.#tables.filter(({ logHeight }) => logHeight > variable);
    graph.putFold(this.#scratch.fold, challenge);
    this.#putWeights(tables, variable + 1);
    this.#sums = this.#sum(tables, (table) => {
      if (variable === LANE_BITS) table.startFirstBind(challenge);
      else table.startBind();
    });
    const scattered = tables.filter((table) => table.isScattered);
    if (scattered.length > 0) {
      team.together(() => {
        for (const table of scattered) table.startGather();
      });
      for (const table of scattered) table.fillPadding();
      const sums = this.#sum(scattered, (table) => table.startMessage());
      this.#sums = this.#sums.map((sum, k) => add(sum, sums[k]!)) as [Ext, Ext, Ext];
    }
    const done = tables.filter(({ logHeight }) => logHeight === variable + 1);
    if (done.length > 0) this.#share = add(this.#share, this.#sum(done, (table) => table.startMessage(true))[0]);
    if (variable === this.#rho.length - 1) this.#sumLanes(0);
  }

  /** Sums the message of one of the first two variables. */
  #sumLanes(variable: 0 | 1): void {
    this.#putWeights(this.#tables, variable);
    this.#sums = this.#sum(this.#tables, (table) => table.startLastMessage(variable));
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    const at = this.#evaluator(this.#rho);
    return this.#placed.map((table) => at.table(table));
  }
}
