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

/** A loop to be run. */
interface QueuedLoop {
  readonly body: number;
  readonly count: number;
  readonly args: readonly number[];
}

/** The words that a team's threads share. */
const HELPERS = 0;
/** Counts rounds: helpers sleep on it. */
const GENERATION = 1;
/** Whether a round of loops is under way. */
const OPEN = 2;
/** Helpers that may hold an iteration: the leader sleeps on it. */
const ACTIVE = 3;
/** The next iteration, counted through all loops of the round. */
const NEXT = 4;
/** Loops of the round. */
const LOOPS = 5;
const LOWEST = 6;
/** The highest number of a thread that ever joined. */
const LAST_THREAD = 7;
/** One per thread: set when it is to leave. */
const LEAVE = 8;
/** The loops of the round: count, body, arguments. */
const QUEUE = LEAVE + MAX_THREADS;
const MAX_ARGUMENTS = 8;
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
  /** Loops that wait for the end of {@link together}. */
  readonly #queue: QueuedLoop[] = [];
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
   * Runs the loops that `body` starts all at once, so that threads wait for each other once. None of them may read what another one
   * writes, and what they read has to stay until this returns.
   */
  together(body: () => void): void {
    this.#isTogether = true;
    try {
      body();
      this.#runQueue();
    } finally {
      this.#queue.length = 0;
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
    if (Atomics.load(this.#control, HELPERS) === 0) {
      this.#runAlone({ body, count, args });
      return;
    }
    this.#queue.push({ body, count, args });
    if (!this.#isTogether || this.#queue.length === MAX_LOOPS) this.#runQueue();
  }

  #runAlone({ body, count, args }: QueuedLoop): void {
    for (let i = 0; i < count; i++) this.#bodies[body]!(i, args);
  }

  #runQueue(): void {
    const loops = this.#queue.splice(0);
    // Loops of one iteration are short: alone they are not worth waking anyone.
    if (loops.every(({ count }) => count < 2)) {
      for (const loop of loops) this.#runAlone(loop);
      return;
    }
    const control = this.#control;
    for (const [k, { count, body, args }] of loops.entries())
      control.set([count, body, ...args], QUEUE + k * LOOP_WORDS);
    Atomics.store(control, LOOPS, loops.length);
    Atomics.store(control, NEXT, 0);
    Atomics.store(control, OPEN, 1);
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
    try {
      this.#iterate(control, loops, () => true);
    } finally {
      // A helper says that it is active before it asks whether loops are open: one that does so later finds them closed.
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
    raise(words, LAST_THREAD, thread);
    Atomics.add(words, HELPERS, 1);
    while (mayStay()) {
      const generation = Atomics.load(words, GENERATION);
      Atomics.add(words, ACTIVE, 1);
      if (Atomics.load(words, OPEN) === 1) this.#iterate(words, queuedLoops(words), mayStay);
      if (Atomics.sub(words, ACTIVE, 1) === 1) Atomics.notify(words, ACTIVE);
      waitWhile(words, GENERATION, (now) => now === generation && mayStay());
    }
    Atomics.sub(words, HELPERS, 1);
  }

  /** Takes iterations, one by one, until there are no more. */
  #iterate(words: Int32Array, loops: readonly QueuedLoop[], mayStay: () => boolean): void {
    // The loop of the iteration taken last, and its first iteration.
    let [k, first] = [0, 0];
    while (mayStay()) {
      const taken = Atomics.add(words, NEXT, 1);
      while (k < loops.length && taken >= first + loops[k]!.count) first += loops[k++]!.count;
      if (k === loops.length) return;
      const { body, args } = loops[k]!;
      this.#bodies[body]!(taken - first, args);
    }
  }
}

/** The loops of the round, which the leader does not change while a thread is active. */
function queuedLoops(words: Int32Array): QueuedLoop[] {
  return Array.from({ length: Atomics.load(words, LOOPS) }, (_, k) => {
    const [count, body, ...args] = words.subarray(QUEUE + k * LOOP_WORDS, QUEUE + (k + 1) * LOOP_WORDS);
    return { count: count!, body: body!, args: args.map((x) => x >>> 0) };
  });
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
