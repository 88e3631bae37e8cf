/**
 * @module Evaluating a chip's graph: at one row or point over any field (verifier, debugger), and over blocks of rows
 * in the base field (filling). A block evaluator walks the graph once per block, so the cost of interpretation is shared
 * by all its rows.
 */
import { add, mul, sub } from '@weft/primitives/field/base';
import { add as addExt, type Ext, fromBase, mul as mulExt, sub as subExt } from '@weft/primitives/field/ext';
import type { FieldOperations } from './chip.ts';
import type { Node } from './expr.ts';

/** The value of every node, given the chip's columns at one row or point. */
export function evaluateNodes<E>(field: FieldOperations<E>, nodes: readonly Node[], columns: readonly E[]): E[] {
  const values: E[] = [];
  for (const node of nodes) {
    if (node.op === 'constant') values.push(field.constant(node.value));
    else if (node.op === 'column') values.push(columns[node.column]!);
    else values.push(field[node.op](values[node.a]!, values[node.b]!));
  }
  return values;
}

export const BASE_FIELD: FieldOperations<number> = { constant: (x) => x, add, sub, mul };
export const EXT_FIELD: FieldOperations<Ext> = { constant: fromBase, add: addExt, sub: subExt, mul: mulExt };

/** Rows that an evaluator takes at once. */
export const BLOCK_ROWS = 512;

/** Evaluates a graph over blocks of at most {@link BLOCK_ROWS} rows of base-field columns. */
export class BaseBlockEvaluator {
  /** `values[node]`: the node's values over the current block; views of the columns where the node is a column. */
  readonly values: Uint32Array[];
  readonly #nodes: readonly Node[];

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.values = nodes.map((node) => {
      const block = new Uint32Array(node.op === 'column' ? 0 : BLOCK_ROWS);
      return node.op === 'constant' ? block.fill(node.value) : block;
    });
  }

  /** Fills `values` for rows [start, start + count) of `columns`. */
  run(columns: readonly Uint32Array[], start: number, count: number): void {
    const { values } = this;
    for (const [id, node] of this.#nodes.entries()) {
      if (node.op === 'constant') continue;
      if (node.op === 'column') {
        values[id] = columns[node.column]!.subarray(start, start + count);
        continue;
      }
      const out = values[id]!;
      const a = values[node.a]!;
      const b = values[node.b]!;
      if (node.op === 'add') for (let i = 0; i < count; i++) out[i] = add(a[i]!, b[i]!);
      else if (node.op === 'sub') for (let i = 0; i < count; i++) out[i] = sub(a[i]!, b[i]!);
      else for (let i = 0; i < count; i++) out[i] = mul(a[i]!, b[i]!);
    }
  }
}

/** A graph node with an extension coefficient: one term of a random linear combination. */
export interface WeightedNode {
  readonly node: number;
  readonly weight: Ext;
}
