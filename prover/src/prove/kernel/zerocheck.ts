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
import { FOLD_BYTES, type GraphInstruction, type GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { VectorKernels } from '@weft/primitives/kernel/vectors';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import { columnsOf, nodeDegrees } from '../../air/expr.ts';
import type { ZerocheckSums, ZerocheckTable } from '../engine.ts';
import { type ColumnForm, Linearizer } from '../summand.ts';
import { strideOf } from './bands.ts';
import { BLOCK_ROWS, BlockPool, leadingGraph } from './compiler.ts';
import {
  type BaseForms,
  compileFirstPass,
  compilePass,
  type Pass,
  POINTS,
  ROUND_POINTS,
  type Scratch,
  type Terms,
} from './passes.ts';
import type { ColumnEvaluator } from './runs.ts';
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
  /** What rounds after the first run: the fold of all vectors, and the sums. */
  #later: { readonly fold: GraphProgram; readonly pass: Pass } | undefined;

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
    const { sums, pools } = this.#scratch;
    const [sum] = sums;
    const { loads, blockOf, release } = this.#loadColumns([this.#linearForm], 0, pools.B);
    const instructions: GraphInstruction[] = [...loads, ['linearB', this.#formList(this.#linearForm, blockOf), 0, sum]];
    instructions.push(['storeE', sum, 0, this.#linear]);
    release();
    graph.runAll(graph.program(instructions), 2 ** this.logHeight / LANES, BLOCK_ROWS.B);
    const { fold } = this.#scratch;
    const folded = Array.from({ length: this.#foldedCount }, (_, i) => this.#foldedAt(i));
    this.#later = {
      fold: graph.program([...folded, this.#linear].map((v) => ['foldE', v, fold, v])),
      pass: this.#compileLater(),
    };
  }

  /** The pass over base columns that gives the first message and the table's share. */
  compileFirst(): Pass {
    const { pools } = this.#scratch;
    const plan = {
      kind: 'B',
      place: (column: number): number => this.#placed.columns[column]!,
      pool: pools.B,
      scratch: this.#scratch,
    } as const;
    const halves = ['low', 'one'].map(() => this.#loadColumns(this.#forms, 0, pools.B));
    const [low, one] = halves.map(({ loads, blockOf }): BaseForms => {
      return { loads, lists: this.#forms.map((form) => this.#formList(form, blockOf)) };
    }) as [BaseForms, BaseForms];
    const rest = { ...this.#rest, linear: this.#linear };
    const pass = compileFirstPass(this.#kernels, plan, rest, { low, one }, this.#cubes);
    for (const { release } of halves) release();
    return pass;
  }

  /** Adds the first pass's sums to the totals. */
  startFirst(pass: Pass): void {
    const rows = 2 ** this.logHeight;
    this.#set(pass, { column: 2 * rows, linear: VectorKernels.bytes(rows / 2) });
    this.#kernels.graph.runAll(pass.program, rows / 2 / LANES, BLOCK_ROWS.B);
  }

  /** Takes the first pass's totals. @param r - the point's coordinate of the highest variable. */
  setFirst([one, two, leading, low]: readonly Ext[], r: Ext): void {
    this.first = [one!, two!, leading!];
    this.share = add(low!, mul(r, sub(one!, low!)));
  }

  #compileLater(): Pass {
    const place = (column: number): number => this.#foldedAt(this.#columns.indexOf(column));
    const plan = { kind: 'E', place, pool: this.#scratch.pools.E, scratch: this.#scratch } as const;
    const forms = this.#forms.map((_, i) => this.#foldedAt(this.#columns.length + i));
    return compilePass(this.#kernels, plan, [
      { ...this.#rest, points: ['one', 'two'], linear: this.#linear, forms },
      { ...this.#cubes, points: ['leading'], linear: undefined, forms: [] },
    ]);
  }

  /** Folded columns, and forms after them. */
  get #foldedCount(): number {
    return this.#columns.length + this.#forms.length;
  }

  #foldedAt(i: number): number {
    return this.#folded + i * this.#stride;
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

  /**
   * The first fold, straight from the base columns. A form at low + r (high - low) is a form of twice as many columns, the lower
   * halves weighing 1 - r and the upper ones r.
   */
  #firstFold(challenge: Ext): GraphProgram {
    const { graph } = this.#kernels;
    const { sums, pools, fold } = this.#scratch;
    const [sum] = sums;
    const rows = 2 ** this.logHeight;
    const halves = [
      { ...this.#loadColumns(this.#forms, 0, pools.B), scale: sub(ONE, challenge) },
      { ...this.#loadColumns(this.#forms, 2 * rows, pools.B), scale: challenge },
    ];
    const lists = this.#forms.map(({ constant, columns }) => {
      const terms = halves.flatMap(({ blockOf, scale }) =>
        [...columns].map(([column, weight]) => [blockOf(column), mul(weight, scale)] as const),
      );
      return graph.termList(constant, terms, true);
    });
    const instructions = this.#columns.map(
      (column, i): GraphInstruction => ['foldB', this.#placed.columns[column]!, fold, this.#foldedAt(i)],
    );
    instructions.push(['foldE', this.#linear, fold, this.#linear]);
    // As the folds of columns: a block's rows, and those a quarter further on.
    for (const first of [0, rows / 4]) {
      for (const [operation, column, , block] of halves.flatMap(({ loads }) => loads))
        instructions.push([operation, column + 4 * first, 0, block]);
      for (const [i, list] of lists.entries()) {
        const out = this.#foldedAt(this.#columns.length + i) + VectorKernels.bytes(first);
        instructions.push(['linearB', list, 0, sum], ['storeE', sum, 0, out]);
      }
    }
    for (const { release } of halves) release();
    return graph.program(instructions);
  }

  /** Has a pass read columns and the upper half of columns at its points. */
  #set({ program, loads }: Pass, half: Halves): void {
    for (const { index, at, column, kind } of loads) {
      const name = at === 'leading' ? 'delta' : at === 'two' ? 'atTwo' : 'load';
      const distance = column === this.#linear ? half.linear : half.column;
      const from = at === 'one' ? column + distance : column;
      this.#kernels.graph.patch(program, index, `${name}${kind}`, from, distance);
    }
  }

  /** Binds a variable as {@link Scratch.fold} says, and adds to the totals what the next message consists of. */
  startBind(variable: number, challenge: Ext): void {
    const { fold, pass } = this.#later!;
    const groups = 2 ** (variable - 1) / LANES;
    this.#set(pass, { column: groups * GROUP_BYTES, linear: groups * GROUP_BYTES });
    const first = variable === this.logHeight - 1 ? this.#firstFold(challenge) : fold;
    this.#kernels.graph.runAll(first, groups, BLOCK_ROWS.E, pass.program);
  }

  /** Binds a variable when that leaves a group or less. */
  startLastBind(challenge: Ext): void {
    const { fractions } = this.#kernels;
    fractions.fold(this.#folded, 0, 1, this.#stride, this.#foldedCount, 1, challenge);
    fractions.fold(this.#linear, 0, 1, 0, 1, 1, challenge);
  }

  /** Adds to the totals what the message of one of the last variables consists of. */
  startLastMessage(variable: number): void {
    const { fractions, graph } = this.#kernels;
    const { pass } = this.#later!;
    const length = variable === 1 ? 4 : 2;
    fractions.split(this.#folded, this.#stride, this.#foldedCount, length);
    fractions.split(this.#linear, 0, 1, length);
    this.#set(pass, { column: GROUP_BYTES, linear: GROUP_BYTES });
    graph.runAll(pass.program, 1, BLOCK_ROWS.E);
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
  /** What tables whose own variables are being bound add to the next message. */
  #sums: readonly Ext[] = new Array<Ext>(ROUND_POINTS).fill(ZERO);

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
    const block = (): number => memory.allocateLocal((BLOCK_ROWS.B / LANES) * GROUP_BYTES);
    this.#scratch = {
      pools: { B: new BlockPool(kernels, 'B'), E: new BlockPool(kernels, 'E') },
      sums: [block(), block(), block()],
      others: [block(), block(), block(), block()],
      eqPair: memory.allocate(8),
      fold: memory.allocate(FOLD_BYTES),
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
    let pass = this.#tables[0]?.compileFirst();
    for (const [i, table] of this.#tables.entries()) {
      const variable = table.logHeight - 1;
      putEqPair(this.#kernels, this.#scratch, this.#eq[variable]!);
      graph.totals.clear(POINTS.length);
      const started = pass!;
      team.together(() => {
        table.startFirst(started);
        pass = this.#tables[i + 1]?.compileFirst();
      });
      table.setFirst(gatherTotals(this.#kernels), point[variable]!);
    }
  }

  async message(variable: number): Promise<readonly [Ext, Ext, Ext]> {
    let sums = this.#sums;
    for (const { logHeight, share, first } of this.#tables) {
      if (logHeight > variable + 1) continue;
      const known = logHeight === variable + 1 ? first : [share, share, ZERO];
      sums = sums.map((sum, k) => add(sum, known[k]!));
    }
    return sums as [Ext, Ext, Ext];
  }

  async bind(variable: number, challenge: Ext): Promise<void> {
    const { graph, team } = this.#kernels;
    this.#rho[variable] = challenge;
    // Nobody reads what is left after the last: see `evaluations`.
    if (variable === 0) return;
    const tables = this.#tables.filter(({ logHeight }) => logHeight > variable);
    putEqPair(this.#kernels, this.#scratch, this.#eq[variable - 1]!);
    graph.totals.clear(POINTS.length);
    if (2 ** variable > LANES) {
      graph.putFold(this.#scratch.fold, 2 ** (variable - 1) / LANES, challenge);
      team.together(() => {
        for (const table of tables) table.startBind(variable, challenge);
      });
    } else {
      team.together(() => {
        for (const table of tables) table.startLastBind(challenge);
      });
      team.together(() => {
        for (const table of tables) table.startLastMessage(variable - 1);
      });
    }
    this.#sums = gatherTotals(this.#kernels).slice(0, ROUND_POINTS);
  }

  async evaluations(): Promise<readonly (readonly Ext[])[]> {
    const at = this.#evaluator(this.#rho);
    return this.#placed.map((table) => at.table(table));
  }
}
