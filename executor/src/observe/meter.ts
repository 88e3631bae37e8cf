/**
 * @module The meter of the fast pass: how many rows every table of the shard has so far, and which leaves of the state
 * tree it touched, with what they held. It stops the run *before* an instruction that could outgrow the reserved rows.
 */

import { WordList } from '@weft/primitives/words';
import { LEAF_WORDS, MAX_GAP, REGISTER_LEAF, SLOT, TREE_DEPTH } from '../program/layout.ts';
import { PAGE_SHIFT, PAGE_WORDS, type PagedMemory, PageTable, releasePages, takePage } from '../program/memory.ts';

/** Clock of a word that the shard has not touched: any access to it takes the slow path. */
const UNTOUCHED = -(2 ** 30);
/** Added to the clock of a word that the shard has stored to: clocks are multiples of four. */
const STORED = 1;
const LEAF_SHIFT = 5;
/** Levels of the state tree below the root of a page, and its leaves. */
const PAGE_DEPTH = PAGE_SHIFT - 5;
const PAGE_LEAVES = 2 ** PAGE_DEPTH;
const PAGE_LEVEL = TREE_DEPTH - PAGE_DEPTH;
/** Leaves that hold the registers and system cells; every shard touches all of them. */
export const REGISTER_LEAVES = 7;
export const REGISTER_LEAF_INDICES: Uint32Array = Uint32Array.from(
  { length: REGISTER_LEAVES },
  (_, i) => REGISTER_LEAF + i,
);
/** Most bumps of register cells within one gap: all cells, rounded up, and as many again at the end. */
const REGISTER_BUMPS_PER_GAP = 8 * REGISTER_LEAVES;

/** Rows of the state's tables; upper bounds where only the worker knows. */
export interface StateRows {
  readonly leaf: number;
  readonly node: number;
  /** Permutations: one for every touched leaf and node that is not zero before the shard, one for every changed one. */
  readonly hash: number;
  readonly bump: number;
}

/** What one access can add at most: a leaf and its path, hashed as they were and as they will be. */
export const ACCESS_ROWS: StateRows = { leaf: 1, node: TREE_DEPTH, hash: 2 * (TREE_DEPTH + 1), bump: 1 };

/** Permutations of zero subtrees, one a level, which all that are zero share. */
const ZERO_ROWS = TREE_DEPTH + 1;

/** What is known of a leaf or node. The last lasts from shard to shard. */
const TOUCHED = 1;
const CHANGED = 2;
const NONZERO = 4;

/** Bound on the bumps of register cells up to `clock`. */
const registerBumps = (clock: number): number => REGISTER_BUMPS_PER_GAP * (2 + Math.floor(clock / MAX_GAP));

const noMarks = (): Uint8Array => new Uint8Array(2 * PAGE_LEAVES);
const untouchedPage = (): Int32Array => takePage(UNTOUCHED);

export class Meter {
  /** What the shard was given by hints. */
  hints: WordList = new WordList();
  #room: StateRows = { leaf: 0, node: 0, hash: 0, bump: 0 };
  /** Bumps of memory words that fit, those of registers up to the next call of {@link limit} set aside. */
  #bumpRoom = 0;
  #leaves = 0;
  #nodes = 0;
  #hashes = 0;
  #bumps = 0;
  readonly #memory: PagedMemory;
  /** By page: when the shard last accessed each word, with {@link STORED}; for blocks of hot code. */
  readonly clocks: readonly (Int32Array | undefined)[];
  readonly #clocks = new PageTable<Int32Array>();
  /** Marks below page roots, numbered as in a heap, and from there up. */
  readonly #marks = new PageTable<Uint8Array>();
  readonly #top = new Uint8Array(2 ** (PAGE_LEVEL + 1));
  /** Leaf index and eight words of every touched memory leaf. */
  #touched = new WordList();

  constructor(memory: PagedMemory) {
    this.#memory = memory;
    this.clocks = this.#clocks.entries;
    for (const page of memory.usedPages) {
      const words = memory.pages[page]!;
      for (let i = 0; i < words.length; i++)
        if (words[i] !== 0) this.#climb(page * PAGE_LEAVES + Math.floor(i / LEAF_WORDS), NONZERO);
    }
    for (const leaf of REGISTER_LEAF_INDICES) this.#climb(leaf, NONZERO);
  }

