/**
 * @module A chip's summand in the zerocheck: a linear combination of the nodes of its graph, and products of pairs of
 * linear forms, which joined fractions bring.
 */
import { add as addFelt, mul as mulFelt, P } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import type { Chip } from '../air/chip.ts';
import type { WeightedNode } from '../air/evaluate.ts';
import type { Node } from '../air/expr.ts';
import type { ChipContext } from '../protocol/zerocheck.ts';

/** constant + sum of weight * node. */
export interface Form {
  readonly constant: Ext;
  readonly terms: readonly WeightedNode[];
}

/** A form, and products of forms of degree at most 1. */
export interface Summand extends Form {
  readonly products: readonly (readonly [Form, Form])[];
}

/** Adds up weights by node; constant nodes go to the constant. */
class FormBuilder {
  readonly #nodes: readonly Node[];
  readonly #weights = new Map<number, Ext>();
  #constant: Ext = ZERO;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  add(node: number, weight: Ext): void {
    const known = this.#nodes[node]!;
    if (known.op === 'constant') this.addConstant(mulBase(weight, known.value));
    else this.#weights.set(node, add(this.#weights.get(node) ?? ZERO, weight));
  }

  addConstant(x: Ext): void {
    this.#constant = add(this.#constant, x);
  }

  addForm(form: Form, weight: Ext): void {
    this.addConstant(mul(form.constant, weight));
    for (const { node, weight: w } of form.terms) this.add(node, mul(w, weight));
  }

  build(): Form {
    return { constant: this.#constant, terms: [...this.#weights].map(([node, weight]) => ({ node, weight })) };
  }
}

/** Collects the coefficients of a chip's constraints and leaves; `active` scales the leaves. */
export function summandOf(chip: Chip, context: ChipContext<Ext>, active: Ext): Summand {
  const sum = new FormBuilder(chip.nodes);
  for (const [c, { node }] of chip.constraints.entries()) sum.add(node, context.constraintWeights[c]!);
  const { busAlpha, monomials } = context.fingerprint;
  const denominators = chip.interactions.map(({ bus, tuple }) => {
    const form = new FormBuilder(chip.nodes);
    form.addConstant(add(busAlpha, [bus.id, 0, 0, 0, 0]));
    for (const [j, node] of tuple.entries()) form.add(node, monomials[j + 1]!);
    return form.build();
  });
  const products: (readonly [Form, Form])[] = [];
  /** Per count, the weighted sum of the denominators that it multiplies. */
  const byCount = new Map<number, FormBuilder>();
  for (const [l, [i, j]] of chip.leaves.entries()) {
    const weight = mul(context.leafWeights[l]!, active);
    const scaled = mul(weight, context.epsilon);
    const signed = (k: number): Ext => (chip.interactions[k]!.sign === 1 ? weight : sub(ZERO, weight));
    sum.addConstant(sub(ZERO, scaled));
    if (j === undefined) {
      sum.add(chip.interactions[i]!.count, signed(i));
      sum.addForm(denominators[i]!, scaled);
      continue;
    }
    // (n_i d_j + n_j d_i) + epsilon (d_i d_j - 1)
    const left = new FormBuilder(chip.nodes);
    left.addForm(denominators[i]!, scaled);
    products.push([left.build(), denominators[j]!]);
    for (const [n, d] of [
      [i, j],
      [j, i],
    ] as const) {
      const { count } = chip.interactions[n]!;
      if (!byCount.has(count)) byCount.set(count, new FormBuilder(chip.nodes));
      byCount.get(count)!.addForm(denominators[d]!, signed(n));
    }
  }
  for (const [count, builder] of byCount) {
    const node = chip.nodes[count]!;
    const form = builder.build();
    if (node.op === 'constant') sum.addForm(form, [node.value, 0, 0, 0, 0]);
    else products.push([{ constant: ZERO, terms: [{ node: count, weight: ONE }] }, form]);
  }
  return { ...sum.build(), products };
}

/** constant + sum of weight * column. */
export interface ColumnForm {
  readonly constant: Ext;
  readonly columns: ReadonlyMap<number, Ext>;
}

/** Writes forms of degree at most 1 in terms of columns. */
export class Linearizer {
  readonly #affine: ({ constant: number; columns: Map<number, number> } | undefined)[] = [];

  constructor(chip: Chip, degrees: readonly number[]) {
    for (const [id, node] of chip.nodes.entries())
      this.#affine.push(degrees[id]! > 1 ? undefined : this.#form(node, degrees));
  }

  /** Affine forms of nodes of degree 0 and 1: a constant, and a coefficient per column. */
  #form(node: Node, degrees: readonly number[]): { constant: number; columns: Map<number, number> } {
    if (node.op === 'constant') return { constant: node.value, columns: new Map() };
    if (node.op === 'column') return { constant: 0, columns: new Map([[node.column, 1]]) };
    const [a, b] = [this.#affine[node.a]!, this.#affine[node.b]!];
    if (node.op === 'mul') {
      const [scale, form] = degrees[node.a] === 0 ? [a.constant, b] : [b.constant, a];
      const columns = [...form.columns].map(([c, x]) => [c, mulFelt(x, scale)] as const);
      return { constant: mulFelt(form.constant, scale), columns: new Map(columns) };
    }
    const sign = node.op === 'add' ? 1 : P - 1;
    const columns = new Map(a.columns);
    for (const [c, x] of b.columns) columns.set(c, addFelt(columns.get(c) ?? 0, mulFelt(sign, x)));
    return { constant: addFelt(a.constant, mulFelt(sign, b.constant)), columns };
  }

  /** The part of a form that is linear in the columns, and the terms that are not. */
  split(form: Form): { readonly linear: ColumnForm; readonly rest: readonly WeightedNode[] } {
    const columns = new Map<number, Ext>();
    let { constant } = form;
    const rest: WeightedNode[] = [];
    for (const term of form.terms) {
      const affine = this.#affine[term.node];
      if (affine === undefined) {
        rest.push(term);
        continue;
      }
      constant = add(constant, mulBase(term.weight, affine.constant));
      for (const [c, x] of affine.columns) columns.set(c, add(columns.get(c) ?? ZERO, mulBase(term.weight, x)));
    }
    return { linear: { constant, columns }, rest };
  }
}
