/**
 * @module Programs that sum a table's summand over its rows, at one point of a round each.
 */
import { ZERO } from '@weft/primitives/field/ext';
import type { GraphInstruction, GraphProgram } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { GROUP_BYTES } from '@weft/primitives/wasm/extension';
import type { WeightedNode } from '../../air/evaluate.ts';
import type { Node } from '../../air/expr.ts';
import { type BlockPool, lower, type Taker } from './compiler.ts';

/** The points 0, 1 and 2 at which a round evaluates, and `leading` for the coefficient of X^3. */
export type At = 'one' | 'two' | 'leading' | 'low';
/** In the order of their totals. Only a table's first pass evaluates at 0. */
export const POINTS: readonly At[] = ['one', 'two', 'leading', 'low'];
export const ROUND_POINTS = 3;

/** Terms that are summed together: chips of a thousand columns have as many terms, too many to keep all of their blocks. */
const TERMS_AT_ONCE = 64;

/** An instruction that reads a column for some point, with the column's first address. */
interface Load {
  readonly index: number;
  readonly at: At;
  readonly column: number;
  readonly kind: 'B' | 'E';
}

/** A program that adds to the totals of some points, its loads set for the round before it runs. */
export interface Pass {
  readonly kind: 'B' | 'E';
  readonly program: GraphProgram;
  readonly loads: readonly Load[];
}

/** Weighted nodes of a graph. */
export interface Terms {
  readonly nodes: readonly Node[];
  readonly terms: readonly WeightedNode[];
}

/** Space that the tables' programs share. */
export interface Scratch {
  readonly pools: Readonly<Record<'B' | 'E', BlockPool>>;
  /** Extension blocks: for sums, one for each point of a pass that has all of them at once, and for what goes into them. */
  readonly sums: readonly [number, number, number];
  readonly others: readonly [number, number, number, number];
  /** The addresses of the eq table's factors. */
  readonly eqPair: number;
  /** The fold under way. */
  readonly fold: number;
}

/** Forms of base columns at one point: term lists, and the instructions that load what they read. */
export interface BaseForms {
  readonly loads: readonly GraphInstruction[];
  readonly lists: readonly number[];
}

/** What is summed at some points. */
interface PointSums extends Terms {
  readonly points: readonly At[];
  /** The linear part, if it counts. */
  readonly linear: number | undefined;
  /** Factors of products, two by two: extension columns. */
  readonly forms: readonly number[];
}

/** In what space it is summed, over base columns or columns of extension elements. */
interface PassPlan {
  readonly kind: 'B' | 'E';
  readonly place: (column: number) => number;
  readonly pool: BlockPool;
  readonly scratch: Scratch;
}

/** Instructions that compute what is summed, and the block that it ends up in; `undefined` if that is nothing. */
function lowerSums(
  kernels: Kernels,
  { kind, place, pool, scratch }: PassPlan,
  { nodes, terms, linear, forms }: PointSums,
): { readonly instructions: readonly GraphInstruction[]; readonly sum: number } | undefined {
  const { graph } = kernels;
  const [sum] = scratch.sums;
  const [other, third] = scratch.others;
  const load = (column: number, out: number): GraphInstruction => [`load${kind}`, place(column), 0, out];
  // Terms that differ may have one node: leading parts do where only lower ones differ.
  const weights = new Map<number, (typeof terms)[number]['weight'][]>();
  for (const { node, weight } of terms) weights.set(node, [...(weights.get(node) ?? []), weight]);
  const sums: number[] = [];
  const take: Taker['take'] = (taken, blockOf) => {
    const list = taken.flatMap((node) => weights.get(node)!.map((weight) => [blockOf(node), weight] as const));
    const partial = (out: number): GraphInstruction => [
      `linear${kind}`,
      graph.termList(ZERO, list, kind === 'B'),
      0,
      out,
    ];
    if (sums.length > 0) return [partial(other), ['addE', sum, other, sum]];
    sums.push(sum);
    return [partial(sum)];
  };
  const { instructions } = lower(kernels, kind, pool, nodes, weights.keys(), load, { count: TERMS_AT_ONCE, take });
  for (let i = 0; i < forms.length; i += 2) {
    instructions.push(['loadE', forms[i]!, 0, other], ['loadE', forms[i + 1]!, 0, third]);
    instructions.push([sums.length === 0 ? 'mulE' : 'addMulE', other, third, sum]);
    sums[0] = sum;
  }
  if (linear !== undefined) {
    instructions.push(['loadE', linear, 0, other]);
    sums.push(other);
  }
  if (sums.length === 0) return undefined;
  if (sums.length === 2) instructions.push(['addE', sum, other, sum]);
  return { instructions, sum: sums[0]! };
}

