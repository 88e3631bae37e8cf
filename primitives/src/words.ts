/**
 * @module A growing list of 32-bit words.
 */

/** Words appended one after another. */
export class WordList {
  #words: Uint32Array = new Uint32Array(1024);
  length = 0;

  push(word: number): void {
    if (this.length === this.#words.length) this.#grow(2 * this.length);
    this.#words[this.length++] = word;
  }

  /** Appends all of a list. */
  append(words: ArrayLike<number>): void {
    const length = this.length + words.length;
    if (length > this.#words.length) this.#grow(2 * length);
    this.#words.set(words, this.length);
    this.length = length;
  }

  #grow(room: number): void {
    const larger = new Uint32Array(room);
    larger.set(this.#words);
    this.#words = larger;
  }

  get words(): Uint32Array {
    return this.#words.subarray(0, this.length);
  }
}
