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
import type { GraphInstruction, GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { WeightedNode } from '../../air/evaluate.ts';
import { columnsOf, type Node, nodeDegrees } from '../../air/expr.ts';
import type { ZerocheckSums, ZerocheckTable } from '../engine.ts';
import { type ColumnForm, Linearizer } from '../summand.ts';
import { strideOf } from './bands.ts';
import { BLOCK_ROWS, BlockPool, leadingGraph, lower } from './compiler.ts';
import type { ColumnEvaluator } from './opening.ts';
import type { PlacedTable } from './tables.ts';

/** The points 0, 1 and 2 at which a round evaluates, and `leading` for the coefficient of X^3. */
type At = 'one' | 'two' | 'leading' | 'low';
/** In the order of their totals. Only a table's first pass evaluates at 0. */
const POINTS: readonly At[] = ['one', 'two', 'leading', 'low'];
const ROUND_POINTS = 3;

/** A program that adds to the total of a point, its loads set for the point and the round before it runs. */
interface Pass {
  readonly kind: 'B' | 'E';
  readonly at: At;
  readonly program: GraphProgram;
  /** Instructions that read a column, with its first address. */
  readonly loads: readonly { readonly index: number; readonly column: number; readonly kind: 'B' | 'E' }[];
}

/** Bytes from the lower to the upper half of columns. */
interface Halves {
  readonly column: number;
  readonly linear: number;
}

/** Space that the tables use, one after another or each thread for itself. */
interface Scratch {
  /** For the extension passes' temporaries. */
  readonly blocks: BlockPool;
  /** An extension block for sums. */
  readonly sum: number;
  readonly other: number;
  readonly third: number;
  /** The addresses of the eq table's factors. */
  readonly eqPair: number;
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
  readonly share: Ext;
  /** Its first message: values at 1 and 2 and the coefficient of X^3. */
  readonly first: readonly Ext[];
  readonly #kernels: Kernels;
  readonly #placed: PlacedTable;
  /** The linear part, 2^logHeight elements. */
  readonly #linear: number;
  /** Factors of products, two by two. */
  readonly #forms: readonly ColumnForm[];
  /** Columns that nodes of degree 2 and 3 read. Folded, they lie before the folded forms. */
  readonly #columns: readonly number[];
  readonly #folded: number;
  readonly #stride: number;
  readonly #passes: readonly Pass[];

  constructor(
    kernels: Kernels,
    placed: PlacedTable,
    { table, summand }: ZerocheckTable,
    point: readonly Ext[],
    eq: readonly EqTable[],
    scratch: Scratch,
  ) {
    const { memory, graph, team } = kernels;
    this.#kernels = kernels;
    this.#placed = placed;
    const { chip, logHeight } = table;
    this.logHeight = logHeight;
    const degrees = nodeDegrees(chip.nodes);
    const linearizer = new Linearizer(chip, degrees);
    const { linear, rest } = linearizer.split(summand);
    this.#forms = summand.products.flat().map((form) => linearizer.split(form).linear);
    const rows = 2 ** logHeight;
    this.#linear = memory.allocate(VectorKernels.bytes(rows));
    this.#computeLinear(linear, scratch);
    this.#columns = columnsOf(
      chip.nodes,
      rest.map((t) => t.node),
    );
    const halfGroups = rows / 2 / LANES;
    this.#stride = strideOf(halfGroups);
    this.#folded = memory.allocate(this.#stride * (this.#columns.length + this.#forms.length));
    const leading = leadingGraph(chip.nodes, degrees);
    const cubic = rest
      .filter(({ node }) => degrees[node] === 3)
      .map(({ node, weight }) => ({ node: leading.map[node]!, weight }));
    // Base programs and their blocks are only needed until the first pass is done.
    const pools = { B: new BlockPool(kernels, 'B'), E: scratch.blocks };
    const compile = (kind: 'B' | 'E', at: readonly At[]): Pass[] => {
      const place = (column: number): number =>
        kind === 'B' ? placed.columns[column]! : this.#folded + this.#columns.indexOf(column) * this.#stride;
      const common = { kind, place, pool: pools[kind], scratch };
      const forms = kind === 'B' ? this.#baseForms(pools.B) : this.#forms.map((_, i) => this.#formAt(i));
      const values = { ...common, nodes: chip.nodes, terms: rest, linear: this.#linear, forms };
      const cubes = { ...common, nodes: leading.nodes, terms: cubic, linear: undefined, forms: [] };
      return [...compilePasses(kernels, values, at), ...compilePasses(kernels, cubes, ['leading'])];
    };
    const mark = memory.mark();
    const base = compile('B', ['low', 'one', 'two']);
    putEqPair(kernels, scratch, eq[logHeight - 1]!);
    graph.totals.clear(POINTS.length);
    const half = { column: 2 * rows, linear: halfGroups * GROUP_BYTES };
    team.together(() => this.#start(base, half, halfGroups));
    const [one, two, lead, low] = gatherTotals(kernels) as [Ext, Ext, Ext, Ext];
    memory.release(mark);
    this.first = [one, two, lead];
    const r = point[logHeight - 1]!;
    this.share = add(low, mul(r, sub(one, low)));
    this.#passes = compile('E', ['one', 'two']);
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
    const { loads, blockOf } = this.#loadColumns(this.#forms, 0, pool);
    return { loads, lists: this.#forms.map((form) => this.#formList(form, blockOf)) };
  }

  #computeLinear(linear: ColumnForm, scratch: Scratch): void {
    const { memory, graph } = this.#kernels;
    const mark = memory.mark();
    const { loads, blockOf } = this.#loadColumns([linear], 0, new BlockPool(this.#kernels, 'B'));
    const instructions: GraphInstruction[] = [...loads, ['linearB', this.#formList(linear, blockOf), 0, scratch.sum]];
    instructions.push(['storeE', scratch.sum, 0, this.#linear]);
    graph.runAll(graph.program(instructions), 2 ** this.logHeight / LANES, BLOCK_ROWS.B);
    memory.release(mark);
  }

  /**
   * The forms' first fold, straight from the base columns: a form at low + r (high - low) is a form of twice as many columns,
   * the lower halves weighing 1 - r and the upper ones r. The program stays.
   */
  #foldForms(challenge: Ext, scratch: Scratch, pool: BlockPool): void {
    const { graph } = this.#kernels;
    const halves = [
      { ...this.#loadColumns(this.#forms, 0, pool), scale: sub(ONE, challenge) },
      { ...this.#loadColumns(this.#forms, 2 * 2 ** this.logHeight, pool), scale: challenge },
    ];
    const instructions: GraphInstruction[] = halves.flatMap(({ loads }) => loads);
    for (const [i, { constant, columns }] of this.#forms.entries()) {
      const terms = halves.flatMap(({ blockOf, scale }) =>
        [...columns].map(([column, weight]) => [blockOf(column), mul(weight, scale)] as const),
      );
      instructions.push(['linearB', graph.termList(constant, terms, true), 0, scratch.sum]);
      instructions.push(['storeE', scratch.sum, 0, this.#formAt(i)]);
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

  /** @param pool - of base blocks. */
  startBind(variable: number, challenge: Ext, scratch: Scratch, pool: BlockPool): void {
    const { fractions, vectors } = this.#kernels;
    const groups = Math.max(1, 2 ** variable / LANES);
    if (variable === this.logHeight - 1) {
      for (const [i, column] of this.#columns.entries()) {
        vectors.foldBase(this.#placed.columns[column]!, 2 ** variable, this.#folded + i * this.#stride, challenge);
      }
      this.#foldForms(challenge, scratch, pool);
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

/** Forms of base columns: term lists, and the instructions that load what they read. */
interface BaseForms {
  readonly loads: readonly GraphInstruction[];
  readonly lists: readonly number[];
}

interface PassPlan {
  readonly kind: 'B' | 'E';
  readonly nodes: readonly Node[];
  readonly terms: readonly WeightedNode[];
  readonly place: (column: number) => number;
  /** The linear part, if it counts. */
  readonly linear: number | undefined;
  /** Factors of products: lists over base columns, or extension columns. */
  readonly forms: BaseForms | readonly number[];
  readonly pool: BlockPool;
  readonly scratch: Scratch;
}

/** A program for each of some points, so that all can be under way at once; none if there is nothing to sum. */
function compilePasses(kernels: Kernels, plan: PassPlan, points: readonly At[]): Pass[] {
  const { kind, nodes, terms, place, linear, forms, pool, scratch } = plan;
  const { graph } = kernels;
  const load = (column: number, out: number): GraphInstruction => [`load${kind}`, place(column), 0, out];
  const wanted = terms.map((t) => t.node);
  const { instructions, blockOf, release } = lower(kernels, kind, pool, nodes, wanted, load);
  const sums: number[] = [];
  if (terms.length > 0) {
    const blocks = terms.map(({ node, weight }) => [blockOf(node), weight] as const);
    instructions.push([`linear${kind}`, graph.termList(ZERO, blocks, kind === 'B'), 0, scratch.sum]);
    sums.push(scratch.sum);
  }
  release();
  const isBase = 'lists' in forms;
  if (isBase) instructions.push(...forms.loads);
  const factors = isBase ? forms.lists : forms;
  for (let i = 0; i < factors.length; i += 2) {
    for (const [k, out] of [scratch.other, scratch.third].entries())
      instructions.push([isBase ? 'linearB' : 'loadE', factors[i + k]!, 0, out]);
    instructions.push([sums.length === 0 ? 'mulE' : 'addMulE', scratch.other, scratch.third, scratch.sum]);
    sums[0] = scratch.sum;
  }
  if (linear !== undefined) {
    instructions.push(['loadE', linear, 0, scratch.other]);
    sums.push(scratch.other);
  }
  if (sums.length === 0) return [];
  if (sums.length === 2) instructions.push(['addE', scratch.sum, scratch.other, scratch.sum]);
  const loads = instructions.flatMap(([operation, column], index) =>
    operation === 'loadB' || operation === 'loadE'
      ? [{ index, column, kind: operation === 'loadB' ? ('B' as const) : ('E' as const) }]
      : [],
  );
  return points.map((at) => {
    const total = graph.totals.at + POINTS.indexOf(at) * GROUP_BYTES;
    const program = graph.program([...instructions, ['accumulate', sums[0]!, scratch.eqPair, total]]);
    return { kind, at, program, loads };
  });
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
      blocks: new BlockPool(kernels, 'E'),
      sum: memory.allocateLocal(block),
      other: memory.allocateLocal(block),
      third: memory.allocateLocal(block),
      eqPair: memory.allocate(8),
    };
    this.#tables = tables.map((t, i) => new TableSums(kernels, placed[i]!, t, point, this.#eq, this.#scratch));
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
    const { memory, team } = this.#kernels;
    const mark = memory.mark();
    const pool = new BlockPool(this.#kernels, 'B');
    team.together(() => {
      for (const table of this.#tables)
        if (table.logHeight > variable) table.startBind(variable, challenge, this.#scratch, pool);
    });
    memory.release(mark);
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    const at = this.#evaluator(this.#rho);
    return this.#placed.map((table) => at.table(table));
  }
}