/** A program that is being put together for several points; what reads a column is noted. */
class PassBuilder {
  readonly #kernels: Kernels;
  readonly #plan: PassPlan;
  readonly #instructions: GraphInstruction[] = [];
  readonly #loads: Load[] = [];

  constructor(kernels: Kernels, plan: PassPlan) {
    this.#kernels = kernels;
    this.#plan = plan;
  }

  /** @param sum - takes the place of the first block for sums. */
  add(instructions: readonly GraphInstruction[], at: At, sum = this.#plan.scratch.sums[0]): void {
    const [first] = this.#plan.scratch.sums;
    // No operation reads a block for sums as its second operand.
    const placed = (block: number): number => (block === first ? sum : block);
    for (const [operation, a, b, out] of instructions) {
      const reads = operation === 'loadB' || operation === 'loadE';
      const index = this.#instructions.push([operation, reads ? a : placed(a), b, placed(out)]) - 1;
      if (reads) this.#loads.push({ index, at, column: a, kind: operation === 'loadB' ? 'B' : 'E' });
    }
  }

  /** Adds a block to the total of a point. */
  accumulate(sum: number, at: At): void {
    const total = this.#kernels.graph.totals.at + POINTS.indexOf(at) * GROUP_BYTES;
    this.#instructions.push(['accumulate', sum, this.#plan.scratch.eqPair, total]);
  }

  build(): Pass {
    const program = this.#kernels.graph.program(this.#instructions);
    return { kind: this.#plan.kind, program, loads: this.#loads };
  }
}

/** One program for all that a round sums: a block's rows are read again and again while they are in the cache. */
export function compilePass(kernels: Kernels, plan: PassPlan, parts: readonly PointSums[]): Pass {
  const builder = new PassBuilder(kernels, plan);
  for (const part of parts) {
    const lowered = lowerSums(kernels, plan, part);
    if (lowered === undefined) continue;
    for (const at of part.points) {
      builder.add(lowered.instructions, at);
      builder.accumulate(lowered.sum, at);
    }
  }
  return builder.build();
}

/**
 * A table's first pass, over base columns: at 0, 1 and 2, and the coefficient of X^3. Forms are linear, so that their values at 2
 * follow from the others.
 * @param forms - at 0 and at 1.
 */
export function compileFirstPass(
  kernels: Kernels,
  plan: PassPlan,
  rest: Terms & { readonly linear: number },
  forms: Readonly<Record<'low' | 'one', BaseForms>>,
  cubes: Terms,
): Pass {
  const { sums, others } = plan.scratch;
  const builder = new PassBuilder(kernels, plan);
  const points = ['low', 'one', 'two'] as const;
  const lowered = lowerSums(kernels, plan, { ...rest, points, forms: [] })!;
  for (const [i, at] of points.entries()) {
    // Without other terms the linear part is in no block for sums.
    if (lowered.sum === sums[0]) builder.add(lowered.instructions, at, sums[i]);
    else builder.add([['loadE', rest.linear, 0, sums[i]!]], at);
  }
  for (const at of ['low', 'one'] as const) builder.add(forms[at].loads, at);
  const [left, right, leftOne, rightOne] = others;
  for (let i = 0; i < forms.low.lists.length; i += 2) {
    const factors = [
      ['linearB', forms.low.lists[i]!, 0, left],
      ['linearB', forms.low.lists[i + 1]!, 0, right],
      ['addMulE', left, right, sums[0]],
      ['linearB', forms.one.lists[i]!, 0, leftOne],
      ['linearB', forms.one.lists[i + 1]!, 0, rightOne],
      ['addMulE', leftOne, rightOne, sums[1]],
      ['lineE', leftOne, left, left],
      ['lineE', rightOne, right, right],
      ['addMulE', left, right, sums[2]],
    ] as const;
    builder.add(factors, 'low');
  }
  for (const [i, at] of points.entries()) builder.accumulate(sums[i]!, at);
  const leading = lowerSums(kernels, plan, { ...cubes, points: ['leading'], linear: undefined, forms: [] });
  if (leading !== undefined) {
    builder.add(leading.instructions, 'leading');
    builder.accumulate(leading.sum, 'leading');
  }
  return builder.build();
}
