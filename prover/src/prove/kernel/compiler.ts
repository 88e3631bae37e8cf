/**
 * @module From a chip's graph to a program of the block machine: columns are loaded, nodes computed in order, blocks
 * handed on as soon as nobody reads them any more.
 */
import { GRAPH_ROWS, type GraphInstruction } from '@weft/primitives/kernel/graph';
import type { Kernels } from '@weft/primitives/kernel/kernels';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';
import type { Node } from '../../air/expr.ts';

/** Rows of a block: extension blocks of half as many rows keep temporaries within the second-level cache. */
export const BLOCK_ROWS: { readonly B: number; readonly E: number } = { B: GRAPH_ROWS, E: GRAPH_ROWS / 2 };

/**
 * Blocks that a program's temporaries share; also across programs that run one after another, or at once: a thread has one block of
 * a table under way at a time, and blocks of its own.
 */
export class BlockPool {
  readonly bytes: number;
  readonly #kernels: Kernels;
  readonly #free: number[] = [];

  constructor(kernels: Kernels, kind: 'B' | 'E') {
    this.#kernels = kernels;
    this.bytes = kind === 'B' ? (BLOCK_ROWS.B / LANES) * 16 : (BLOCK_ROWS.E / LANES) * GROUP_BYTES;
  }

  take(): number {
    return this.#free.pop() ?? this.#kernels.memory.allocateLocal(this.bytes);
  }

  give(block: number): void {
    this.#free.push(block);
  }
}

/** Takes the blocks of nodes that are asked for while others are still to be computed, so that they need not last until the end. */
export interface Taker {
  /** How many at a time. */
  readonly count: number;
  readonly take: (nodes: readonly number[], blockOf: (node: number) => number) => readonly GraphInstruction[];
}

/** Instructions that compute some nodes, and where these end up. */
export interface Lowered {
  readonly instructions: GraphInstruction[];
  readonly blockOf: (node: number) => number;
  /** Returns the blocks of the nodes asked for that nobody took. */
  readonly release: () => void;
}

/**
 * Lowers `nodes` as far as `wanted` needs them, in base (B) or extension (E) arithmetic.
 * @param load - the instruction that brings a column into a block.
 * @param taker - of all that is wanted.
 */
export function lower(
  kernels: Kernels,
  kind: 'B' | 'E',
  pool: BlockPool,
  nodes: readonly Node[],
  wanted: Iterable<number>,
  load: (column: number, out: number) => GraphInstruction,
  taker?: Taker,
): Lowered {
  const roots = new Set(wanted);
  // By node, in plain arrays: short proofs lower programs for a tenth of their time.
  const uses = new Uint32Array(nodes.length);
  for (const root of roots) uses[root]!++;
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id]!;
    if (uses[id] === 0 || node.op === 'constant' || node.op === 'column') continue;
    uses[node.a]!++;
    uses[node.b]!++;
  }
  const instructions: GraphInstruction[] = [];
  const blocks = new Array<number | undefined>(nodes.length).fill(undefined);
  const done = (id: number): void => {
    const left = --uses[id]!;
    if (left === 0 && blocks[id] !== undefined) pool.give(blocks[id]);
  };
  const blockOf = (node: number): number => blocks[node]!;
  let waiting: number[] = [];
  const hand = (): void => {
    if (waiting.length > 0) instructions.push(...taker!.take(waiting, blockOf));
    for (const root of waiting) done(root);
    waiting = [];
  };
  const put = (id: number, block: number): void => {
    blocks[id] = block;
    if (taker === undefined || !roots.has(id)) return;
    if (waiting.push(id) === taker.count) hand();
  };
  const constants = new Map<number, number>();
  const constant = (value: number): number => {
    if (!constants.has(value)) constants.set(value, kernels.graph.constant(value));
    return constants.get(value)!;
  };
  const loadColumn = (id: number, column: number): number => {
    const block = pool.take();
    instructions.push(load(column, block));
    put(id, block);
    return block;
  };
  // Columns are loaded where they are first read: a chip's first nodes are all of its columns.
  const operand = (id: number): number => {
    const node = nodes[id]!;
    return blocks[id] ?? loadColumn(id, (node as Extract<Node, { op: 'column' }>).column);
  };
  for (let id = 0; id < nodes.length; id++) {
    if (uses[id] === 0) continue;
    const node = nodes[id]!;
    if (node.op === 'constant') {
      // Operands are read from a single word.
      if (!roots.has(id)) continue;
      const block = pool.take();
      instructions.push([`fill${kind}`, constant(node.value), 0, block]);
      put(id, block);
      continue;
    }
    if (node.op === 'column') {
      if (roots.has(id)) loadColumn(id, node.column);
      continue;
    }
    const [a, b] = [nodes[node.a]!, nodes[node.b]!];
    let operation: GraphInstruction[0];
    let [first, second] = [0, 0];
    if (b.op === 'constant') {
      operation = `${node.op}${kind}K`;
      [first, second] = [operand(node.a), constant(b.value)];
    } else if (a.op !== 'constant') {
      operation = `${node.op}${kind}`;
      [first, second] = [operand(node.a), operand(node.b)];
    } else if (node.op === 'sub') {
      operation = `subK${kind}`;
      [first, second] = [constant(a.value), operand(node.b)];
    } else {
      operation = `${node.op}${kind}K`;
      [first, second] = [operand(node.b), constant(a.value)];
    }
    // Operations work group by group, so the result may take an operand's block.
    done(node.a);
    done(node.b);
    const block = pool.take();
    instructions.push([operation, first, second, block]);
    put(id, block);
  }
  hand();
  return {
    instructions,
    blockOf,
    release: () => {
      if (taker === undefined) for (const root of roots) done(root);
    },
  };
}

/**
 * The nodes' coefficients of X^degree when every column is low + X (high - low), as a graph over the differences.
 * `map[id]` is the place of node id's in the new graph.
 */
export function leadingGraph(nodes: readonly Node[], degrees: readonly number[]): { nodes: Node[]; map: number[] } {
  const out: Node[] = [{ op: 'constant', value: 0 }];
  const map: number[] = [];
  for (const node of nodes) {
    if (node.op === 'constant' || node.op === 'column') {
      map.push(out.push(node) - 1);
      continue;
    }
    const [a, b] = [map[node.a]!, map[node.b]!];
    const [da, db] = [degrees[node.a]!, degrees[node.b]!];
    if (node.op === 'mul' || da === db) map.push(out.push({ op: node.op, a, b }) - 1);
    else if (da > db) map.push(a);
    else map.push(node.op === 'add' ? b : out.push({ op: 'sub', a: 0, b }) - 1);
  }
  return { nodes: out, map };
}
