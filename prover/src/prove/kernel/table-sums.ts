/**
 * @module One table in the batched zerocheck: its vectors, and the programs that bind and sum them.
 */
import { add, type Ext, fromBase, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { type Blocks, blocksOf, halved, isScattered, isWhole, leftOf } from '@weft/primitives/kernel/fractions';
import type { GraphInstruction, GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { Chip } from '../../air/chip.ts';
import { columnsOf, nodeDegrees } from '../../air/expr.ts';
import type { ZerocheckTable } from '../engine.ts';
import { type ColumnForm, Linearizer } from '../summand.ts';
import { strideOf } from './bands.ts';
import { BLOCK_ROWS, type BlockPool, leadingGraph } from './compiler.ts';
import { paddingSummand, partsOf, unusedWeight, usedOf } from './padding.ts';
import { type At, compilePass, type Pass, type PointSums, type Scratch, setLoads, type Terms } from './passes.ts';
import type { PlacedTable } from './tables.ts';

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
export class TableSums {
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
  /** Columns that some form reads. */
  readonly #formColumns = new Set<number>();
  /** Columns that nodes of degree 2 and 3 read. Folded, they are the vectors before the folded forms. */
  readonly #columns: readonly number[];
  readonly #folded: number;
  readonly #stride: number;
  /** What is left of each vector once the first variable is bound. */
  #blocks: Blocks;
  /** What rows that are not in use add to the message. */
  readonly #share: Ext;
  /** What rounds after the first run: the fold of all vectors, and the sums. */
  #later: { readonly fold: GraphProgram; readonly pass: Pass } | undefined;

  /** @param point - of the table's rows. */
  constructor(
    kernels: Kernels,
    placed: PlacedTable,
    { table, summand }: ZerocheckTable,
    point: readonly Ext[],
    scratch: Scratch,
  ) {
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
    for (const { columns } of this.#forms) for (const column of columns.keys()) this.#formColumns.add(column);
    this.#columns = columnsOf(
      chip.nodes,
      rest.map((t) => t.node),
    );
    const [groups, parts] = [2 ** (logHeight - 1) / LANES, partsOf(placed.used, logHeight)];
    this.#blocks = blocksOf(groups, usedOf(groups, parts));
    this.#share = isWhole(this.#blocks) ? ZERO : mul(paddingSummand(chip, summand), unusedWeight(point, parts));
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
    graph.runAll(pass.program, this.#blocks.used, BLOCK_ROWS.B);
  }

  /** What rows that are not written to the vectors add to the message, at 1 and at 2. */
  get share(): Ext {
    return isWhole(this.#blocks) || this.isScattered ? ZERO : this.#share;
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
    const blocks = new Map([...this.#formColumns].map((column) => [column, pool.take()]));
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
    const { pass } = this.#later!;
    this.#setLoads(false);
    this.#kernels.graph.runAll(this.#firstFold(challenge), this.#blocks.used, BLOCK_ROWS.B, pass.program);
  }

  /**
   * Binds a later variable as {@link Scratch.fold} says, and adds to the totals what the next message consists of, if there is another
   * variable and nothing is to be moved first.
   */
  startBind(): void {
    const { fold, pass } = this.#later!;
    const before = this.#blocks;
    this.#blocks = halved(before);
    const isLast = leftOf(this.#blocks) === 1;
    this.#kernels.graph.runBlocks(fold, before, isLast || this.isScattered ? undefined : pass.program);
  }

  get isScattered(): boolean {
    return isScattered(this.#blocks);
  }

  /** Moves what is left of all blocks together. */
  startGather(): void {
    const band = { base: this.#folded, stride: 0, partBytes: this.#stride, parts: this.#vectorCount };
    this.#kernels.fractions.gather(band, this.#blocks, 1);
  }

  /** Writes what vectors that have been moved together are where no rows are in use. */
  fillPadding(): void {
    const [left, { used }] = [leftOf(this.#blocks), this.#blocks];
    this.#blocks = blocksOf(left);
    if (used === left) return;
    const { padding } = this.#placed.frame.chip;
    const forms = this.#forms.map(({ constant, columns }) =>
      [...columns].reduce((sum, [column, weight]) => add(sum, mulBase(weight, padding[column]!)), constant),
    );
    const values = [...this.#columns.map((column) => fromBase(padding[column]!)), ...forms];
    for (const [i, value] of values.entries())
      this.#kernels.vectors.fill(this.#addressOf(i) + used * GROUP_BYTES, left - used, value);
  }

  /**
   * Adds to the totals what the message consists of when all is in one piece.
   * @param isSingle - whether there is one group, whose sum is asked for.
   */
  startMessage(isSingle = false): void {
    this.#setLoads(isSingle);
    this.#kernels.graph.runAll(this.#later!.pass.program, Math.max(1, leftOf(this.#blocks) / 2), BLOCK_ROWS.E);
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
