/**
 * @module The meter of the fast pass: how many rows every table of the shard has so far, and which leaves of the state
 * tree it touched, with what they held. It stops the run *before* an instruction that could outgrow the reserved rows.
 */

import { LEAF_WORDS, MAX_GAP, REGISTER_LEAF, SLOT, TREE_DEPTH } from './layout.ts';
import { PAGE_SHIFT, PAGE_WORDS, type PagedMemory } from './memory.ts';

/** Clock of a word that the shard has not touched: any access to it takes the slow path. */
const UNTOUCHED = -(2 ** 30);
/** Levels of the state tree below the root of a page, and its leaves. */
const PAGE_DEPTH = 11;
const PAGE_LEAVES = 2 ** PAGE_DEPTH;
const PAGE_LEVEL = TREE_DEPTH - PAGE_DEPTH;
/** Leaves that hold the registers and system cells; every shard touches all of them. */
export const REGISTER_LEAVES = 7;
/** Most bumps of register cells within one gap: all cells, rounded up, and as many again at the end. */
const REGISTER_BUMPS_PER_GAP = 8 * REGISTER_LEAVES;

/** Words appended one after another. */
export class WordList {
  #words: Uint32Array = new Uint32Array(1024);
  length = 0;

  push(word: number): void {
    if (this.length === this.#words.length) this.#grow();
    this.#words[this.length++] = word;
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#words.length);
    larger.set(this.#words);
    this.#words = larger;
  }

  get words(): Uint32Array {
    return this.#words.subarray(0, this.length);
  }
}

/** Rows of the tables that no event class stands for, upper bounds where only the worker knows. */
export interface StateRows {
  readonly leaf: number;
  readonly node: number;
  readonly bump: number;
}

export class Meter {
  /** What the shard was given by hints. */
  hints: WordList = new WordList();
  /** Rows that the state's tables may have. */
  room: StateRows = { leaf: 0, node: 0, bump: 0 };
  #leaves = 0;
  #nodes = 0;
  #bumps = 0;
  readonly #memory: PagedMemory;
  readonly #clocks: (Int32Array | undefined)[];
  /** Touched nodes below page roots, numbered as in a heap, and above them. */
  readonly #marks: (Uint8Array | undefined)[];
  readonly #top = new Uint8Array(2 ** (PAGE_LEVEL + 1));
  readonly #pages: number[] = [];
  /** Leaf index and eight words of every touched memory leaf. */
  #touched = new WordList();

  constructor(memory: PagedMemory) {
    this.#memory = memory;
    this.#clocks = new Array(memory.pages.length).fill(undefined);
    this.#marks = new Array(memory.pages.length).fill(undefined);
  }

  /** Rows so far; bumps of registers are bounded up to `clock`. */
  rows(clock: number): StateRows {
    return { leaf: this.#leaves, node: this.#nodes, bump: this.#bumpRows(clock) };
  }

  #bumpRows(clock: number): number {
    return this.#bumps + REGISTER_BUMPS_PER_GAP * (2 + Math.floor(clock / MAX_GAP));
  }

  /** Forgets the shard that is over. */
  begin(): void {
    const { words } = this.#touched;
    for (let at = 0; at < words.length; at += 1 + LEAF_WORDS) {
      const leaf = words[at]!;
      const first = (leaf % PAGE_LEAVES) * LEAF_WORDS;
      this.#clocks[leaf >>> PAGE_DEPTH]!.fill(UNTOUCHED, first, first + LEAF_WORDS);
    }
    for (const page of this.#pages.splice(0)) this.#marks[page]!.fill(0);
    this.#top.fill(0);
    this.#touched.length = 0;
    this.hints = new WordList();
    this.#leaves = 0;
    this.#nodes = 0;
    this.#bumps = 0;
    for (let i = 0; i < REGISTER_LEAVES; i++) this.#markLeaf(REGISTER_LEAF + i);
  }

  /**
   * Notes an access to memory in the cycle at `clock`.
   * @returns false when it could outgrow {@link room}; nothing is noted then.
   */
  touch(address: number, clock: number): boolean {
    const clocks = this.#clocks[address >>> PAGE_SHIFT] ?? this.#clockPage(address);
    const at = (address & (4 * PAGE_WORDS - 1)) >>> 2;
    if (((clock - clocks[at]!) | 0) > MAX_GAP && !this.#touchIdle(address, clock, clocks[at]! === UNTOUCHED))
      return false;
    clocks[at] = clock;
    return true;
  }

  /** The access is the word's first, or one after a long time. */
  #touchIdle(address: number, clock: number, first: boolean): boolean {
    const bumps = first && clock + SLOT.memory <= MAX_GAP ? 0 : 1;
    if (bumps > 0 && this.#bumpRows(clock) >= this.room.bump) return false;
    if (first) {
      const leaf = address >>> 5;
      const marks = this.#marks[leaf >>> PAGE_DEPTH]!;
      if (marks[PAGE_LEAVES + (leaf % PAGE_LEAVES)] === 0) {
        if (this.#leaves >= this.room.leaf || this.#nodes + TREE_DEPTH > this.room.node) return false;
        this.#markLeaf(leaf);
        this.#touched.push(leaf);
        const page = this.#memory.pages[address >>> PAGE_SHIFT];
        const from = (leaf % PAGE_LEAVES) * LEAF_WORDS;
        for (let i = 0; i < LEAF_WORDS; i++) this.#touched.push(page?.[from + i] ?? 0);
      }
    }
    this.#bumps += bumps;
    return true;
  }

  #clockPage(address: number): Int32Array {
    const page = address >>> PAGE_SHIFT;
    this.#marks[page] ??= new Uint8Array(2 * PAGE_LEAVES);
    const clocks = new Int32Array(PAGE_WORDS).fill(UNTOUCHED);
    this.#clocks[page] = clocks;
    return clocks;
  }

  /** Marks a leaf and the nodes above it that were not. */
  #markLeaf(leaf: number): void {
    const page = leaf >>> PAGE_DEPTH;
    this.#marks[page] ??= new Uint8Array(2 * PAGE_LEAVES);
    const marks = this.#marks[page];
    marks[PAGE_LEAVES + (leaf % PAGE_LEAVES)] = 1;
    this.#leaves++;
    // Heap number 1 is the page's root, which the top tree holds.
    for (let i = (PAGE_LEAVES + (leaf % PAGE_LEAVES)) >>> 1; i > 1; i >>>= 1) {
      if (marks[i] === 1) return;
      marks[i] = 1;
      this.#nodes++;
    }
    if (this.#top[2 ** PAGE_LEVEL + page] === 0) this.#pages.push(page);
    for (let i = 2 ** PAGE_LEVEL + page; i >= 1; i >>>= 1) {
      if (this.#top[i] === 1) return;
      this.#top[i] = 1;
      this.#nodes++;
    }
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
