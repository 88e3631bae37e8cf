/**
 * @module The state tree: 2^26 leaves of eight words, most of them zero. The coordinator keeps it whole and says, for every
 * shard, which digests beside the touched leaves' paths the shard needs to know; from those a worker derives the rest.
 * A leaf's digest is that of its sixteen limbs, hashed as the children of a node are (ADR 6).
 *
 * Digests lie in arrays of heap order (children of i at 2i and 2i + 1): one for the upper levels, one per page of 2^11
 * leaves that differs from zero.
 */
import { LEAF_WORDS, TREE_DEPTH } from '@weft/executor/program/layout';
import { type Digest, hashNode, hashPairs } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { WordList } from '@weft/primitives/words';

const DIGEST = 8;
const PAGE_DEPTH = 11;
/** Level of the pages' roots. */
const PAGE_LEVEL = TREE_DEPTH - PAGE_DEPTH;

/** Sixteen 16-bit limbs of each leaf, low limb first. */
export function leafLimbs(words: Uint32Array): Uint32Array {
  const limbs = new Uint32Array(2 * words.length);
  for (let i = 0; i < words.length; i++) {
    limbs[2 * i] = words[i]! & 0xffff;
    limbs[2 * i + 1] = words[i]! >>> 16;
  }
  return limbs;
}

/**
 * Walks the nodes of one level, given by rising index, in pairs.
 * @param visit - gets the parent, and the places of its children among the nodes, -1 for one that is not.
 */
export function eachParent(nodes: Uint32Array, visit: (parent: number, left: number, right: number) => void): void {
  for (let k = 0; k < nodes.length; ) {
    const node = nodes[k]!;
    const parent = node >>> 1;
    if ((node & 1) === 1) {
      visit(parent, -1, k);
      k += 1;
    } else if (nodes[k + 1] === node + 1) {
      visit(parent, k, k + 1);
      k += 2;
    } else {
      visit(parent, k, -1);
      k += 1;
    }
  }
}

/** The parents of nodes of one level, each once. */
export function parentsOf(nodes: Uint32Array): Uint32Array {
  const parents = new Uint32Array(nodes.length);
  let count = 0;
  eachParent(nodes, (parent) => {
    parents[count++] = parent;
  });
  return parents.subarray(0, count);
}

/** What a shard changes in the tree. */
export interface StateStep {
  readonly before: Digest;
  readonly after: Digest;
  /** Digests of the nodes beside the touched paths: level by level from the leaves, by rising index, eight words each. */
  readonly siblings: Uint32Array;
}

export class StateTree {
  readonly #suite: HashSuite;
  /** `#zero[level]`: digest of an all-zero subtree whose root is on that level; leaves are on level 26. */
  readonly #zero: Digest[];
  readonly #top: Uint32Array = new Uint32Array(DIGEST * 2 ** (PAGE_LEVEL + 1));
  readonly #pages = new Map<number, Uint32Array>();
  /** A page of zeros, which pages begin as. */
  readonly #zeroPage: Uint32Array;

