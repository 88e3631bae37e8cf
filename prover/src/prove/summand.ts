/**
 * @module A chip's summand in the zerocheck: one linear combination of the nodes of its graph.
 */
import { mul as mulFelt } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import type { Chip } from '../air/chip.ts';
import type { WeightedNode } from '../air/evaluate.ts';
import type { Node } from '../air/expr.ts';
import type { ChipContext } from '../verify/zerocheck.ts';

/** constant + sum of weight * node. */
export interface Summand {
  readonly constant: Ext;
  readonly terms: readonly WeightedNode[];
}

/** Collects the coefficients of a chip's constraints and interactions; `active` scales the interactions. */
export function summandOf(chip: Chip, context: ChipContext<Ext>, active: Ext): Summand {
  const weights = new Map<number, Ext>();
  const put = (node: number, weight: Ext): void => {
    weights.set(node, add(weights.get(node) ?? ZERO, weight));
  };
  let constant: Ext = ZERO;
  for (const [c, { node }] of chip.constraints.entries()) put(node, context.constraintWeights[c]!);
  for (const [i, interaction] of chip.interactions.entries()) {
    const weight = mul(context.interactionWeights[i]!, active);
    put(interaction.count, interaction.sign === 1 ? weight : sub(ZERO, weight));
    const scaled = mul(weight, context.epsilon);
    const { alpha, monomials } = context.fingerprint;
    constant = add(constant, mul(scaled, sub(add(alpha, [interaction.bus.id, 0, 0, 0, 0]), ONE)));
    for (const [j, node] of interaction.tuple.entries()) put(node, mul(scaled, monomials[j + 1]!));
  }
  const terms: WeightedNode[] = [];
  for (const [node, weight] of weights) {
    const { op } = chip.nodes[node]!;
    if (op === 'constant') constant = add(constant, mulBase(weight, (chip.nodes[node] as { value: number }).value));
    else terms.push({ node, weight });
  }
  return { constant, terms };
}

/** Degree of every node in the columns. */
export function nodeDegrees(nodes: readonly Node[]): number[] {
  const degrees: number[] = [];
  for (const node of nodes) {
    if (node.op === 'constant') degrees.push(0);
    else if (node.op === 'column') degrees.push(1);
    else {
      const [a, b] = [degrees[node.a]!, degrees[node.b]!];
      degrees.push(node.op === 'mul' ? a + b : Math.max(a, b));
    }
  }
  return degrees;
}

/** A summand with its parts of degree at most 1 collected column by column. */
export interface SplitSummand {
  readonly constant: Ext;
  /** Weight of each column that has one. */
  readonly columns: ReadonlyMap<number, Ext>;
  /** Terms of degree 2 and 3. */
  readonly terms: readonly WeightedNode[];
}

/** Separates what is linear in the columns: folded as one column of its own, it costs nothing per round. */
export function splitSummand(chip: Chip, degrees: readonly number[], summand: Summand): SplitSummand {
  const columns = new Map<number, Ext>();
  let { constant } = summand;
  const terms: WeightedNode[] = [];
  // Affine forms of the nodes of degree 0 and 1: a constant, and a coefficient per column.
  const forms: ({ constant: number; columns: Map<number, number> } | undefined)[] = [];
  const P = 0x7f000001;
  for (const [id, node] of chip.nodes.entries()) {
    if (degrees[id]! > 1) forms.push(undefined);
    else if (node.op === 'constant') forms.push({ constant: node.value, columns: new Map() });
    else if (node.op === 'column') forms.push({ constant: 0, columns: new Map([[node.column, 1]]) });
    else {
      const [a, b] = [forms[node.a]!, forms[node.b]!];
      if (node.op === 'mul') {
        const [scale, form] = degrees[node.a] === 0 ? [a.constant, b] : [b.constant, a];
        const scaled = [...form.columns].map(([c, x]) => [c, mulFelt(x, scale)] as const);
        forms.push({ constant: mulFelt(form.constant, scale), columns: new Map(scaled) });
      } else {
        const sign = node.op === 'add' ? 1 : P - 1;
        const merged = new Map(a.columns);
        for (const [c, x] of b.columns) merged.set(c, ((merged.get(c) ?? 0) + mulFelt(sign, x)) % P);
        forms.push({ constant: (a.constant + mulFelt(sign, b.constant)) % P, columns: merged });
      }
    }
  }
  for (const { node, weight } of summand.terms) {
    const form = forms[node];
    if (form === undefined) {
      terms.push({ node, weight });
      continue;
    }
    constant = add(constant, mulBase(weight, form.constant));
    for (const [c, x] of form.columns) columns.set(c, add(columns.get(c) ?? ZERO, mulBase(weight, x)));
  }
  return { constant, columns, terms };
}
