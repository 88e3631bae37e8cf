/**
 * @module The block machine: evaluates recorded graphs over blocks of rows. A program is a list of instructions of four
 * words, (operation, a, b, out), the last three being addresses; each operation is one small function that loops over
 * the groups of a block. Emitting straight-line code per chip instead would be 1.2 times faster once optimised, but
 * compiling megabytes of it takes longer than a small proof.
 *
 * A base block holds 16 bytes a group of four rows, an extension block 80. Every operation is called with (a, b, out,
 * groups, first group of the block in the table). Blocks lie in the region of the memory's owner; other threads that run a program
 * have theirs at the same place of their own regions.
 */
import type { Felt } from '../field/base.ts';
import { DEGREE, type Ext, ZERO } from '../field/ext.ts';
import { instantiateKept, type KernelCalls, ModuleBuilder } from '../wasm/assembler.ts';
import { GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { toMontgomery } from '../wasm/field.ts';
import { emitProducts, PRODUCT_NAMES, SCRATCH_GROUPS } from './emit/fraction-parts.ts';
import { baseOperations, columnOperations, extensionOperations } from './emit/graph-blocks.ts';
import { type IntegerOperation, integerOperations } from './emit/graph-integers.ts';
import { emitRun, type GraphOperation } from './emit/graph-operation.ts';
import { resultOperations } from './emit/graph-results.ts';
import { BLOCK_GROUPS, type PairWeights } from './eq-table.ts';
import { type Blocks, usedBlocks } from './fractions.ts';
import type { KernelMemory } from './memory.ts';
import type { Loop, Team } from './team.ts';
import { Totals } from './totals.ts';

export { RING_ROWS } from './emit/graph-integers.ts';

/** Rows of a block at most. Base blocks of a chip's temporaries then stay in the second-level cache. */
export const GRAPH_ROWS = 256;

/** Of a fold: see {@link GraphKernels.putFold}. */
export const FOLD_BYTES: number = 4 * DEGREE;

export type GraphInstruction = readonly [
  operation: GraphOperation | IntegerOperation,
  a: number,
  b: number,
  out: number,
];

/** A program in kernel memory. */
export interface GraphProgram {
  readonly at: number;
  readonly end: number;
}

/** A program of no instructions. */
const NOTHING: GraphProgram = { at: 0, end: 0 };

/** @param scratch - of the memory's owner, for products. */
function buildModule(scratch: number): ModuleBuilder {
  const module = new ModuleBuilder();
  const products = emitProducts(module, scratch);
  const operations = [
    ...columnOperations(),
    ...baseOperations(),
    ...extensionOperations(),
    ...resultOperations(products),
    ...integerOperations(),
  ];
  let type = 0;
  for (const f of operations) {
    type = module.add(f);
    module.addToTable(type);
  }
  emitRun(module, type);
  return module;
}

export class GraphKernels {
  /** What `accumulate` may add to: four groups. */
  readonly totals: Totals;
  readonly #memory: KernelMemory;
  readonly #call: KernelCalls<'run'>;
  /** Operations are exported in the order of their table, after the functions that they call. */
  readonly #slots: ReadonlyMap<string, number>;
  readonly #blocks: Loop;
  readonly #inPlace: Loop;

  constructor(team: Team) {
    const { memory } = team;
    this.#memory = memory;
    this.totals = new Totals(team, 4);
    const scratch = memory.allocateLocal(SCRATCH_GROUPS * GROUP_BYTES) - memory.threadOffset;
    this.#call = instantiateKept(`graph, scratch ${scratch}`, memory, () => buildModule(scratch));
    const operations = Object.keys(this.#call).filter((name) => !PRODUCT_NAMES.includes(name));
    this.#slots = new Map(operations.map((name, i) => [name, i]));
    this.#blocks = team.loop((i, [groups, step, at, end, nextAt, nextEnd, start]) => {
      const [count, first] = [Math.min(step!, groups! - i * step!), start! + i * step!];
      this.#call.run(at!, end!, count, first);
      this.#call.run(nextAt!, nextEnd!, count / 2, first / 2);
    });
    this.#inPlace = team.loop((i, [start, count, left, atOnce, at, end, nextAt, nextEnd]) => {
      const last = Math.min(count!, (i + 1) * atOnce!);
      for (let block = i * atOnce!; block < last; block++) {
        const first = ((start! + block) * BLOCK_GROUPS) / 2;
        for (let done = 0; done < left!; done += GRAPH_ROWS / LANES) {
          const groups = Math.min(left! - done, GRAPH_ROWS / LANES);
          this.#call.run(at!, end!, groups, first + done);
          this.#call.run(nextAt!, nextEnd!, groups / 2, first + done / 2);
        }
      }
    });
  }

  /** Writes a program to memory; it stays until the memory is released. */
  program(instructions: readonly GraphInstruction[]): GraphProgram {
    const at = this.#memory.allocate(16 * instructions.length);
    const { words } = this.#memory;
    let to = at / 4;
    for (const [name, a, b, out] of instructions) {
      words[to++] = this.#slots.get(name)!;
      words[to++] = a;
      words[to++] = b;
      words[to++] = out;
    }
    return { at, end: at + 16 * instructions.length };
  }

  /**
   * The terms of `linearB` and `linearE`.
   * Base terms are taken in pairs; the partner that an odd one lacks is itself with a weight of zero.
   * @param terms - blocks' addresses with their weights.
   */
  termList(constant: Ext, terms: readonly (readonly [block: number, weight: Ext])[], paired: boolean): number {
    const padded = paired && terms.length % 2 === 1 ? [...terms, [terms[0]![0], ZERO] as const] : terms;
    const at = this.#memory.allocate(32 + (8 + 4 * DEGREE) * padded.length);
    const { words } = this.#memory;
    words[at / 4] = padded.length;
    for (let k = 0; k < DEGREE; k++) words[at / 4 + 1 + k] = toMontgomery(constant[k]!);
    let pair = at / 4 + 8;
    let to = pair + 2 * padded.length;
    for (const [block, weight] of padded) {
      words[pair++] = block;
      words[pair++] = 4 * to;
      for (let k = 0; k < DEGREE; k++) words[to++] = toMontgomery(weight[k]!);
    }
    return at;
  }

  /** A constant for the operations with `K`. */
  constant(value: Felt): number {
    const at = this.#memory.allocate(4);
    this.#memory.words[at / 4] = toMontgomery(value);
    return at;
  }

  /** Replaces an instruction but for its result: columns are in another place from round to round, and are read at several points. */
  patch(program: GraphProgram, index: number, operation: GraphInstruction[0], a: number): void {
    const { words } = this.#memory;
    words[program.at / 4 + 4 * index] = this.#slots.get(operation)!;
    words[program.at / 4 + 4 * index + 1] = a;
  }

  /**
   * Writes what `foldB` and `foldE` are given: the challenge.
   * @param at - {@link FOLD_BYTES}
   */
  putFold(at: number, r: Ext): void {
    this.#memory.words.set(r.map(toMontgomery), at / 4);
  }

  /** What `leafSums` and `leafPairs` write to: four arrays from `base` on, `stride` bytes apart; lambda / 2 if needed. */
  leafDescriptor(base: number, stride: number, halfLambda: Ext): number {
    const at = this.#memory.allocate(28);
    this.#memory.words.set([base, stride, ...halfLambda.map(toMontgomery)], at / 4);
    return at;
  }

  /**
   * What `leafLeading` reads: children that `leafPairs` wrote with a descriptor of the same place, and weights.
   * @param weight - address of an element of a vector.
   */
  messageDescriptor(base: number, stride: number, { low, high }: PairWeights, weight: number): number {
    const at = this.#memory.allocate(20);
    this.#memory.words.set([base, stride, low, high, weight], at / 4);
    return at;
  }

  /**
   * Runs a program over rows [4 first, 4 (first + groups)) of its table, as {@link runAll} does in blocks of {@link GRAPH_ROWS}.
   */
  run(program: GraphProgram, first: number, groups: number): void {
    this.#runBlocks(program, groups, GRAPH_ROWS / LANES, NOTHING, first);
  }

  /**
   * Runs a program over a table of `groups` * 4 rows, a block of `rows` after the other, as a loop of the team. Blocks that it writes
   * lie in the owner's region (`KernelMemory.allocateLocal`).
   * @param after - another one, whose rows are pairs of neighbouring groups of columns that the first writes, two at least: it runs on
   * those of every block once the first has.
   */
  runAll(program: GraphProgram, groups: number, rows: number, after: GraphProgram = NOTHING): void {
    this.#runBlocks(program, groups, rows / LANES, after, 0);
  }

  #runBlocks({ at, end }: GraphProgram, groups: number, step: number, after: GraphProgram, first: number): void {
    this.#blocks(Math.ceil(groups / step), groups, step, at, end, after.at, after.end, first);
  }

  /**
   * Runs a program that binds a variable of columns in place, over all blocks of them.
   * @param blocks - of every column, before.
   * @param after - runs on the pairs of groups that are left of each block then.
   */
  runBlocks(program: GraphProgram, blocks: Blocks, after: GraphProgram = NOTHING): void {
    for (const [first, count, groups] of usedBlocks(blocks)) {
      const left = groups / 2;
      const atOnce = Math.max(1, Math.floor(GRAPH_ROWS / LANES / left));
      const { at, end } = program;
      this.#inPlace(Math.ceil(count / atOnce), first, count, left, atOnce, at, end, after.at, after.end);
    }
  }
}