  /** @param origin - a hash suite for the tree of zeros, or a tree to start from. */
  constructor(origin: HashSuite | StateTree) {
    if (origin instanceof StateTree) {
      this.#suite = origin.#suite;
      this.#zero = origin.#zero;
      this.#zeroPage = origin.#zeroPage;
      this.#top.set(origin.#top);
      for (const [page, digests] of origin.#pages) this.#pages.set(page, digests.slice());
      return;
    }
    this.#suite = origin;
    this.#zero = new Array<Digest>(TREE_DEPTH + 1);
    const zeros = new Array<number>(LEAF_WORDS).fill(0);
    this.#zero[TREE_DEPTH] = hashNode(origin, zeros, zeros);
    for (let level = TREE_DEPTH - 1; level >= 0; level--)
      this.#zero[level] = hashNode(origin, this.#zero[level + 1]!, this.#zero[level + 1]!);
    for (let level = 0; level <= PAGE_LEVEL; level++) this.#fillZero(this.#top, level, level);
    this.#zeroPage = new Uint32Array(DIGEST * 2 ** (PAGE_DEPTH + 1));
    for (let depth = 1; depth <= PAGE_DEPTH; depth++) this.#fillZero(this.#zeroPage, depth, PAGE_LEVEL + depth);
  }

  /** @param leaves - the leaves that are not zero, by index; eight words each. */
  static ofLeaves(suite: HashSuite, leaves: ReadonlyMap<number, Uint32Array>): StateTree {
    const tree = new StateTree(suite);
    const indices = Uint32Array.from(leaves.keys()).sort();
    const words = new Uint32Array(LEAF_WORDS * indices.length);
    for (const [i, index] of indices.entries()) words.set(leaves.get(index)!, LEAF_WORDS * i);
    tree.update(indices, words);
    return tree;
  }

  /** A tree that starts as this one is and changes by itself. */
  fork(): StateTree {
    return new StateTree(this);
  }

  /** All nodes of one level of a heap-ordered array become zero subtrees of a level of the tree. */
  #fillZero(array: Uint32Array, heapLevel: number, level: number): void {
    const [from, to] = [DIGEST * 2 ** heapLevel, DIGEST * 2 ** (heapLevel + 1)];
    array.set(this.#zero[level]!, from);
    for (let done = DIGEST; done < to - from; done *= 2) array.copyWithin(from + done, from, from + done);
  }

  get root(): Digest {
    return Array.from(this.#top.subarray(DIGEST, 2 * DIGEST));
  }

  #page(page: number): Uint32Array {
    let array = this.#pages.get(page);
    if (array === undefined) {
      array = this.#zeroPage.slice();
      this.#pages.set(page, array);
    }
    return array;
  }

  /**
   * Gives leaves new words.
   * @param leaves - their indices, rising.
   * @param words - eight per leaf.
   */
  update(leaves: Uint32Array, words: Uint32Array): StateStep {
    const before = this.root;
    const siblings = new WordList();
    let nodes = leaves;
    let digests = hashPairs(this.#suite, leafLimbs(words));
    for (let level = TREE_DEPTH; level > 0; level--) {
      const { parents, children } = this.#enter(level, nodes, digests, siblings);
      digests = hashPairs(this.#suite, children);
      nodes = parents;
    }
    this.#top.set(digests, DIGEST);
    return { before, after: this.root, siblings: siblings.words };
  }

  /**
   * Stores digests of nodes of a level below the root, and gathers what their parents' digests are of.
   * @param siblings - gets the digests beside them.
   * @returns the parents, each once, and the digests of both children of each.
   */
  #enter(
    level: number,
    nodes: Uint32Array,
    digests: Uint32Array,
    siblings: WordList,
  ): { parents: Uint32Array; children: Uint32Array } {
    const parents = new Uint32Array(nodes.length);
    const children = new Uint32Array(2 * DIGEST * nodes.length);
    const others = new Uint32Array(DIGEST * nodes.length);
    const depth = level <= PAGE_LEVEL ? level : level - PAGE_LEVEL;
    const size = 1 << depth;
    // Neighbours mostly lie in one page, which is found once.
    let page = -1;
    let array = this.#top;
    let [count, alone] = [0, 0];
    for (let k = 0; k < nodes.length; count++) {
      const node = nodes[k]!;
      if (level > PAGE_LEVEL && node >>> depth !== page) {
        page = node >>> depth;
        array = this.#page(page);
      }
      const isPair = (node & 1) === 0 && nodes[k + 1] === node + 1;
      const own = DIGEST * (size + (node & (size - 1)));
      const words = isPair ? 2 * DIGEST : DIGEST;
      for (let i = 0; i < words; i++) array[own + i] = digests[DIGEST * k + i]!;
      // Children lie side by side.
      const first = DIGEST * (size + (node & (size - 2)));
      for (let i = 0; i < 2 * DIGEST; i++) children[2 * DIGEST * count + i] = array[first + i]!;
      if (!isPair) {
        const beside = 2 * first + DIGEST - own;
        for (let i = 0; i < DIGEST; i++) others[DIGEST * alone + i] = array[beside + i]!;
        alone++;
      }
      parents[count] = node >>> 1;
      k += isPair ? 2 : 1;
    }
    siblings.append(others.subarray(0, DIGEST * alone));
    return { parents: parents.subarray(0, count), children: children.subarray(0, 2 * DIGEST * count) };
  }
}
