/**
 * @module Finding what a recording has met before.
 */
import { CIRCUIT_OP, type CircuitOperation } from './program.ts';

/**
 * Recorded operations by code and operands: a hash table of where they start. Two are one operation when all their words
 * but the result are equal; the hash decides only where to look.
 */
export class OperationTable {
  /** Starts, plus 1; 0 for a free slot. */
  #slots = new Uint32Array(1024);
  #hashes = new Uint32Array(1024);
  #size = 0;
  /** Of the last search. */
  #hash = 0;
  #slot = 0;

  /**
   * The start of an operation with these operands, if there is one.
   * @param words - of all operations: code, result, operands.
   */
  find(words: Uint32Array, op: CircuitOperation, operands: readonly number[]): number | undefined {
    const code: number = CIRCUIT_OP[op];
    let hash = code;
    for (const x of operands) hash = Math.imul((hash ^ x) + 0x9e3779b9, 0x85ebca6b) ^ (hash >>> 15);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const start = this.#slots[slot]! - 1;
      if (start < 0) {
        [this.#hash, this.#slot] = [hash, slot];
        return undefined;
      }
      if (this.#hashes[slot] === hash && words[start] === code) {
        let i = 0;
        // Operations of one code whose first operands are equal have as many.
        while (i < operands.length && words[start + 2 + i] === operands[i]) i++;
        if (i === operands.length) return start;
      }
    }
  }

  /** Keeps the operation at `start`: the one that was last searched for, and not found. */
  keep(start: number): void {
    this.#slots[this.#slot] = start + 1;
    this.#hashes[this.#slot] = this.#hash;
    if (2 * ++this.#size > this.#slots.length) this.#grow();
  }

  #grow(): void {
    const [slots, hashes] = [this.#slots, this.#hashes];
    this.#slots = new Uint32Array(2 * slots.length);
    this.#hashes = new Uint32Array(2 * slots.length);
    const mask = this.#slots.length - 1;
    for (const [i, start] of slots.entries()) {
      if (start === 0) continue;
      let slot = hashes[i]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = start;
      this.#hashes[slot] = hashes[i]!;
    }
  }
}

/** Indices of strings, each once. */
export class Names<T extends string> {
  readonly list: T[] = [];

  index(name: T): number {
    const known = this.list.indexOf(name);
    return known >= 0 ? known : this.list.push(name) - 1;
  }
}
