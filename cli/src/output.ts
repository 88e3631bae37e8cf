/**
 * @module Standard output and standard error, which may be closed or full before the work is done.
 */
import { writeSync } from 'node:fs';
import { ResourceError } from '@weft/primitives';
import { fileError } from './io.ts';

/** A reader that has seen enough, as `head` does, closes its end: nobody's fault. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** The reader of standard output has gone. */
export class ClosedOutputError extends ResourceError {
  override readonly name: string = 'ClosedOutputError';
  constructor() {
    super('EPIPE', 'standard output was closed by its reader');
  }
}

/** Takes bytes as long as it can, and drops the rest. */
export interface Sink {
  /** Returns when the bytes are with the system: a guest waits for whoever reads it, and nothing piles up here. */
  readonly write: (data: string | Uint8Array) => void;
  /** Aborted when nothing more can be written: by a {@link ClosedOutputError}, or by what a full disk says. */
  readonly lost: AbortSignal;
}

/** Milliseconds between two attempts to write to a pipe that is full and, by another's doing, not waited for. */
const RETRY_MS = 5;

/**
 * @param descriptor - of the open file.
 * @param name - in messages.
 */
export function createSink(descriptor: number, name: string): Sink {
  const lost = new AbortController();
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const write: Sink['write'] = (data) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    for (let at = 0; at < bytes.length && !lost.signal.aborted; ) {
      try {
        at += writeSync(descriptor, bytes, at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') Atomics.wait(pause, 0, 0, RETRY_MS);
        else lost.abort(CLOSED.has(code) ? new ClosedOutputError() : fileError('write', name, error));
      }
    }
  };
  return { write, lost: lost.signal };
}

/** Guest output as text, for `--json`: the first bytes of it, however much there is. */
export class TextCollector {
  readonly #limit: number;
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  #truncated = false;

  /** @param limit - in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Uint8Array): void {
    const room = this.#limit - this.#length;
    if (bytes.length > room) this.#truncated = true;
    if (room === 0 || bytes.length === 0) return;
    // A copy: a part would keep the whole alive.
    const kept = bytes.slice(0, room);
    this.#parts.push(kept);
    this.#length += kept.length;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** Without the beginning of a character whose end was cut off. */
  text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#parts), { stream: this.#truncated });
  }
}
