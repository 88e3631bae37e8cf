/**
 * @module The batched zerocheck on the kernels. What a summand has of degree 1 is one column of its own, folded like any
 * other, so that a round evaluates the nodes of degree 2 and 3 only, and only columns that these read are ever folded:
 * the values of all columns at the end come from the committed vector itself.
 *
 * A table's first message does not depend on challenges before it, so one pass over the base columns gives that message
 * and the table's share of the sum while it waits.
 */
import { add, type Ext, mul, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { eqTables, eqTablesBytes } from '@weft/primitives/kernel/eq';
import type { EqTable } from '@weft/primitives/kernel/eq-table';
import type { GraphInstruction } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import { columnsOf, nodeDegrees } from '../../air/expr.ts';
import type { ZerocheckSums, ZerocheckTable } from '../engine.ts';
import { type ColumnForm, Linearizer } from '../summand.ts';
import { strideOf } from './bands.ts';
import { BLOCK_ROWS, BlockPool, leadingGraph } from './compiler.ts';
import type { ColumnEvaluator } from './opening.ts';
import {
  type At,
  type BaseForms,
  compilePasses,
  type Pass,
  POINTS,
  ROUND_POINTS,
  type Scratch,
  type Terms,
} from './passes.ts';
import type { PlacedTable } from './tables.ts';

/** Bytes from the lower to the upper half of columns. */
interface Halves {
  readonly column: number;
  readonly linear: number;
}

/** The totals of all threads together, one for each point. */
function gatherTotals({ graph, vectors }: Kernels): Ext[] {
  graph.totals.gather(POINTS.length);
  return POINTS.map((_, k) => vectors.laneSum(graph.totals.at + k * GROUP_BYTES));
}

/** One table on the kernels. */
class TableSums {
  readonly logHeight: number;
  /** What it adds to every round before its own variables come. */
  share: Ext = ZERO;
  /** Its first message: values at 1 and 2 and the coefficient of X^3. */
  first: readonly Ext[] = [];
  readonly #kernels: Kernels;
  readonly #placed: PlacedTable;
  readonly #scratch: Scratch;
  /** The summand: its linear part as one form, what has a higher degree, and of that what has degree 3 in terms of differences. */
  readonly #linearForm: ColumnForm;
  readonly #rest: Terms;
  readonly #cubes: Terms;
  /** The linear part, 2^logHeight elements. */
  readonly #linear: number;
  /** Factors of products, two by two. */
  readonly #forms: readonly ColumnForm[];
  /** Columns that nodes of degree 2 and 3 read. Folded, they lie before the folded forms. */
  readonly #columns: readonly number[];
  readonly #folded: number;
  readonly #stride: number;
  #passes: readonly Pass[] = [];

  constructor(kernels: Kernels, placed: PlacedTable, { table, summand }: ZerocheckTable, scratch: Scratch) {
    const { memory } = kernels;
    this.#kernels = kernels;
    this.#placed = placed;
    this.#scratch = scratch;
    const { chip, logHeight } = table;
    this.logHeight = logHeight;
    const degrees = nodeDegrees(chip.nodes);
    const linearizer = new Linearizer(chip, degrees);
    const { linear, rest } = linearizer.split(summand);
    this.#linearForm = linear;
    this.#forms = summand.products.flat().map((form) => linearizer.split(form).linear);
    const rows = 2 ** logHeight;
    this.#linear = memory.allocate(VectorKernels.bytes(rows));
    this.#columns = columnsOf(
      chip.nodes,
      rest.map((t) => t.node),
    );
    this.#stride = strideOf(rows / 2 / LANES);
    this.#folded = memory.allocate(this.#stride * (this.#columns.length + this.#forms.length));
    const leading = leadingGraph(chip.nodes, degrees);
    const cubic = rest.filter(({ node }) => degrees[node] === 3);
    this.#rest = { nodes: chip.nodes, terms: rest };
    this.#cubes = {
      nodes: leading.nodes,
      terms: cubic.map(({ node, weight }) => ({ node: leading.map[node]!, weight })),
    };
  }

  /** Computes the linear part, and compiles what the rounds after the first run. */
  start(): void {
    const { graph } = this.#kernels;
    const { sum, pools } = this.#scratch;
    const { loads, blockOf, release } = this.#loadColumns([this.#linearForm], 0, pools.B);
    const instructions: GraphInstruction[] = [...loads, ['linearB', this.#formList(this.#linearForm, blockOf), 0, sum]];
    instructions.push(['storeE', sum, 0, this.#linear]);
    release();
    graph.runAll(graph.program(instructions), 2 ** this.logHeight / LANES, BLOCK_ROWS.B);
    this.#passes = this.#compile('E', ['one', 'two']);
  }

  /** The passes over base columns that give the first message and the table's share. */
  compileFirst(): readonly Pass[] {
    return this.#compile('B', ['low', 'one', 'two']);
  }

  /** Adds the first passes' sums to the totals. */
  startFirst(passes: readonly Pass[]): void {
    const rows = 2 ** this.logHeight;
    this.#start(passes, { column: 2 * rows, linear: (rows / 2 / LANES) * GROUP_BYTES }, rows / 2 / LANES);
  }

  /** Takes the first passes' totals. @param r - the point's coordinate of the highest variable. */
  setFirst([one, two, leading, low]: readonly Ext[], r: Ext): void {
    this.first = [one!, two!, leading!];
    this.share = add(low!, mul(r, sub(one!, low!)));
  }

  #compile(kind: 'B' | 'E', points: readonly At[]): Pass[] {
    const pool = this.#scratch.pools[kind];
    const place = (column: number): number =>
      kind === 'B' ? this.#placed.columns[column]! : this.#folded + this.#columns.indexOf(column) * this.#stride;
    const common = { kind, place, pool, scratch: this.#scratch };
    const base = kind === 'B' ? this.#baseForms(pool) : undefined;
    const forms = base ?? this.#forms.map((_, i) => this.#formAt(i));
    const values = compilePasses(this.#kernels, { ...common, ...this.#rest, linear: this.#linear, forms }, points);
    base?.release();
    const cubes = compilePasses(this.#kernels, { ...common, ...this.#cubes, linear: undefined, forms: [] }, [
      'leading',
    ]);
    return [...values, ...cubes];
  }

  /** Where form i is folded to: after the columns. */
  #formAt(i: number): number {
    return this.#folded + (this.#columns.length + i) * this.#stride;
  }

  /** Blocks of all columns that some forms read, with the instructions that load them, `offset` bytes further on. */
  #loadColumns(forms: readonly ColumnForm[], offset: number, pool: BlockPool): LoadedColumns {
    const columns = [...new Set(forms.flatMap((form) => [...form.columns.keys()]))];
    const blocks = new Map(columns.map((column) => [column, pool.take()]));
    const loads = columns.map(
      (column): GraphInstruction => ['loadB', this.#placed.columns[column]! + offset, 0, blocks.get(column)!],
    );
    const release = (): void => {
      for (const block of blocks.values()) pool.give(block);
    };
    return { loads, blockOf: (column) => blocks.get(column)!, release };
  }

  #formList({ constant, columns }: ColumnForm, blockOf: (column: number) => number): number {
    const terms = [...columns].map(([column, weight]) => [blockOf(column), weight] as const);
    return this.#kernels.graph.termList(constant, terms, true);
  }

  #baseForms(pool: BlockPool): BaseForms {
    const { loads, blockOf, release } = this.#loadColumns(this.#forms, 0, pool);
    return { loads, lists: this.#forms.map((form) => this.#formList(form, blockOf)), release };
  }

  /**
   * The forms' first fold, straight from the base columns: a form at low + r (high - low) is a form of twice as many columns,
   * the lower halves weighing 1 - r and the upper ones r. The program stays.
   */
  #foldForms(challenge: Ext): void {
    const { graph } = this.#kernels;
    const { sum, pools } = this.#scratch;
    const halves = [
      { ...this.#loadColumns(this.#forms, 0, pools.B), scale: sub(ONE, challenge) },
      { ...this.#loadColumns(this.#forms, 2 * 2 ** this.logHeight, pools.B), scale: challenge },
    ];
    const instructions: GraphInstruction[] = halves.flatMap(({ loads }) => loads);
    for (const [i, { constant, columns }] of this.#forms.entries()) {
      const terms = halves.flatMap(({ blockOf, scale }) =>
        [...columns].map(([column, weight]) => [blockOf(column), mul(weight, scale)] as const),
      );
      instructions.push(['linearB', graph.termList(constant, terms, true), 0, sum]);
      instructions.push(['storeE', sum, 0, this.#formAt(i)]);
    }
    for (const { release } of halves) release();
    graph.runAll(graph.program(instructions), 2 ** this.logHeight / 2 / LANES, BLOCK_ROWS.B);
  }

  /** Has every pass add to its total the sum over the lower half of eq times the summand at its point. */
  #start(passes: readonly Pass[], half: Halves, groups: number): void {
    const { graph } = this.#kernels;
    for (const { kind, at, program, loads } of passes) {
      const name = at === 'leading' ? 'delta' : at === 'two' ? 'atTwo' : 'load';
      for (const { index, column, kind: loaded } of loads) {
        const distance = column === this.#linear ? half.linear : half.column;
        graph.patch(program, index, `${name}${loaded}`, at === 'one' ? column + distance : column, distance);
      }
      graph.runAll(program, groups, BLOCK_ROWS[kind]);
    }
  }

  /** Adds to the totals what a message after the first consists of. */
  startMessage(variable: number): void {
    const { fractions } = this.#kernels;
    const groups = Math.max(1, 2 ** variable / LANES);
    if (variable < 2) {
      const length = variable === 1 ? 4 : 2;
      fractions.split(this.#folded, this.#stride, this.#columns.length + this.#forms.length, length);
      fractions.split(this.#linear, 0, 1, length);
    }
    this.#start(this.#passes, { column: groups * GROUP_BYTES, linear: groups * GROUP_BYTES }, groups);
  }

  startBind(variable: number, challenge: Ext): void {
    const { fractions, vectors } = this.#kernels;
    const groups = Math.max(1, 2 ** variable / LANES);
    if (variable === this.logHeight - 1) {
      for (const [i, column] of this.#columns.entries()) {
        vectors.foldBase(this.#placed.columns[column]!, 2 ** variable, this.#folded + i * this.#stride, challenge);
      }
      this.#foldForms(challenge);
    } else {
      // Each vector a part of its own, so that threads share out those of short tables too.
      const count = this.#columns.length + this.#forms.length;
      fractions.fold(this.#folded, 0, 1, this.#stride, count, groups, challenge);
    }
    fractions.fold(this.#linear, 0, 1, 0, 1, groups, challenge);
  }
}

/** Base columns in blocks. */
interface LoadedColumns {
  readonly loads: GraphInstruction[];
  readonly blockOf: (column: number) => number;
  /** Returns the blocks to their pool. */
  readonly release: () => void;
}

function putEqPair({ memory }: Kernels, { eqPair }: Scratch, { low, high }: EqTable): void {
  memory.words.set([low, high], eqPair / 4);
}

export class KernelZerocheck implements ZerocheckSums {
  readonly #kernels: Kernels;
  readonly #tables: readonly TableSums[];
  readonly #placed: readonly PlacedTable[];
  readonly #eq: readonly EqTable[];
  readonly #scratch: Scratch;
  readonly #evaluator: (rho: readonly Ext[]) => ColumnEvaluator;
  readonly #rho: Ext[];

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
    this.#eq = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(point.length)), point);
    const block = (BLOCK_ROWS.B / LANES) * GROUP_BYTES;
    this.#scratch = {
      pools: { B: new BlockPool(kernels, 'B'), E: new BlockPool(kernels, 'E') },
      sum: memory.allocateLocal(block),
      other: memory.allocateLocal(block),
      third: memory.allocateLocal(block),
      eqPair: memory.allocate(8),
    };
    this.#tables = tables.map((t, i) => new TableSums(kernels, placed[i]!, t, this.#scratch));
    kernels.team.together(() => {
      for (const table of this.#tables) table.start();
    });
    this.#sumFirst(point);
  }

  /** The tables' first messages. Other threads are at one table's while this one compiles the next. */
  #sumFirst(point: readonly Ext[]): void {
    const { graph, team } = this.#kernels;
    let passes = this.#tables[0]?.compileFirst();
    for (const [i, table] of this.#tables.entries()) {
      const variable = table.logHeight - 1;
      putEqPair(this.#kernels, this.#scratch, this.#eq[variable]!);
      graph.totals.clear(POINTS.length);
      const started = passes!;
      team.together(() => {
        table.startFirst(started);
        passes = this.#tables[i + 1]?.compileFirst();
      });
      table.setFirst(gatherTotals(this.#kernels), point[variable]!);
    }
  }

  async message(variable: number): Promise<readonly [Ext, Ext, Ext]> {
    const { graph, team } = this.#kernels;
    putEqPair(this.#kernels, this.#scratch, this.#eq[variable]!);
    graph.totals.clear(POINTS.length);
    team.together(() => {
      for (const table of this.#tables) if (table.logHeight > variable + 1) table.startMessage(variable);
    });
    let sums = gatherTotals(this.#kernels).slice(0, ROUND_POINTS);
    for (const { logHeight, share, first } of this.#tables) {
      if (logHeight > variable + 1) continue;
      const known = logHeight === variable + 1 ? first : [share, share, ZERO];
      sums = sums.map((sum, k) => add(sum, known[k]!));
    }
    return sums as [Ext, Ext, Ext];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    this.#rho[variable] = challenge;
    this.#kernels.team.together(() => {
      for (const table of this.#tables) if (table.logHeight > variable) table.startBind(variable, challenge);
    });
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    const at = this.#evaluator(this.#rho);
    return this.#placed.map((table) => at.table(table));
  }
}