  /** Rows so far; bumps of registers are bounded up to `clock`. */
  rows(clock: number): StateRows {
    const bump = this.#bumps + registerBumps(clock);
    return { leaf: this.#leaves, node: this.#nodes, hash: this.#hashes, bump };
  }

  /** Sets the rows that the state's tables may have, for accesses up to `clock`. */
  limit(room: StateRows, clock: number): void {
    this.#room = room;
    this.#bumpRoom = room.bump - registerBumps(clock);
  }

  /** Forgets the shard that is over. */
  begin(): void {
    const { words } = this.#touched;
    for (let at = 0; at < words.length; at += 1 + LEAF_WORDS) {
      const leaf = words[at]!;
      const first = (leaf % PAGE_LEAVES) * LEAF_WORDS;
      this.clocks[leaf >>> PAGE_DEPTH]!.fill(UNTOUCHED, first, first + LEAF_WORDS);
      this.#settle(leaf);
    }
    for (const leaf of REGISTER_LEAF_INDICES) this.#settle(leaf);
    this.#touched.length = 0;
    this.hints = new WordList();
    this.#leaves = 0;
    this.#nodes = 0;
    this.#hashes = ZERO_ROWS;
    this.#bumps = 0;
    for (const leaf of REGISTER_LEAF_INDICES) {
      this.#climb(leaf, TOUCHED);
      this.#climb(leaf, CHANGED);
    }
  }

  /**
   * Notes a load in the cycle at `clock`.
   * @returns false when it could outgrow the room; the shard's last instruction is the one before then.
   */
  touch(address: number, clock: number): boolean {
    const clocks = this.clocks[address >>> PAGE_SHIFT] ?? this.#clockPage(address);
    const at = (address & (4 * PAGE_WORDS - 1)) >>> 2;
    const previous = clocks[at]!;
    if (((clock - previous) | 0) > MAX_GAP && !this.#touchIdle(address, clock, previous === UNTOUCHED)) return false;
    clocks[at] = clock | (previous & STORED);
    return true;
  }

  /**
   * Notes a store in the cycle at `clock`.
   * @returns false when it could outgrow the room; the shard's last instruction is the one before then.
   */
  touchStore(address: number, clock: number): boolean {
    const clocks = this.clocks[address >>> PAGE_SHIFT] ?? this.#clockPage(address);
    const at = (address & (4 * PAGE_WORDS - 1)) >>> 2;
    const previous = clocks[at]!;
    if (((clock - previous) | 0) > MAX_GAP && !this.#touchIdle(address, clock, previous === UNTOUCHED)) return false;
    if ((previous & STORED) === 0) {
      // Where this has no room any more, the load part stays noted: the leaf is in the shard then, and nothing else.
      clocks[at] = clock;
      if (this.#hashes + ACCESS_ROWS.hash > this.#room.hash) return false;
      this.#climb(address >>> LEAF_SHIFT, CHANGED);
    }
    clocks[at] = clock | STORED;
    return true;
  }

  /**
   * Like {@link touch} or {@link touchStore}, in any slot: one after that of loads and stores comes too late where they come just in time.
   */
  touchIn(slot: number, address: number, clock: number, isStore: boolean): boolean {
    const clocks = this.clocks[address >>> PAGE_SHIFT] ?? this.#clockPage(address);
    const at = (address & (4 * PAGE_WORDS - 1)) >>> 2;
    const previous = clocks[at]!;
    if (slot > SLOT.memory && clock - (previous & ~STORED) === MAX_GAP) {
      if (this.#bumps >= this.#bumpRoom) return false;
      this.#bumps++;
      clocks[at] = clock | (previous & STORED);
    }
    return isStore ? this.touchStore(address, clock) : this.touch(address, clock);
  }

  /** The access is the word's first, or one after a long time. */
  #touchIdle(address: number, clock: number, first: boolean): boolean {
    if (!first || clock + SLOT.memory > MAX_GAP) {
      if (this.#bumps >= this.#bumpRoom) return false;
      this.#bumps++;
    }
    if (!first) return true;
    const leaf = address >>> LEAF_SHIFT;
    if ((this.#marks.entries[leaf >>> PAGE_DEPTH]![PAGE_LEAVES + (leaf & (PAGE_LEAVES - 1))]! & TOUCHED) !== 0)
      return true;
    const room = this.#room;
    if (this.#leaves >= room.leaf || this.#nodes + ACCESS_ROWS.node > room.node) return false;
    if (this.#hashes + ACCESS_ROWS.hash > room.hash) return false;
    this.#climb(leaf, TOUCHED);
    this.#touched.push(leaf);
    const page = this.#memory.pages[address >>> PAGE_SHIFT];
    const from = (leaf & (PAGE_LEAVES - 1)) * LEAF_WORDS;
    for (let i = 0; i < LEAF_WORDS; i++) this.#touched.push(page === undefined ? 0 : page[from + i]!);
    return true;
  }

  #clockPage(address: number): Int32Array {
    const page = address >>> PAGE_SHIFT;
    this.#marks.take(page, noMarks);
    return this.#clocks.take(page, untouchedPage);
  }

  /** Marks a leaf, and every node above it up to one that has the mark, and counts what that adds. */
  #climb(leaf: number, mark: number): void {
    const page = leaf >>> PAGE_DEPTH;
    const marks = this.#marks.take(page, noMarks);
    const bottom = PAGE_LEAVES + (leaf % PAGE_LEAVES);
    // Heap number 1 is the page's root, which the upper array holds.
    for (let i = bottom; i > 1; i >>>= 1) if (!this.#mark(marks, i, mark, i === bottom)) return;
    for (let i = 2 ** PAGE_LEVEL + page; i >= 1; i >>>= 1) if (!this.#mark(this.#top, i, mark, false)) return;
  }

  /** @returns whether the mark is new. */
  #mark(marks: Uint8Array, i: number, mark: number, isLeaf: boolean): boolean {
    const before = marks[i]!;
    if ((before & mark) !== 0) return false;
    marks[i] = before | mark;
    if (mark === TOUCHED) {
      if (isLeaf) this.#leaves++;
      else this.#nodes++;
      if ((before & NONZERO) !== 0) this.#hashes++;
    } else if (mark === CHANGED) this.#hashes++;
    return true;
  }

  /** Takes back a leaf's marks of the shard, and those above it; what was changed need not be zero any more. */
  #settle(leaf: number): void {
    const page = leaf >>> PAGE_DEPTH;
    const settle = (marks: Uint8Array, i: number): boolean => {
      const mark = marks[i]!;
      marks[i] = (mark & CHANGED) !== 0 ? NONZERO : mark & NONZERO;
      return (mark & (TOUCHED | CHANGED)) !== 0;
    };
    for (let i = PAGE_LEAVES + (leaf % PAGE_LEAVES); i > 1; i >>>= 1)
      if (!settle(this.#marks.entries[page]!, i)) return;
    for (let i = 2 ** PAGE_LEVEL + page; i >= 1; i >>>= 1) if (!settle(this.#top, i)) return;
  }

  /** Ends the use of this meter: its pages may serve another. */
  release(): void {
    releasePages(this.#clocks);
    this.#marks.release();
  }

  /** Indices of the touched memory leaves, rising, and the words that each had before. */
  touchedLeaves(): { indices: Uint32Array; words: Uint32Array } {
    const { words: noted } = this.#touched;
    const count = noted.length / (1 + LEAF_WORDS);
    // Index and place in one number: typed arrays sort numbers natively.
    const order = Float64Array.from({ length: count }, (_, i) => noted[i * (1 + LEAF_WORDS)]! * 2 ** 26 + i).sort();
    const indices = new Uint32Array(count);
    const words = new Uint32Array(count * LEAF_WORDS);
    for (let k = 0; k < count; k++) {
      indices[k] = Math.floor(order[k]! / 2 ** 26);
      const from = (order[k]! % 2 ** 26) * (1 + LEAF_WORDS) + 1;
      for (let i = 0; i < LEAF_WORDS; i++) words[k * LEAF_WORDS + i] = noted[from + i]!;
    }
    return { indices, words };
  }
}
