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
  /** An extension block for sums. */
  readonly sum: number;
  readonly other: number;
  readonly third: number;
  /** The addresses of the eq table's factors. */
  readonly eqPair: number;
  /** The fold under way. */
  readonly fold: number;
}

/** Forms of base columns: term lists, and the instructions that load what they read. */
export interface BaseForms {
  readonly loads: readonly GraphInstruction[];
  readonly lists: readonly number[];
  readonly release: () => void;
}

/** What is summed at some points. */
interface PointSums extends Terms {
  readonly points: readonly At[];
  /** The linear part, if it counts. */
  readonly linear: number | undefined;
  /** Factors of products: lists over base columns, or extension columns. */
  readonly forms: BaseForms | readonly number[];
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
    if (sums.length > 0) return [partial(scratch.other), ['addE', scratch.sum, scratch.other, scratch.sum]];
    sums.push(scratch.sum);
    return [partial(scratch.sum)];
  };
  const { instructions } = lower(kernels, kind, pool, nodes, weights.keys(), load, { count: TERMS_AT_ONCE, take });
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
  return { instructions, sum: sums[0]! };
}

/** One program for all that a round sums: a block's rows are read again and again while they are in the cache. */
export function compilePass(kernels: Kernels, plan: PassPlan, parts: readonly PointSums[]): Pass {
  const { graph } = kernels;
  const all: GraphInstruction[] = [];
  const loads: Load[] = [];
  for (const part of parts) {
    const lowered = lowerSums(kernels, plan, part);
    if (lowered === undefined) continue;
    for (const at of part.points) {
      for (const instruction of lowered.instructions) {
        const [operation, column] = instruction;
        const index = all.push(instruction) - 1;
        if (operation === 'loadB') loads.push({ index, at, column, kind: 'B' });
        if (operation === 'loadE') loads.push({ index, at, column, kind: 'E' });
      }
      const total = graph.totals.at + POINTS.indexOf(at) * GROUP_BYTES;
      all.push(['accumulate', lowered.sum, plan.scratch.eqPair, total]);
    }
  }
  return { kind: plan.kind, program: graph.program(all), loads };
}
