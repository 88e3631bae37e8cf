/**
 * @module The rows of the state's tables: leaves and nodes that a shard touches, and the permutations that hash them,
 * derived from the leaves' words and the digests beside their paths.
 */

import type { ExecutionRecord } from '@weft/executor/observe/record';
import { LEAF_WORDS, TREE_DEPTH } from '@weft/executor/program/layout';
import { ConstraintError } from '@weft/primitives';
import { type Digest, hashPairs } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { EventSource } from '@weft/prover/air/trace';
import { eachParent, leafLimbs, parentsOf } from './tree.ts';

const DIGEST = 8;

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);

const LEAF_FIELDS = [
  'index',
  ...['before', 'after', 'initial', 'final', 'clock'].flatMap((name) => numbered(name, DIGEST)),
];
const NODE_FIELDS = [
  ...['level', 'index', 'goesLeft', 'goesRight'],
  ...['before', 'after', 'leftBefore', 'leftAfter', 'rightBefore', 'rightAfter'].flatMap((n) => numbered(n, DIGEST)),
];
const HASH_FIELDS = ['multiplicity', ...numbered('input', 16)];

/** Rows of a table as events: a fixed number of words each. */
class Rows {
  readonly #fields: readonly string[];
  readonly #words: Uint32Array;
  #count = 0;

  constructor(fields: readonly string[], capacity: number) {
    this.#fields = fields;
    this.#words = new Uint32Array(fields.length * capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Appends a row that starts with these numbers; returns the place behind them. */
  add(...head: readonly number[]): number {
    const at = this.#fields.length * this.#count++;
    for (let i = 0; i < head.length; i++) this.#words[at + i] = head[i]!;
    return at + head.length;
  }

  /** Copies eight words to `at` and returns the place behind them. */
  put(at: number, source: Uint32Array, from: number): number {
    for (let i = 0; i < DIGEST; i++) this.#words[at + i] = source[from + i]!;
    return at + DIGEST;
  }

  /** Adds one to the first field of a row. */
  increase(row: number): void {
    this.#words[this.#fields.length * row]!++;
  }

  events(): EventSource {
    const [fields, words, stride] = [this.#fields, this.#words, this.#fields.length];
    return {
      count: this.#count,
      packed: {
        fields,
        copy: (start, count, out, at) => out.set(words.subarray(stride * start, stride * (start + count)), at),
      },
      read: (name, start, count, out) => {
        const offset = fields.indexOf(name);
        if (offset < 0) throw new ConstraintError('FILL', `events have no field ${name}`);
        for (let i = 0; i < count; i++) out[i] = words[stride * (start + i) + offset]!;
      },
    };
  }
}

/** Permutations that rows look up, each once. Their digests tell them apart. */
class HashRows {
  readonly #rows: Rows;
  readonly #rowOf = new Map<string, number>();

  constructor(capacity: number) {
    this.#rows = new Rows(HASH_FIELDS, capacity);
  }

  add(inputs: Uint32Array, from: number, digests: Uint32Array, at: number): void {
    // Four elements have 124 bits: as good as the digest against accidents, and nobody gains by fooling himself.
    const key = `${digests[at]},${digests[at + 1]},${digests[at + 2]},${digests[at + 3]}`;
    const known = this.#rowOf.get(key);
    if (known !== undefined) {
      this.#rows.increase(known);
      return;
    }
    this.#rowOf.set(key, this.#rows.count);
    const rest = this.#rows.put(this.#rows.add(1), inputs, from);
    this.#rows.put(rest, inputs, from + DIGEST);
  }

  events(): EventSource {
    return this.#rows.events();
  }
}

export interface StateTables {
  readonly before: Digest;
  readonly after: Digest;
  readonly events: Readonly<Record<'leaf' | 'node' | 'hash', EventSource>>;
}

type Leaves = Pick<ExecutionRecord, 'leaves' | 'initial' | 'final' | 'clocks'>;

/** @param siblings - as `StateTree.update` gave them. */
export function stateTables(suite: HashSuite, record: Leaves, siblings: Uint32Array): StateTables {
  const { leaves, initial, final, clocks } = record;
  const limbs = [leafLimbs(initial), leafLimbs(final)] as const;
  let before = hashPairs(suite, limbs[0]);
  let after = hashPairs(suite, limbs[1]);
  const levels = [leaves];
  for (let level = TREE_DEPTH; level > 0; level--) levels.push(parentsOf(levels.at(-1)!));
  const nodeCount = levels.slice(1).reduce((n, nodes) => n + nodes.length, 0);
  const leafRows = new Rows(LEAF_FIELDS, leaves.length);
  const nodeRows = new Rows(NODE_FIELDS, nodeCount);
  const hashes = new HashRows(2 * (leaves.length + nodeCount));
  for (const [k, index] of leaves.entries()) {
    let at = leafRows.add(index);
    at = leafRows.put(at, before, DIGEST * k);
    at = leafRows.put(at, after, DIGEST * k);
    for (const words of [initial, final, clocks]) at = leafRows.put(at, words, LEAF_WORDS * k);
    hashes.add(limbs[0], 16 * k, before, DIGEST * k);
    hashes.add(limbs[1], 16 * k, after, DIGEST * k);
  }
  let sibling = 0;
  for (let level = TREE_DEPTH - 1; level >= 0; level--) {
    const below = levels[TREE_DEPTH - 1 - level]!;
    const nodes = levels[TREE_DEPTH - level]!;
    const children = [new Uint32Array(16 * nodes.length), new Uint32Array(16 * nodes.length)] as const;
    const goes = new Uint8Array(nodes.length);
    let n = 0;
    eachParent(below, (_, left, right) => {
      for (const [side, k] of [left, right].entries()) {
        const at = 16 * n + DIGEST * side;
        for (let i = 0; i < DIGEST; i++) {
          children[0][at + i] = k < 0 ? siblings[sibling + i]! : before[DIGEST * k + i]!;
          children[1][at + i] = k < 0 ? siblings[sibling + i]! : after[DIGEST * k + i]!;
        }
        if (k < 0) sibling += DIGEST;
        else goes[n]! |= 1 << side;
      }
      n++;
    });
    before = hashPairs(suite, children[0]);
    after = hashPairs(suite, children[1]);
    for (const [k, index] of nodes.entries()) {
      let at = nodeRows.add(level, index, goes[k]! & 1, goes[k]! >> 1);
      at = nodeRows.put(at, before, DIGEST * k);
      at = nodeRows.put(at, after, DIGEST * k);
      for (const side of [0, DIGEST]) for (const half of children) at = nodeRows.put(at, half, 16 * k + side);
      hashes.add(children[0], 16 * k, before, DIGEST * k);
      hashes.add(children[1], 16 * k, after, DIGEST * k);
    }
  }
  return {
    before: Array.from(before),
    after: Array.from(after),
    events: {
      leaf: leafRows.events(),
      node: nodeRows.events(),
      hash: hashes.events(),
    },
  };
}
