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
type At = 'low' | 'one' | 'two' | 'leading';

interface Pass {
  readonly kind: 'B' | 'E';
  readonly program: GraphProgram;
  /** Instructions that read a column, with its first address. */
  readonly loads: readonly { readonly index: number; readonly column: number; readonly kind: 'B' | 'E' }[];
}

/** The whole summand, and its coefficient of X^3 if there is one. */
interface Passes {
  readonly values: Pass | undefined;
  readonly leading: Pass | undefined;
}

/** One table on the kernels. */
class TableSums {
  readonly logHeight: number;
  /** What it adds to every round before its own variables come. */
  readonly share: Ext;
  readonly #kernels: Kernels;
  readonly #placed: PlacedTable;
  readonly #first: readonly [Ext, Ext, Ext];
  /** The linear part, 2^logHeight elements. */
  readonly #linear: number;
  /** Factors of products, two by two. */
  readonly #forms: readonly ColumnForm[];
  /** Columns that nodes of degree 2 and 3 read. Folded, they lie before the folded forms. */
  readonly #columns: readonly number[];
  readonly #folded: number;
  readonly #stride: number;
  readonly #passes: Passes;
  readonly #total: number;

  constructor(
    kernels: Kernels,
    placed: PlacedTable,
    { table, summand }: ZerocheckTable,
    point: readonly Ext[],
    eq: readonly EqTable[],
    scratch: Scratch,
  ) {
    const { memory } = kernels;
    this.#kernels = kernels;
    this.#placed = placed;
    this.#total = scratch.total;
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
    const compile = (kind: 'B' | 'E'): Passes => {
      const place = (column: number): number =>
        kind === 'B' ? placed.columns[column]! : this.#folded + this.#columns.indexOf(column) * this.#stride;
      const common = { kind, place, pool: pools[kind], scratch };
      const forms = kind === 'B' ? this.#baseForms() : this.#forms.map((_, i) => this.#formAt(i));
      return {
        values: compilePass(kernels, { ...common, nodes: chip.nodes, terms: rest, linear: this.#linear, forms }),
        leading: compilePass(kernels, { ...common, nodes: leading.nodes, terms: cubic, linear: undefined, forms: [] }),
      };
    };
    const mark = memory.mark();
    const base = compile('B');
    const run = (at: At): Ext => {
      const half = { column: 2 * rows, linear: halfGroups * GROUP_BYTES };
      return this.#sum(base, at, half, halfGroups, eq[logHeight - 1]!, scratch);
    };
    const [low, one, two, lead] = [run('low'), run('one'), run('two'), run('leading')];
    memory.release(mark);
    this.#first = [one, two, lead];
    const r = point[logHeight - 1]!;
    this.share = add(low, mul(r, sub(one, low)));
    this.#passes = compile('E');
  }

  /** Where form i is folded to: after the columns. */
  #formAt(i: number): number {
    return this.#folded + (this.#columns.length + i) * this.#stride;
  }

  /** Blocks of all columns that some forms read, with the instructions that load them, `offset` bytes further on. */
  #loadColumns(
    forms: readonly ColumnForm[],
    offset: number,
  ): { loads: GraphInstruction[]; blockOf: (column: number) => number } {
    const { memory } = this.#kernels;
    const columns = [...new Set(forms.flatMap((form) => [...form.columns.keys()]))];
    const blocks = new Map(columns.map((column) => [column, memory.allocate((BLOCK_ROWS.B / LANES) * 16)]));
    const loads = columns.map(
      (column): GraphInstruction => ['loadB', this.#placed.columns[column]! + offset, 0, blocks.get(column)!],
    );
    return { loads, blockOf: (column) => blocks.get(column)! };
  }

  #formList({ constant, columns }: ColumnForm, blockOf: (column: number) => number): number {
    const terms = [...columns].map(([column, weight]) => [blockOf(column), weight] as const);
    return this.#kernels.graph.termList(constant, terms, true);
  }

  #baseForms(): BaseForms {
    const { loads, blockOf } = this.#loadColumns(this.#forms, 0);
    return { loads, lists: this.#forms.map((form) => this.#formList(form, blockOf)) };
  }

