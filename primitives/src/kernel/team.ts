/**
 * @module Threads that work on one proof. The thread that makes the proof leads; others join it over its shared memory and take
 * iterations of its loops, one by one. Which thread does which iteration does not matter: iterations write apart from each other,
 * and what they write does not depend on who they are. Sums over iterations are the exception (`kernel/totals`).
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

/**
 * Runs iterations [0, count), in any order and on any thread, and returns when all are done; inside of {@link Team.together} maybe
 * later. Waking a thread takes some 50 us, so a loop of several iterations should take longer, and one of less work be one iteration.
 */
export type Loop = (count: number, ...args: number[]) => void;

/** The words that a team's threads share. */
const HELPERS = 0;
/** Counts loops that are worth waking for: helpers sleep on it. */
const GENERATION = 1;
/** Whether a round of loops is under way. */
const OPEN = 2;
/** Helpers that may hold an iteration: the leader sleeps on it. */
const ACTIVE = 3;
/** The next iteration, counted through all loops of the round, and one more than the last. */
const NEXT = 4;
const END = 5;
const LOWEST = 6;
/** The highest number of a thread that ever joined. */
const LAST_THREAD = 7;
/** One per thread: set when it is to leave. */
const LEAVE = 8;
/** The loops of the round: one more than the last iteration, body, arguments. */
const QUEUE = LEAVE + MAX_THREADS;
const MAX_ARGUMENTS = 9;
const LOOP_WORDS = 2 + MAX_ARGUMENTS;
/** Loops of one round at most. */
const MAX_LOOPS = 128;
const CONTROL_BYTES = 4 * (QUEUE + MAX_LOOPS * LOOP_WORDS);

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
  /** Loops of the round under way, and all their iterations. */
  #loops = 0;
  #end = 0;
  #isTogether = false;
  /** The highest number of a thread that ever joined, under earlier invitations. */
  #lastThread = 0;

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
    this.#replaceControl(new Int32Array(control));
    return { memory: this.memory.memory, control };
  }

  /** Lets nobody join any more. */
  close(): void {
    this.#replaceControl(new Int32Array(CONTROL_BYTES / 4));
  }

  #replaceControl(control: Int32Array): void {
    this.#lastThread = this.lastThread;
    this.#control = control;
  }

  /** The highest number of a thread that ever joined: no other has worked on this memory. */
  get lastThread(): number {
    return Math.max(this.#lastThread, Atomics.load(this.#control, LAST_THREAD));
  }

  /**
   * Runs the loops that `body` starts as one round, so that threads wait for each other once; helpers begin while `body` goes on. None
   * of the loops may read what another one writes, and what they read has to stay until this returns.
   */
  together(body: () => void): void {
    this.#isTogether = true;
    try {
      body();
      this.#iterate(this.#control, () => true);
    } finally {
      // Also after an error: no thread works on what it leaves behind.
      this.#closeRound();
      this.#isTogether = false;
    }
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
    if (args.length > MAX_ARGUMENTS) throw new RangeError('a loop with so many arguments');
    // A loop of one iteration is short: alone it is not worth waking anyone.
    if (Atomics.load(this.#control, HELPERS) === 0 || (!this.#isTogether && count < 2)) {
      for (let i = 0; i < count; i++) this.#bodies[body]!(i, args);
      return;
    }
    if (this.#loops === MAX_LOOPS) this.#finishRound();
    this.#addToRound(body, count, args);
    if (!this.#isTogether) this.#finishRound();
  }

  /** Adds a loop to the round, which helpers work on from now on. */
  #addToRound(body: number, count: number, args: readonly number[]): void {
    const control = this.#control;
    if (this.#loops === 0) Atomics.store(control, NEXT, 0);
    this.#end += count;
    control.set([this.#end, body, ...args], QUEUE + this.#loops++ * LOOP_WORDS);
    Atomics.store(control, END, this.#end);
    Atomics.store(control, OPEN, 1);
    if (count < 2) return;
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
  }

  /** Does what is left of the round, and waits for what others are at. */
  #finishRound(): void {
    try {
      this.#iterate(this.#control, () => true);
    } finally {
      this.#closeRound();
    }
  }

  #closeRound(): void {
    // A helper says that it is active before it asks whether a round is open: one that does so later finds it closed.
    Atomics.store(this.#control, OPEN, 0);
    waitWhile(this.#control, ACTIVE, (active) => active !== 0);
    Atomics.store(this.#control, END, 0);
    [this.#loops, this.#end] = [0, 0];
  }

  /**
   * Takes part in the loops of the leader until it is dismissed. The thread does nothing else meanwhile.
   * @param thread - its number in the team, from 1: no two helpers of a leader have the same at a time.
   */
  serve(control: SharedArrayBuffer, thread: number): void {
    const words = new Int32Array(control);
    this.#control = words;
    const mayStay = (): boolean => !isDismissed(control, thread);
    raise(words, LAST_THREAD, thread);
    Atomics.add(words, HELPERS, 1);
    while (mayStay()) {
      const generation = Atomics.load(words, GENERATION);
      Atomics.add(words, ACTIVE, 1);
      if (Atomics.load(words, OPEN) === 1) this.#iterate(words, mayStay);
      if (Atomics.sub(words, ACTIVE, 1) === 1) Atomics.notify(words, ACTIVE);
      waitWhile(words, GENERATION, (now) => now === generation && mayStay());
    }
    Atomics.sub(words, HELPERS, 1);
  }

  /** Takes iterations, one by one, until there are no more. */
  #iterate(words: Int32Array, mayStay: () => boolean): void {
    // The loop of the iteration taken last, and its first iteration.
    let [k, first] = [0, 0];
    const endOf = (loop: number): number => words[QUEUE + loop * LOOP_WORDS]!;
    let args = argumentsOf(words, k);
    while (mayStay()) {
      const taken = takeIteration(words);
      if (taken === undefined) return;
      if (taken >= endOf(k)) {
        while (taken >= endOf(k)) first = endOf(k++);
        args = argumentsOf(words, k);
      }
      this.#bodies[words[QUEUE + k * LOOP_WORDS + 1]!]!(taken - first, args);
    }
  }
}

function takeIteration(words: Int32Array): number | undefined {
  for (;;) {
    const next = Atomics.load(words, NEXT);
    if (next >= Atomics.load(words, END)) return undefined;
    if (Atomics.compareExchange(words, NEXT, next, next + 1) === next) return next;
  }
}

/** Arguments of a loop of the round, which the leader does not change while a thread is active. */
function argumentsOf(words: Int32Array, loop: number): number[] {
  const at = QUEUE + loop * LOOP_WORDS + 2;
  return Array.from(words.subarray(at, at + MAX_ARGUMENTS), (x) => x >>> 0);
}

/** Makes a word at least as large as `value`. */
function raise(words: Int32Array, index: number, value: number): void {
  for (let seen = Atomics.load(words, index); seen < value; ) {
    const before = Atomics.compareExchange(words, index, seen, value);
    if (before === seen) return;
    seen = before;
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
