/**
 * @module A growing list of 32-bit words.
 */

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