  #computeLinear(linear: ColumnForm, scratch: Scratch): void {
    const { memory } = this.#kernels;
    const mark = memory.mark();
    const { loads, blockOf } = this.#loadColumns([linear], 0);
    const instructions: GraphInstruction[] = [...loads, ['linearB', this.#formList(linear, blockOf), 0, scratch.sum]];
    instructions.push(['storeE', scratch.sum, 0, this.#linear]);
    this.#runBase(instructions, 2 ** this.logHeight / LANES);
    memory.release(mark);
  }

  /**
   * The forms' first fold, straight from the base columns: a form at low + r (high - low) is a form of twice as many columns,
   * the lower halves weighing 1 - r and the upper ones r.
   */
  #foldForms(challenge: Ext, scratch: Scratch): void {
    const { memory, graph } = this.#kernels;
    const mark = memory.mark();
    const halves = [
      { ...this.#loadColumns(this.#forms, 0), scale: sub(ONE, challenge) },
      { ...this.#loadColumns(this.#forms, 2 * 2 ** this.logHeight), scale: challenge },
    ];
    const instructions: GraphInstruction[] = halves.flatMap(({ loads }) => loads);
    for (const [i, { constant, columns }] of this.#forms.entries()) {
      const terms = halves.flatMap(({ blockOf, scale }) =>
        [...columns].map(([column, weight]) => [blockOf(column), mul(weight, scale)] as const),
      );
      instructions.push(['linearB', graph.termList(constant, terms, true), 0, scratch.sum]);
      instructions.push(['storeE', scratch.sum, 0, this.#formAt(i)]);
    }
    this.#runBase(instructions, 2 ** this.logHeight / 2 / LANES);
    memory.release(mark);
  }

  /** Runs instructions on blocks of base rows. */
  #runBase(instructions: readonly GraphInstruction[], groups: number): void {
    const { graph } = this.#kernels;
    const program = graph.program(instructions);
    const step = BLOCK_ROWS.B / LANES;
    for (let first = 0; first < groups; first += step) graph.run(program, first, Math.min(step, groups - first));
  }

  /** The sum over all blocks of the lower half of eq times the summand at a point. */
  #sum(
    passes: Passes,
    at: At,
    half: { readonly column: number; readonly linear: number },
    groups: number,
    eq: EqTable,
    scratch: Scratch,
  ): Ext {
    const pass = at === 'leading' ? passes.leading : passes.values;
    if (pass === undefined) return ZERO;
    const { memory, graph, vectors } = this.#kernels;
    const name = at === 'leading' ? 'delta' : at === 'two' ? 'atTwo' : 'load';
    for (const { index, column, kind } of pass.loads) {
      const distance = column === this.#linear ? half.linear : half.column;
      graph.patch(pass.program, index, `${name}${kind}`, at === 'one' ? column + distance : column, distance);
    }
    memory.words.set([eq.low, eq.high], scratch.eqPair / 4);
    vectors.clear(this.#total, LANES);
    const step = BLOCK_ROWS[passes.values!.kind] / LANES;
    for (let first = 0; first < groups; first += step) graph.run(pass.program, first, Math.min(step, groups - first));
    return vectors.laneSum(this.#total);
  }

  /** Values at 1 and 2 and the coefficient of X^3. */
  message(variable: number, eq: EqTable, scratch: Scratch): readonly [Ext, Ext, Ext] {
    if (variable === this.logHeight - 1) return this.#first;
    const { fractions } = this.#kernels;
    const groups = Math.max(1, 2 ** variable / LANES);
    if (variable < 2) {
      const length = variable === 1 ? 4 : 2;
      fractions.split(this.#folded, this.#stride, this.#columns.length + this.#forms.length, length);
      fractions.split(this.#linear, 0, 1, length);
    }
    const half = { column: groups * GROUP_BYTES, linear: groups * GROUP_BYTES };
    const value = (at: At): Ext => this.#sum(this.#passes, at, half, groups, eq, scratch);
    return [value('one'), value('two'), value('leading')];
  }

  bind(variable: number, challenge: Ext, scratch: Scratch): void {
    const { fractions, vectors } = this.#kernels;
    const groups = Math.max(1, 2 ** variable / LANES);
    if (variable === this.logHeight - 1) {
      for (const [i, column] of this.#columns.entries()) {
        vectors.foldBase(this.#placed.columns[column]!, 2 ** variable, this.#folded + i * this.#stride, challenge);
      }
      this.#foldForms(challenge, scratch);
    } else {
      const count = this.#columns.length + this.#forms.length;
      fractions.fold(this.#folded, this.#stride, count, 0, 1, groups, challenge);
    }
    fractions.fold(this.#linear, 0, 1, 0, 1, groups, challenge);
  }
}

/** Space that the tables use one after another. */
interface Scratch {
  /** For the extension passes' temporaries. */
  readonly blocks: BlockPool;
  /** An extension block for sums. */
  readonly sum: number;
  readonly other: number;
  readonly third: number;
  readonly total: number;
  /** The addresses of the eq table's factors. */
  readonly eqPair: number;
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

/** A program that sums a summand over blocks; its loads are set for the point and the round before it runs. */
function compilePass(kernels: Kernels, plan: PassPlan): Pass | undefined {
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
  if (sums.length === 0) return undefined;
  if (sums.length === 2) instructions.push(['addE', scratch.sum, scratch.other, scratch.sum]);
  instructions.push(['accumulate', sums[0]!, scratch.eqPair, scratch.total]);
  const loads = instructions.flatMap(([operation, column], index) =>
    operation === 'loadB' || operation === 'loadE'
      ? [{ index, column, kind: operation === 'loadB' ? ('B' as const) : ('E' as const) }]
      : [],
  );
  return { kind, program: graph.program(instructions), loads };
}

export class KernelZerocheck implements ZerocheckSums {
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
    this.#placed = placed;
    this.#evaluator = evaluator;
    this.#rho = point.slice();
    this.#eq = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(point.length)), point);
    const block = (BLOCK_ROWS.B / LANES) * GROUP_BYTES;
    this.#scratch = {
      blocks: new BlockPool(kernels, 'E'),
      sum: memory.allocate(block),
      other: memory.allocate(block),
      third: memory.allocate(block),
      total: memory.allocate(GROUP_BYTES),
      eqPair: memory.allocate(8),
    };
    this.#tables = tables.map((t, i) => new TableSums(kernels, placed[i]!, t, point, this.#eq, this.#scratch));
  }

  async message(variable: number): Promise<readonly [Ext, Ext, Ext]> {
    let sums: readonly [Ext, Ext, Ext] = [ZERO, ZERO, ZERO];
    for (const table of this.#tables) {
      const [one, two, leading] =
        table.logHeight <= variable
          ? [table.share, table.share, ZERO]
          : table.message(variable, this.#eq[variable]!, this.#scratch);
      sums = [add(sums[0], one), add(sums[1], two), add(sums[2], leading)];
    }
    return sums;
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    this.#rho[variable] = challenge;
    for (const table of this.#tables) if (table.logHeight > variable) table.bind(variable, challenge, this.#scratch);
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    const at = this.#evaluator(this.#rho);
    return this.#placed.map((table) => at.table(table));
  }
}
