/**
 * @module Evaluating a chip's graph: at one row or point over any field (verifier, debugger), and over blocks of rows
 * in the base field or the extension (prover). A block evaluator walks the graph once per block, so the cost of
 * interpretation is shared by all its rows.
 */
import { add, mul, P, sub } from '@weft/primitives/field/base';
import { DEGREE, type Ext } from '@weft/primitives/field/ext';
import { createExtVector, type ExtVector } from '@weft/primitives/field/ext-vector';
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

/** out[i] = a[i] * b[i] over `count` extension elements. */
export function mulExtBlock(out: ExtVector, a: ExtVector, b: ExtVector, count: number): void {
  const [a0, a1, a2, a3, a4] = a.planes as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const [b0, b1, b2, b3, b4] = b.planes as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const [o0, o1, o2, o3, o4] = out.planes as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  for (let i = 0; i < count; i++) {
    const x0 = b0[i]!;
    const x1 = b1[i]!;
    const x2 = b2[i]!;
    const x3 = b3[i]!;
    const x4 = b4[i]!;
    const x14 = sub(x1, x4);
    const x03 = sub(x0, x3);
    const x42 = sub(x4, x2);
    const x314 = add(sub(x3, x1), x4);
    const l0 = a0[i]! & 0xffff;
    const h0 = a0[i]! >>> 16;
    const l1 = a1[i]! & 0xffff;
    const h1 = a1[i]! >>> 16;
    const l2 = a2[i]! & 0xffff;
    const h2 = a2[i]! >>> 16;
    const l3 = a3[i]! & 0xffff;
    const h3 = a3[i]! >>> 16;
    const l4 = a4[i]! & 0xffff;
    const h4 = a4[i]! >>> 16;
    // Sums of five 47-bit products stay exact in a double, as in the scalar product of `field/ext`.
    o0[i] =
      (((h0 * x0 + h1 * x4 + h2 * x3 + h3 * x2 + h4 * x14) % P) * 65536 +
        (l0 * x0 + l1 * x4 + l2 * x3 + l3 * x2 + l4 * x14)) %
      P;
    o1[i] =
      (((h0 * x1 + h1 * x0 + h2 * x4 + h3 * x3 + h4 * x2) % P) * 65536 +
        (l0 * x1 + l1 * x0 + l2 * x4 + l3 * x3 + l4 * x2)) %
      P;
    o2[i] =
      (((h0 * x2 + h1 * x14 + h2 * x03 + h3 * x42 + h4 * x314) % P) * 65536 +
        (l0 * x2 + l1 * x14 + l2 * x03 + l3 * x42 + l4 * x314)) %
      P;
    o3[i] =
      (((h0 * x3 + h1 * x2 + h2 * x14 + h3 * x03 + h4 * x42) % P) * 65536 +
        (l0 * x3 + l1 * x2 + l2 * x14 + l3 * x03 + l4 * x42)) %
      P;
    o4[i] =
      (((h0 * x4 + h1 * x3 + h2 * x2 + h3 * x14 + h4 * x03) % P) * 65536 +
        (l0 * x4 + l1 * x3 + l2 * x2 + l3 * x14 + l4 * x03)) %
      P;
  }
}

/** Evaluates a graph over blocks of extension-field columns. */
export class ExtBlockEvaluator {
  readonly values: ExtVector[];
  readonly #nodes: readonly Node[];

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.values = nodes.map((node) => {
      const block = createExtVector(node.op === 'column' ? 0 : BLOCK_ROWS);
      if (node.op === 'constant') block.planes[0]!.fill(node.value);
      return block;
    });
  }

  /** Fills `values` for a block whose columns are the first `count` elements of `columns`. */
  run(columns: readonly ExtVector[], count: number): void {
    const { values } = this;
    for (const [id, node] of this.#nodes.entries()) {
      if (node.op === 'constant') continue;
      if (node.op === 'column') {
        values[id] = columns[node.column]!;
        continue;
      }
      const out = values[id]!;
      const a = values[node.a]!;
      const b = values[node.b]!;
      if (node.op === 'mul') {
        const left = this.#nodes[node.a]!;
        const right = this.#nodes[node.b]!;
        if (left.op === 'constant') scaleBlock(out, b, left.value, count);
        else if (right.op === 'constant') scaleBlock(out, a, right.value, count);
        else mulExtBlock(out, a, b, count);
        continue;
      }
      const combine = node.op === 'add' ? add : sub;
      for (let j = 0; j < DEGREE; j++) {
        const [o, x, y] = [out.planes[j]!, a.planes[j]!, b.planes[j]!];
        for (let i = 0; i < count; i++) o[i] = combine(x[i]!, y[i]!);
      }
    }
  }
}

function scaleBlock(out: ExtVector, a: ExtVector, factor: number, count: number): void {
  for (let j = 0; j < DEGREE; j++) {
    const [o, x] = [out.planes[j]!, a.planes[j]!];
    for (let i = 0; i < count; i++) o[i] = mul(x[i]!, factor);
  }
}

/** A graph node with an extension coefficient: one term of a random linear combination. */
export interface WeightedNode {
  readonly node: number;
  readonly weight: Ext;
}
