/**
 * @module The state tree: 2^26 leaves of eight words, most of them zero. Only nodes that differ from the zero subtree of
 * their level are stored.
 */
import { LEAF_WORDS, TREE_DEPTH } from '@weft/executor/layout';
import type { TouchedLeaf } from '@weft/executor/record';
import { type Digest, hashLeaf, hashLeaves, hashNode, hashNodes } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';

/** Sixteen 16-bit limbs, low limb first. */
export function leafLimbs(words: ArrayLike<number>): number[] {
  return Array.from({ length: 2 * LEAF_WORDS }, (_, i) =>
    i % 2 === 0 ? words[i >> 1]! & 0xffff : words[i >> 1]! >>> 16,
  );
}

/** An inner node on the way to touched leaves. */
export interface NodeUpdate {
  readonly level: number;
  readonly index: number;
  readonly before: Digest;
  readonly after: Digest;
  readonly left: { readonly before: Digest; readonly after: Digest };
  readonly right: { readonly before: Digest; readonly after: Digest };
  readonly goesLeft: boolean;
  readonly goesRight: boolean;
}

export interface LeafUpdate {
  readonly leaf: TouchedLeaf;
  readonly before: Digest;
  readonly after: Digest;
}

export interface TreeUpdate {
  readonly before: Digest;
  readonly after: Digest;
  readonly leaves: readonly LeafUpdate[];
  readonly nodes: readonly NodeUpdate[];
}

export class StateTree {
  readonly #suite: HashSuite;
  /** `#zero[level]`: digest of an all-zero subtree whose root is on that level; leaves are on level 26. */
  readonly #zero: Digest[];
  readonly #levels: Map<number, Digest>[];

  constructor(suite: HashSuite, leaves: ReadonlyMap<number, Uint32Array>) {
    this.#suite = suite;
    this.#zero = new Array<Digest>(TREE_DEPTH + 1);
    this.#zero[TREE_DEPTH] = hashLeaf(suite, leafLimbs(new Uint32Array(LEAF_WORDS)));
    for (let level = TREE_DEPTH - 1; level >= 0; level--) {
      this.#zero[level] = hashNode(suite, this.#zero[level + 1]!, this.#zero[level + 1]!);
    }
    this.#levels = Array.from({ length: TREE_DEPTH + 1 }, () => new Map<number, Digest>());
    const digests = hashLeaves(suite, [...leaves.values()].map(leafLimbs));
    for (const [i, index] of [...leaves.keys()].entries()) this.#levels[TREE_DEPTH]!.set(index, digests[i]!);
    for (let level = TREE_DEPTH - 1; level >= 0; level--) {
      const parents = parentsOf(this.#levels[level + 1]!);
      const children = parents.map((index) => this.#children(level, index, this.#levels));
      for (const [i, digest] of hashNodes(suite, children).entries()) this.#levels[level]!.set(parents[i]!, digest);
    }
  }

  get root(): Digest {
    return this.#digest(0, 0, this.#levels);
  }

  #digest(level: number, index: number, levels: readonly Map<number, Digest>[]): Digest {
    return levels[level]!.get(index) ?? this.#zero[level]!;
  }

  #children(level: number, index: number, levels: readonly Map<number, Digest>[]): [Digest, Digest] {
    return [this.#digest(level + 1, 2 * index, levels), this.#digest(level + 1, 2 * index + 1, levels)];
  }

  /** What changes when the touched leaves take their final values. The tree itself stays as it is. */
  update(touched: readonly TouchedLeaf[]): TreeUpdate {
    const after = Array.from({ length: TREE_DEPTH + 1 }, () => new Map<number, Digest>());
    const digests = hashLeaves(
      this.#suite,
      touched.map((leaf) => leafLimbs(leaf.final)),
    );
    const leaves = touched.map((leaf, i) => {
      after[TREE_DEPTH]!.set(leaf.index, digests[i]!);
      return { leaf, before: this.#digest(TREE_DEPTH, leaf.index, this.#levels), after: digests[i]! };
    });
    const nodes: NodeUpdate[] = [];
    for (let level = TREE_DEPTH - 1; level >= 0; level--) {
      const below = after[level + 1]!;
      const updates = parentsOf(below).map((index) => {
        const child = (side: number): { before: Digest; after: Digest } => {
          const before = this.#digest(level + 1, 2 * index + side, this.#levels);
          return { before, after: below.get(2 * index + side) ?? before };
        };
        return { index, left: child(0), right: child(1) };
      });
      const parents = hashNodes(
        this.#suite,
        updates.map(({ left, right }) => [left.after, right.after] as const),
      );
      for (const [i, { index, left, right }] of updates.entries()) {
        after[level]!.set(index, parents[i]!);
        nodes.push({
          level,
          index,
          before: this.#digest(level, index, this.#levels),
          after: parents[i]!,
          left,
          right,
          goesLeft: below.has(2 * index),
          goesRight: below.has(2 * index + 1),
        });
      }
    }
    return { before: this.root, after: after[0]!.get(0) ?? this.root, leaves, nodes };
  }
}

/** The parents of some nodes, each once. */
function parentsOf(level: ReadonlyMap<number, Digest>): number[] {
  return [...new Set([...level.keys()].map((child) => child >> 1))];
}
