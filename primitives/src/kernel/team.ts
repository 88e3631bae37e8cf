/**
 * @module Threads that work on one proof. The thread that makes the proof leads; others join it over its shared memory and take
 * iterations of its loops, one by one. Which thread does which iteration does not matter: iterations write apart from each other,
 * and what they write does not depend on who they are.
 *
 * A thread that ends inside of an iteration leaves the leader waiting: whoever started both ends the leader too.
 */
import { type KernelMemory, MAX_THREADS } from './memory.ts';

/** What a thread needs to join. */
export interface TeamInvitation {
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
}

/**
 * Does iteration `i` of a loop. It must not allocate memory or run loops.
 * @param args - words, the same for all iterations.
 */
export type LoopBody = (i: number, args: readonly number[]) => void;

/** Runs iterations [0, count), in any order and on any thread, and returns when all are done. */
export type Loop = (count: number, ...args: number[]) => void;

/** The words that a team's threads share. */
const HELPERS = 0;
/** Counts loops: helpers sleep on it. */
const GENERATION = 1;
/** Whether a loop is under way. */
const OPEN = 2;
/** Helpers that may hold an iteration: the leader sleeps on it. */
const ACTIVE = 3;
const NEXT = 4;
const COUNT = 5;
const BODY = 6;
const LOWEST = 7;
const ARGUMENTS = 8;
const MAX_ARGUMENTS = 8;
/** One per thread: set when it is to leave. */
const LEAVE = ARGUMENTS + MAX_ARGUMENTS;
const CONTROL_BYTES = 4 * (LEAVE + MAX_THREADS);

/** Loads before a thread goes to sleep, some 20 us: waking costs as much, and a longer spin takes the core from others. */
const SPINS = 2000;
/** A thread that sleeps looks up so often. */
const SLEEP_MS = 1000;
const NONE = 2 ** 31 - 1;

/** Tells the helper with this number to leave, after the iteration that it is at. */
export function dismiss(control: SharedArrayBuffer, thread: number): void {
  const words = new Int32Array(control);
  Atomics.store(words, LEAVE + thread, 1);
  Atomics.notify(words, GENERATION);
}

export function isDismissed(control: SharedArrayBuffer, thread: number): boolean {
  return Atomics.load(new Int32Array(control), LEAVE + thread) === 1;
}

export class Team {
  readonly memory: KernelMemory;
  /** Bodies by number: the same on all threads, which make their kernels in the same order. */
  readonly #bodies: LoopBody[] = [];
  #control: Int32Array = new Int32Array(CONTROL_BYTES / 4);

  constructor(memory: KernelMemory) {
    this.memory = memory;
  }

  /** A loop with this body. All threads of a team define the same loops in the same order. */
  loop(body: LoopBody): Loop {
    const number = this.#bodies.push(body) - 1;
    return (count, ...args) => this.#lead(number, count, args);
  }

  /** Lets threads join until it is called again. `undefined` where the memory is not shared. */
  invite(): TeamInvitation | undefined {
    if (!this.memory.isShared) return undefined;
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    this.#control = new Int32Array(control);
    return { memory: this.memory.memory, control };
  }

  /** Lets nobody join any more. */
  close(): void {
    this.#control = new Int32Array(CONTROL_BYTES / 4);
  }

  /** The lowest value offered since it was last forgotten; `undefined` when there was none. */
  get lowest(): number | undefined {
    const value = Atomics.load(this.#control, LOWEST);
    return value === NONE ? undefined : value;
  }

  forgetLowest(): void {
    Atomics.store(this.#control, LOWEST, NONE);
  }

  /** Offers a value below 2^31 - 1, from any iteration. */
  offer(value: number): void {
    for (let seen = Atomics.load(this.#control, LOWEST); value < seen; ) {
      const before = Atomics.compareExchange(this.#control, LOWEST, seen, value);
      if (before === seen) return;
      seen = before;
    }
  }

  #lead(body: number, count: number, args: readonly number[]): void {
    const control = this.#control;
    if (count < 2 || Atomics.load(control, HELPERS) === 0) {
      for (let i = 0; i < count; i++) this.#bodies[body]!(i, args);
      return;
    }
    if (args.length > MAX_ARGUMENTS) throw new RangeError('a loop with so many arguments');
    for (const [k, x] of args.entries()) Atomics.store(control, ARGUMENTS + k, x);
    Atomics.store(control, NEXT, 0);
    Atomics.store(control, COUNT, count);
    Atomics.store(control, BODY, body);
    Atomics.store(control, OPEN, 1);
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
    try {
      for (let i = Atomics.add(control, NEXT, 1); i < count; i = Atomics.add(control, NEXT, 1))
        this.#bodies[body]!(i, args);
    } finally {
      // A helper says that it is active before it asks whether the loop is open: one that does so later finds it closed.
      Atomics.store(control, OPEN, 0);
      waitWhile(control, ACTIVE, (active) => active !== 0);
    }
  }

  /**
   * Takes part in the loops of the leader until it is dismissed. The thread does nothing else meanwhile.
   * @param thread - its number in the team, from 1: no two helpers of a leader have the same at a time.
   */
  serve(control: SharedArrayBuffer, thread: number): void {
    const words = new Int32Array(control);
    this.#control = words;
    const mayStay = (): boolean => !isDismissed(control, thread);
    Atomics.add(words, HELPERS, 1);
    while (mayStay()) {
      const generation = Atomics.load(words, GENERATION);
      Atomics.add(words, ACTIVE, 1);
      if (Atomics.load(words, OPEN) === 1) this.#help(words, mayStay);
      if (Atomics.sub(words, ACTIVE, 1) === 1) Atomics.notify(words, ACTIVE);
      waitWhile(words, GENERATION, (now) => now === generation && mayStay());
    }
    Atomics.sub(words, HELPERS, 1);
  }

  #help(words: Int32Array, mayStay: () => boolean): void {
    const count = Atomics.load(words, COUNT);
    const body = this.#bodies[Atomics.load(words, BODY)]!;
    const args = Array.from({ length: MAX_ARGUMENTS }, (_, k) => Atomics.load(words, ARGUMENTS + k) >>> 0);
    while (mayStay()) {
      const i = Atomics.add(words, NEXT, 1);
      if (i >= count) return;
      body(i, args);
    }
  }
}

/** Waits for a word that another thread changes: awake for a moment, then asleep. */
function waitWhile(words: Int32Array, index: number, holds: (value: number) => boolean): void {
  for (let spins = 0; ; spins++) {
    const value = Atomics.load(words, index);
    if (!holds(value)) return;
    if (spins >= SPINS) Atomics.wait(words, index, value, SLEEP_MS);
  }
}
