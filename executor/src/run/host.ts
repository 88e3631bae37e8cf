/**
 * @module Hosts. A live one serves a run from its input items; a replaying one serves a shard from what the live run noted.
 */
import { copyIfBytes } from '@weft/primitives';
import type { GuestBytes, Host } from '../calls/host.ts';
import type { Refusal } from '../calls/trap.ts';
import { hookOf } from '../hooks/index.ts';
import { FD, NO_HINT } from '../program/abi.ts';
import { ByteList } from './byte-list.ts';

/** Receives what the guest writes to descriptors 1 and 2. */
export type OutputListener = (descriptor: 1 | 2, bytes: Uint8Array) => void;

/** What a hint of the guest's own counts besides its bytes: a guest that writes empty ones is bounded as well. */
const HINT_OVERHEAD = 64;

/** Serves a run from its input items. */
export class LiveHost implements Host {
  readonly runsUnconstrained: boolean = true;
  readonly #publicValues = new ByteList();
  /** Items that are read next, the first one last. */
  #hints: Uint8Array[];
  /** Items that are read after those, the first one first. */
  #lastHints: Uint8Array[] = [];
  readonly #maxOutput: number;
  readonly #onOutput: OutputListener | undefined;
  readonly #given: number;
  /** Of the item that is being read, zeros after its last byte. */
  #reading: Uint32Array = new Uint32Array(0);
  #itemsRead = 0;
  #outputBytes = 0;
  #hintBytes = 0;
  #hookCycles = 0;

  /**
   * @param maxOutput - bytes of public values at most, of standard output and error together, and of the guest's own hints.
   */
  constructor(stdin: readonly Uint8Array[], maxOutput: number, onOutput?: OutputListener) {
    // Taken from the end. Copied: a run gives way to others, who may write to what it reads.
    this.#hints = stdin.toReversed().map((item) => copyIfBytes(item) ?? item);
    this.#given = stdin.length;
    this.#maxOutput = maxOutput;
    this.#onOutput = onOutput;
  }

  get hookCycles(): number {
    return this.#hookCycles;
  }

  /** What the guest made public so far. */
  publicValues(): Uint8Array {
    return this.#publicValues.bytes();
  }

  hintLength(): number {
    return this.#nextItem()?.length ?? NO_HINT;
  }

  readFault(length: number): Refusal | undefined {
    const item = this.#nextItem();
    if (item === undefined) return { code: 'HINT', reason: this.#noItem() };
    if (item.length === length) return undefined;
    const which = `input item ${this.#itemsRead + 1}`;
    return { code: 'HINT', reason: `HINT_READ of ${length} bytes, but ${which} has ${item.length}` };
  }

  #nextItem(): Uint8Array | undefined {
    if (this.#hints.length === 0) {
      this.#hints = this.#lastHints.reverse();
      this.#lastHints = [];
    }
    return this.#hints.at(-1);
  }

  #noItem(): string {
    const [all, given] = [this.#itemsRead, this.#given];
    const own = all === given ? '' : `, and ${all - given} by the guest itself`;
    const were = given === 0 ? 'none was' : given === 1 ? '1 was' : `${given} were`;
    return `the guest asks for input item ${all + 1}, but ${were} given${own}`;
  }

  beginRead(): void {
    const item = this.#hints.pop()!;
    this.#reading = new Uint32Array(Math.ceil(item.length / 4));
    new Uint8Array(this.#reading.buffer).set(item);
    this.#itemsRead++;
  }

  hintWord(progress: number): number {
    // An item of no bytes has a row, which reads nothing.
    return (this.#reading[progress >>> 2] ?? 0) | 0;
  }

  write(descriptor: number, { length, read }: GuestBytes, constrained: boolean): Refusal | undefined {
    const is = (list: readonly number[]): boolean => list.includes(descriptor);
    const isError = is(FD.stderr);
    if (isError || is(FD.stdout)) {
      if (this.#outputBytes + length > this.#maxOutput) return this.#tooMuch(length, 'output');
      this.#outputBytes += length;
      if (length > 0) this.#onOutput?.(isError ? 2 : 1, read());
    } else if (is(FD.firstHint) || is(FD.lastHint)) {
      if (!this.#hasRoomForHints([length])) return this.#tooMuch(length, 'hints');
      this.#pushHints([read()], is(FD.firstHint) ? this.#hints : this.#lastHints);
    } else if (!is(FD.publicValues)) return this.#askHook(descriptor, { length, read });
    else if (!constrained)
      return { code: 'UNCONSTRAINED', reason: 'public values written inside an unconstrained block' };
    else if (this.#publicValues.length + length > this.#maxOutput) return this.#tooMuch(length, 'public values');
    else this.#publicValues.push(read());
    return undefined;
  }

  /** What the hook answers becomes the next input items. @returns why there is no answer, if so. */
  #askHook(descriptor: number, { length, read }: GuestBytes): Refusal | undefined {
    const hook = hookOf(descriptor);
    if (hook === undefined) return { code: 'SYSCALL_ARGUMENT', reason: `WRITE to unknown descriptor ${descriptor}` };
    const [least, most] = hook.bytes;
    // Before any byte is copied.
    if (length < least || length > most) {
      const right = least === most ? `${least}` : `${least} to ${most}`;
      return { code: 'HOOK', reason: `WRITE of ${length} bytes to ${hook.name}, which takes ${right}` };
    }
    this.#hookCycles += hook.cycles(length);
    const answer = hook.answer(read());
    if (typeof answer === 'string') return { code: 'HOOK', reason: `${hook.name} ${answer}` };
    if (!this.#hasRoomForHints(answer.map((item) => item.length))) return this.#tooMuch(length, 'hints');
    // The first of the answer is the next that the guest reads.
    this.#pushHints(answer.toReversed(), this.#hints);
    return undefined;
  }

  #hasRoomForHints(lengths: readonly number[]): boolean {
    const bytes = lengths.reduce((sum, length) => sum + length + HINT_OVERHEAD, this.#hintBytes);
    return bytes <= this.#maxOutput;
  }

  #pushHints(items: readonly Uint8Array[], list: Uint8Array[]): void {
    for (const item of items) {
      this.#hintBytes += item.length + HINT_OVERHEAD;
      list.push(item);
    }
  }

  #tooMuch(length: number, what: string): Refusal {
    const limit = `more than ${this.#maxOutput} bytes of ${what}, the limit (maxOutput)`;
    return { code: 'OUTPUT_LIMIT', reason: `with this WRITE of ${length} bytes the guest wrote ${limit}` };
  }
}

/** Serves a shard from the words that the live run's hints gave it, in order. */
export class ReplayHost implements Host {
  readonly runsUnconstrained: boolean = false;
  readonly hookCycles: number = 0;
  readonly #words: Uint32Array;
  #next = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  hintLength(): number {
    return this.#words[this.#next++] ?? 0;
  }

  readFault(): undefined {
    return undefined;
  }

  beginRead(): void {}

  hintWord(): number {
    return (this.#words[this.#next++] ?? 0) | 0;
  }

  write(): undefined {
    return undefined;
  }
}
