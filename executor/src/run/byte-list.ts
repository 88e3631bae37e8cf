/**
 * @module A growing list of bytes, kept as the pieces that it was given: nothing is copied until it is read as a whole.
 */
/** Small pieces are gathered in chunks of this many bytes, so that a list of single bytes is no list of arrays. */
const CHUNK_BYTES = 1 << 16;

export class ByteList {
  readonly #full: Uint8Array[] = [];
  #chunk: Uint8Array = new Uint8Array(0);
  #used = 0;
  length = 0;

  /** Appends `bytes`, which the list may keep. */
  push(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.#used + bytes.length > this.#chunk.length) {
      if (this.#used > 0) this.#full.push(this.#chunk.subarray(0, this.#used));
      if (bytes.length >= CHUNK_BYTES / 2) {
        this.#full.push(bytes);
        this.#chunk = new Uint8Array(0);
        this.#used = 0;
        return;
      }
      this.#chunk = new Uint8Array(CHUNK_BYTES);
      this.#used = 0;
    }
    this.#chunk.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** All bytes, in one new array. */
  bytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of [...this.#full, this.#chunk.subarray(0, this.#used)]) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
