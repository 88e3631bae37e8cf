/**
 * @module The batched zerocheck on the kernels. What a summand has of degree 1 is one form, folded like a column, so that a
 * round evaluates the nodes of degree 2 and 3 only, and only columns that these read are ever folded: the values of all
 * columns at the end come from the committed vector itself.
 *
 * Row variables are bound from the third up, neighbouring groups into one, in blocks as those of GKR's layers. Once a table has a group left of each, it
 * is a constant while variables beyond its height are bound; the first two, those of a group's elements, are bound in all tables at the end.
 */
import { add, type Ext, mul, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTable } from '@weft/primitives/field/multilinear';
import { pairTables, pairTablesBytes } from '@weft/primitives/kernel/eq';
import type { PairWeights } from '@weft/primitives/kernel/eq-table';
import { type Blocks, blocksOf, halved, isScattered } from '@weft/primitives/kernel/fractions';
import { FOLD_BYTES, type GraphInstruction, type GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { Chip } from '../../air/chip.ts';
import { columnsOf, nodeDegrees } from '../../air/expr.ts';
import { LANE_BITS } from '../../protocol/gkr.ts';
import type { ZerocheckSums, ZerocheckTable } from '../engine.ts';
import { type ColumnForm, Linearizer } from '../summand.ts';
import { strideOf } from './bands.ts';
import { BLOCK_ROWS, BlockPool, leadingGraph } from './compiler.ts';
import {
  type At,
  compilePass,
  type Pass,
  POINTS,
  type PointSums,
  type Scratch,
  setLoads,
  type Terms,
} from './passes.ts';
import type { ColumnEvaluator } from './runs.ts';
import type { PlacedTable } from './tables.ts';

/** The totals of all threads together, one for each point. */
function gatherTotals({ graph, vectors }: Kernels): [Ext, Ext, Ext] {
  graph.totals.gather(POINTS.length);
  return POINTS.map((_, k) => vectors.laneSum(graph.totals.at + k * GROUP_BYTES)) as [Ext, Ext, Ext];
}

/** What follows from a chip alone. */
interface Analysis {
  readonly degrees: readonly number[];
  readonly linearizer: Linearizer;
  /** See {@link leadingGraph}. */
  readonly leading: ReturnType<typeof leadingGraph>;
}

/** Kept for the next proof: of a short run it is a hundredth of the time. */
const analyses = new WeakMap<Chip, Analysis>();

function analysisOf(chip: Chip): Analysis {
  const known = analyses.get(chip);
  if (known !== undefined) return known;
  const degrees = nodeDegrees(chip.nodes);
  const made = { degrees, linearizer: new Linearizer(chip, degrees), leading: leadingGraph(chip.nodes, degrees) };
  analyses.set(chip, made);
  return made;
}

/** One table on the kernels. */
class TableSums {
  readonly logHeight: number;
  /** The addresses of the factors of its weights. */
  readonly eqPair: number;
  readonly #kernels: Kernels;
  readonly #placed: PlacedTable;
  readonly #scratch: Scratch;
  /** What of the summand has a higher degree than 1, and of that what has degree 3 in terms of differences. */
  readonly #rest: Terms;
  readonly #cubes: Terms;
  /** The linear part, and factors of products, two by two. */
  readonly #forms: readonly ColumnForm[];
  /** Columns that nodes of degree 2 and 3 read. Folded, they are the vectors before the folded forms. */
  readonly #columns: readonly number[];
  readonly #folded: number;
  readonly #stride: number;
  /** What is left of each vector once the first variable is bound. */
  #blocks: Blocks;
  /** What rounds after the first run: the fold of all vectors, and the sums. */
  #later: { readonly fold: GraphProgram; readonly pass: Pass } | undefined;

  constructor(kernels: Kernels, placed: PlacedTable, { table, summand }: ZerocheckTable, scratch: Scratch) {
    const { memory } = kernels;
    this.#kernels = kernels;
    this.#placed = placed;
    this.#scratch = scratch;
    this.eqPair = memory.allocate(8);
    const { chip, logHeight } = table;
    this.logHeight = logHeight;
    const { degrees, linearizer, leading } = analysisOf(chip);
    const { linear, rest } = linearizer.split(summand);
    this.#forms = [linear, ...summand.products.flat().map((form) => linearizer.split(form).linear)];
    this.#columns = columnsOf(
      chip.nodes,
      rest.map((t) => t.node),
    );
    const groups = 2 ** (logHeight - 1) / LANES;
    this.#blocks = blocksOf(groups);
    this.#stride = strideOf(groups);
    this.#folded = memory.allocate(this.#stride * this.#vectorCount);
    const cubic = rest.filter(({ node }) => degrees[node] === 3);
    this.#rest = { nodes: chip.nodes, terms: rest };
    this.#cubes = {
      nodes: leading.nodes,
      terms: cubic.map(({ node, weight }) => ({ node: leading.map[node]!, weight })),
    };
  }

  /** Adds to the totals what the first message consists of. */
  startFirst(): void {
    const { graph } = this.#kernels;
    const { pools } = this.#scratch;
    const { blocks, release } = this.#takeBlocks(pools.B);
    const [linear, ...factors] = this.#forms.map(({ constant, columns }) => {
      const terms = [...columns].map(([column, weight]) => [blocks.get(column)!, weight] as const);
      return graph.termList(constant, terms, true);
    });
    const pass = compilePass(
      this.#kernels,
      {
        kind: 'B',
        place: (column) => column,
        put: (list, out) => ['linearB', list, 0, out],
        loads: [...blocks].map(([column, block]) => ['loadB', column, 0, block]),
        pool: pools.B,
        ...this.#shared,
      },
      this.#parts(['two'], linear, factors),
    );
    release();
    setLoads(this.#kernels, pass, (column) => this.#placed.columns[column]!);
    graph.runAll(pass.program, 2 ** this.logHeight / 2 / LANES, BLOCK_ROWS.B);
  }

  /** Compiles what the rounds after the first run. */
  compileLater(): void {
    const { graph } = this.#kernels;
    const vectors = Array.from({ length: this.#vectorCount }, (_, i) => this.#addressOf(i));
    const fold = graph.program(vectors.map((at) => ['foldE', at, this.#scratch.fold, at]));
    const [linear, ...factors] = this.#forms.map((_, i) => this.#columns.length + i);
    const pass = compilePass(
      this.#kernels,
      {
        kind: 'E',
        place: (column) => this.#columns.indexOf(column),
        put: (vector, out) => ['loadE', vector, 0, out],
        loads: [],
        pool: this.#scratch.pools.E,
        ...this.#shared,
      },
      this.#parts(['one', 'two'], linear, factors),
    );
    this.#later = { fold, pass };
  }

  /** All of the summand at some points, and what has degree 3 for the leading coefficient. */
  #parts(points: readonly At[], linear: number | undefined, factors: readonly number[]): PointSums[] {
    return [
      { ...this.#rest, points, linear, factors },
      { ...this.#cubes, points: ['leading'], linear: undefined, factors: [] },
    ];
  }

  get #shared(): { readonly scratch: Scratch; readonly eqPair: number } {
    return { scratch: this.#scratch, eqPair: this.eqPair };
  }

  get #vectorCount(): number {
    return this.#columns.length + this.#forms.length;
  }

  #addressOf(vector: number): number {
    return this.#folded + vector * this.#stride;
  }

  /** A block for each column that a form reads. */
  #takeBlocks(pool: BlockPool): { readonly blocks: ReadonlyMap<number, number>; readonly release: () => void } {
    const columns = new Set(this.#forms.flatMap((form) => [...form.columns.keys()]));
    const blocks = new Map([...columns].map((column) => [column, pool.take()]));
    const release = (): void => {
      for (const block of blocks.values()) pool.give(block);
    };
    return { blocks, release };
  }

  /**
   * The first fold, straight from the base columns. A form at even + r (odd - even) is a form of twice as many columns, of which those
   * of even groups weigh 1 - r and those of odd groups r.
   */
  #firstFold(challenge: Ext): GraphProgram {
    const { graph } = this.#kernels;
    const { pools, fold } = this.#scratch;
    const instructions: GraphInstruction[] = this.#columns.map((column, i) => [
      'foldB',
      this.#placed.columns[column]!,
      fold,
      this.#addressOf(i),
    ]);
    const even = this.#takeBlocks(pools.B);
    const odd = this.#takeBlocks(pools.B);
    for (const [operation, { blocks }] of [
      ['evenB', even],
      ['oddB', odd],
    ] as const)
      for (const [column, block] of blocks) instructions.push([operation, this.#placed.columns[column]!, 0, block]);
    const evenScale = sub(ONE, challenge);
    for (const [i, { constant, columns }] of this.#forms.entries()) {
      const terms = [...columns].flatMap(([column, weight]) => [
        [even.blocks.get(column)!, mul(weight, evenScale)] as const,
        [odd.blocks.get(column)!, mul(weight, challenge)] as const,
      ]);
      const out = this.#addressOf(this.#columns.length + i);
      instructions.push(['storeLinearB', graph.termList(constant, terms, true), 0, out]);
    }
    even.release();
    odd.release();
    return graph.program(instructions);
  }

  /** Binds the first variable, and adds to the totals what the next message consists of. */
  startFirstBind(challenge: Ext): void {
    const { count, groups } = this.#blocks;
    const { pass } = this.#later!;
    this.#setLoads(false);
    this.#kernels.graph.runAll(this.#firstFold(challenge), count * groups, BLOCK_ROWS.B, pass.program);
  }

  /**
   * Binds a later variable as {@link Scratch.fold} says, and adds to the totals what the next message consists of, if there is another
   * variable and nothing is to be moved first.
   */
  startBind(): void {
    const { fold, pass } = this.#later!;
    const before = this.#blocks;
    this.#blocks = halved(before);
    const isLast = this.#blocks.count * this.#blocks.groups === 1;
    this.#kernels.graph.runBlocks(fold, before, isLast || this.isScattered ? undefined : pass.program);
  }

  get isScattered(): boolean {
    return isScattered(this.#blocks);
  }

  /** Moves what is left of all blocks together. */
  startGather(): void {
    const band = { base: this.#folded, stride: 0, partBytes: this.#stride, parts: this.#vectorCount };
    this.#kernels.fractions.gather(band, this.#blocks, 1);
    this.#blocks = blocksOf(this.#blocks.count * this.#blocks.groups);
  }

  /**
   * Adds to the totals what the message consists of when all is in one piece.
   * @param isSingle - whether there is one group, whose sum is asked for.
   */
  startMessage(isSingle = false): void {
    const { count, groups } = this.#blocks;
    this.#setLoads(isSingle);
    this.#kernels.graph.runAll(this.#later!.pass.program, Math.max(1, (count * groups) / 2), BLOCK_ROWS.E);
  }

  /** Binds one of the first two variables. */
  startLastBind(challenge: Ext): void {
    this.#kernels.fractions.fold(this.#folded, 0, 1, this.#stride, this.#vectorCount, 1, challenge);
  }

  /** Adds to the totals what the message of one of the first two variables consists of. */
  startLastMessage(variable: number): void {
    this.#kernels.fractions.split(this.#folded, this.#stride, this.#vectorCount, variable === 0 ? 4 : 2);
    this.startMessage();
  }

  #setLoads(isSingle: boolean): void {
    setLoads(this.#kernels, this.#later!.pass, (vector) => this.#addressOf(vector), isSingle);
  }
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
    this.#tables = tables.map((t, i) => new TableSums(kernels, placed[i]!, t, this.#scratch));
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
    return gatherTotals(this.#kernels);
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
