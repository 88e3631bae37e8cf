/**
 * @module Hosts. A live one serves a run from its input items; a replaying one serves a shard from what the live run noted.
 */
import { copyBytes } from '@weft/primitives';
import type { Host } from '../calls/host.ts';
import type { Refusal } from '../calls/trap.ts';
import { FD, NO_HINT } from '../program/abi.ts';

/** Receives what the guest writes to descriptors 1 and 2. */
export type OutputListener = (descriptor: 1 | 2, bytes: Uint8Array) => void;

/** Serves a run from its input items. */
export class LiveHost implements Host {
  readonly runsUnconstrained: boolean = true;
  readonly publicValues: number[] = [];
  readonly #hints: Uint8Array[];
  readonly #onOutput: OutputListener;
  #reading: Uint8Array = new Uint8Array(0);

  constructor(stdin: readonly Uint8Array[], onOutput: OutputListener = () => {}) {
    // Taken from the end. Copied: a run gives way to others, who may write to what it reads.
    this.#hints = stdin.toReversed().map((item) => copyBytes(item) ?? item);
    this.#onOutput = onOutput;
  }

  hintLength(): number {
    return this.#hints.at(-1)?.length ?? NO_HINT;
  }

  beginRead(length: number): Refusal | undefined {
    const item = this.#hints.pop();
    if (item === undefined) return { code: 'HINT', reason: 'HINT_READ, but no input item is left' };
    if (item.length !== length)
      return { code: 'HINT', reason: `HINT_READ of ${length} bytes; the next input item has ${item.length}` };
    this.#reading = item;
    return undefined;
  }

  hintWord(progress: number): number {
    const item = this.#reading;
    let value = 0;
    for (let k = 0; k < 4; k++) value |= (item[progress + k] ?? 0) << (8 * k);
    return value;
  }

  write(descriptor: number, read: () => Uint8Array, constrained: boolean): Refusal | undefined {
    const is = (list: readonly number[]): boolean => list.includes(descriptor);
    if (is(FD.stdout) || is(FD.stderr)) this.#onOutput(is(FD.stdout) ? 1 : 2, read());
    else if (is(FD.hint)) this.#hints.push(read());
    else if (!is(FD.publicValues))
      return { code: 'SYSCALL_ARGUMENT', reason: `WRITE to unknown descriptor ${descriptor}` };
    else if (!constrained)
      return { code: 'UNCONSTRAINED', reason: 'public values written inside an unconstrained block' };
    else for (const byte of read()) this.publicValues.push(byte);
    return undefined;
  }
}

/** Serves a shard from the words that the live run's hints gave it, in order. */
export class ReplayHost implements Host {
  readonly runsUnconstrained: boolean = false;
  readonly #words: Uint32Array;
  #next = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  hintLength(): number {
    return this.#words[this.#next++] ?? 0;
  }

  beginRead(): undefined {
    return undefined;
  }

  hintWord(): number {
    return (this.#words[this.#next++] ?? 0) | 0;
  }

  write(): undefined {
    return undefined;
  }
}
