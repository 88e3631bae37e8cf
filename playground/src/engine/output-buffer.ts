/**
 * @module What a guest prints, on its way to the page: a guest may print a byte at a time, or without end.
 */
import type { EngineEvent } from './protocol.ts';

/** Milliseconds between two messages. */
const INTERVAL_MS = 50;
/** Bytes that are gathered at most. */
const MOST_BYTES = 1 << 16;

export class OutputBuffer {
  readonly #emit: (event: EngineEvent) => void;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #descriptor: 1 | 2 = 1;
  #sent = performance.now();

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit;
  }

  readonly write = (descriptor: 1 | 2, bytes: Uint8Array): void => {
    if (descriptor !== this.#descriptor) this.flush();
    this.#descriptor = descriptor;
    this.#parts.push(bytes.slice());
    this.#bytes += bytes.length;
    if (this.#bytes >= MOST_BYTES || performance.now() - this.#sent >= INTERVAL_MS) this.flush();
  };

  flush(): void {
    this.#sent = performance.now();
    if (this.#bytes === 0) return;
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    this.#emit({ type: 'output', descriptor: this.#descriptor, bytes });
  }
}
