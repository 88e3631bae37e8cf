/**
 * @module The state tree: 2^26 leaves of eight words, most of them zero. Only nodes that differ from the zero subtree of
 * their level are stored.
 */
import { LEAF_WORDS, TREE_DEPTH } from '@weft/executor/layout';
import type { TouchedLeaf } from '@weft/executor/record';
import { type Digest, hashLeaf, hashNode } from '@weft/primitives/hash/modes';
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
    for (const [index, words] of leaves) this.#levels[TREE_DEPTH]!.set(index, hashLeaf(suite, leafLimbs(words)));
    for (let level = TREE_DEPTH - 1; level >= 0; level--) {
      for (const child of this.#levels[level + 1]!.keys()) {
        const index = child >> 1;
        if (!this.#levels[level]!.has(index)) this.#levels[level]!.set(index, this.#parent(level, index, this.#levels));
      }
    }
  }

  get root(): Digest {
    return this.#digest(0, 0, this.#levels);
  }

  #digest(level: number, index: number, levels: readonly Map<number, Digest>[]): Digest {
    return levels[level]!.get(index) ?? this.#zero[level]!;
  }

  #parent(level: number, index: number, levels: readonly Map<number, Digest>[]): Digest {
    const [left, right] = [this.#digest(level + 1, 2 * index, levels), this.#digest(level + 1, 2 * index + 1, levels)];
    return hashNode(this.#suite, left, right);
  }

  /** What changes when the touched leaves take their final values. The tree itself stays as it is. */
  update(touched: readonly TouchedLeaf[]): TreeUpdate {
    const after = Array.from({ length: TREE_DEPTH + 1 }, () => new Map<number, Digest>());
    const leaves = touched.map((leaf) => {
      const digest = hashLeaf(this.#suite, leafLimbs(leaf.final));
      after[TREE_DEPTH]!.set(leaf.index, digest);
      return { leaf, before: this.#digest(TREE_DEPTH, leaf.index, this.#levels), after: digest };
    });
    const nodes: NodeUpdate[] = [];
    for (let level = TREE_DEPTH - 1; level >= 0; level--) {
      const below = after[level + 1]!;
      for (const index of new Set([...below.keys()].map((child) => child >> 1))) {
        const child = (side: number): { before: Digest; after: Digest } => {
          const before = this.#digest(level + 1, 2 * index + side, this.#levels);
          return { before, after: below.get(2 * index + side) ?? before };
        };
        const [left, right] = [child(0), child(1)];
        const digest = hashNode(this.#suite, left.after, right.after);
        after[level]!.set(index, digest);
        const before = this.#digest(level, index, this.#levels);
        nodes.push({
          level,
          index,
          before,
          after: digest,
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
