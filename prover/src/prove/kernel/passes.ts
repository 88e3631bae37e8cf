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

/** The points 1 and 2 at which a round evaluates, and `leading` for the coefficient of X^3. */
export type At = 'one' | 'two' | 'leading';
/** In the order of their totals. */
export const POINTS: readonly At[] = ['one', 'two', 'leading'];

/** Terms that are summed together: chips of a thousand columns have as many terms, too many to keep all of their blocks. */
const TERMS_AT_ONCE = 64;

/** An instruction that reads a vector for some point. */
interface Load {
  readonly index: number;
  readonly at: At;
  readonly vector: number;
  readonly kind: 'B' | 'E';
}

/** A program that adds to the totals of some points, its loads set before it runs. */
export interface Pass {
  readonly program: GraphProgram;
  readonly loads: readonly Load[];
}

/** Has a pass read its vectors, at these addresses, for its points; or a vector's one group for all of them. */
export function setLoads(
  { graph }: Kernels,
  { program, loads }: Pass,
  addressOf: (vector: number) => number,
  isSingle = false,
): void {
  for (const { index, at, vector, kind } of loads) {
    const name = at === 'leading' ? 'delta' : at === 'two' ? 'atTwo' : 'odd';
    graph.patch(program, index, `${isSingle ? 'load' : name}${kind}`, addressOf(vector));
  }
}

/** Weighted nodes of a graph. */
export interface Terms {
  readonly nodes: readonly Node[];
  readonly terms: readonly WeightedNode[];
}

/** Space that the tables' programs share. */
export interface Scratch {
  readonly pools: Readonly<Record<'B' | 'E', BlockPool>>;
  /** Extension blocks: for sums, and for what goes into them. */
  readonly sum: number;
  readonly others: readonly [number, number];
  /** The fold under way. */
  readonly fold: number;
}

/** What is summed at some points. */
export interface PointSums extends Terms {
  readonly points: readonly At[];
  /** The linear part, if it counts, and factors of products, two by two. */
  readonly linear: number | undefined;
  readonly factors: readonly number[];
}

/** In what space it is summed, over base columns or vectors of extension elements. */
interface PassPlan {
  readonly kind: 'B' | 'E';
  /** The vector that a column is in. */
  readonly place: (column: number) => number;
  /** Brings the linear part or a factor into a block. */
  readonly put: (form: number, out: number) => GraphInstruction;
  /** What goes before all that. */
  readonly loads: readonly GraphInstruction[];
  readonly pool: BlockPool;
  readonly scratch: Scratch;
  /** The addresses of the eq table's factors. */
  readonly eqPair: number;
}

/** Instructions that compute what is summed, and the block that it ends up in; `undefined` if that is nothing. */
function lowerSums(
  kernels: Kernels,
  { kind, place, put, pool, scratch }: PassPlan,
  { nodes, terms, linear, factors }: PointSums,
): { readonly instructions: readonly GraphInstruction[]; readonly sum: number } | undefined {
  const { graph } = kernels;
  const { sum } = scratch;
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
  for (let i = 0; i < factors.length; i += 2) {
    instructions.push(put(factors[i]!, other), put(factors[i + 1]!, third));
    instructions.push([sums.length === 0 ? 'mulE' : 'addMulE', other, third, sum]);
    sums[0] = sum;
  }
  if (linear !== undefined) {
    instructions.push(put(linear, other));
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

  add(instructions: readonly GraphInstruction[], at: At): void {
    for (const instruction of instructions) {
      const index = this.#instructions.push(instruction) - 1;
      const [operation, vector] = instruction;
      if (operation === 'loadB' || operation === 'loadE')
        this.#loads.push({ index, at, vector, kind: operation === 'loadB' ? 'B' : 'E' });
    }
  }

  /** Adds a block to the total of a point. */
  accumulate(sum: number, at: At): void {
    const total = this.#kernels.graph.totals.at + POINTS.indexOf(at) * GROUP_BYTES;
    this.#instructions.push(['accumulate', sum, this.#plan.eqPair, total]);
  }

  build(): Pass {
    return { program: this.#kernels.graph.program(this.#instructions), loads: this.#loads };
  }
}

/** One program for all that a round sums: a block's rows are read again and again while they are in the cache. @param parts - one at least. */
export function compilePass(kernels: Kernels, plan: PassPlan, parts: readonly PointSums[]): Pass {
  const builder = new PassBuilder(kernels, plan);
  builder.add(plan.loads, parts[0]!.points[0]!);
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
