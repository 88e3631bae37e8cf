/**
 * @module The recorder: turns the interpreter's steps into events. It keeps the timestamps of all cells; one idle for more
 * than MAX_GAP is bumped to the end of the cycle before its access.
 */

import type { CallRecorder } from '../calls/call.ts';
import type { CallSet } from '../calls/call-set.ts';
import { INSTRUCTION_CLASSES } from '../program/isa.ts';
import { CELL, LEAF_BYTES, LEAF_WORDS, MAX_GAP, MEMORY_SPACE, REGISTER_SPACE } from '../program/layout.ts';
import { PAGE_MASK, PAGE_SHIFT, type PagedMemory } from '../program/memory.ts';
import { type ChunkPool, createEventBuffers, type EventBuffer, type EventBuffers } from './record.ts';

export class Recorder implements CallRecorder {
  readonly events: EventBuffers;
  /** Of instructions, by number of their class. */
  readonly byClass: readonly EventBuffer[];
  readonly #registers: Int32Array;
  // Signed arrays keep timestamp arithmetic in 32-bit integers; timestamps stay below 2^28.
  /** Timestamp of the last access to each register. */
  readonly clocks: Int32Array = new Int32Array(CELL.count);
  readonly #memory: PagedMemory;

  constructor(
    { registers, memory }: { readonly registers: Int32Array; readonly memory: PagedMemory },
    calls: CallSet,
    pool: ChunkPool,
  ) {
    this.events = createEventBuffers(calls.classes, pool);
    this.byClass = INSTRUCTION_CLASSES.map((name) => this.events[name]);
    this.#registers = registers;
    this.#memory = memory;
  }

  /** Notes an access in `slot` of the cycle at `clock`; returns the timestamp of the one before. */
  touchRegister(cell: number, clock: number, slot: number): number {
    const clocks = this.clocks;
    const previous = clocks[cell]!;
    clocks[cell] = clock + slot;
    return ((clock + slot - previous) | 0) > MAX_GAP
      ? this.bump(REGISTER_SPACE, cell, this.#registers[cell]!, previous, clock)
      : previous;
  }

  touchMemory(address: number, value: number, clock: number, slot: number): number {
    const page = this.#memory.clocks[address >>> PAGE_SHIFT] ?? this.#memory.clockPage(address);
    const at = (address & PAGE_MASK) >>> 2;
    const previous = page[at]!;
    page[at] = clock + slot;
    return ((clock + slot - previous) | 0) > MAX_GAP
      ? this.bump(MEMORY_SPACE, address >>> 2, value, previous, clock)
      : previous;
  }

  /** Carries a cell to the end of the cycle before the one at `clock`; returns that timestamp. */
  bump(space: number, address: number, value: number, previous: number, clock: number): number {
    const buffer = this.events.bump;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = space;
    d[at + 1] = address;
    d[at + 2] = value;
    d[at + 3] = previous;
    d[at + 4] = clock - 1;
    return clock - 1;
  }

  // The hot recorders take the packed instruction word (op | rd << 8 | rs1 << 16 | rs2 << 24) and touch their cells in
  // place: 40 MIPS instead of 36. Tried without gain: inlining them into the main loop, public instead of private fields.

  /** Timestamp to note for a cell last touched at `previous` and now at `now`. */
  #since(previous: number, now: number, cell: number, clock: number): number {
    return ((now - previous) | 0) > MAX_GAP
      ? this.bump(REGISTER_SPACE, cell, this.#registers[cell]!, previous, clock)
      : previous;
  }

  register(buffer: EventBuffer, i: number, clock: number, a: number, b: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rd = (w >>> 8) & 255;
    const rs1 = (w >>> 16) & 255;
    const rs2 = w >>> 24;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = this.#registers[rd]!;
    d[at + 5] = this.#since(clocks[rs1]!, clock, rs1, clock);
    clocks[rs1] = clock;
    d[at + 6] = this.#since(clocks[rs2]!, clock + 1, rs2, clock);
    clocks[rs2] = clock + 1;
    d[at + 7] = this.#since(clocks[rd]!, clock + 3, rd, clock);
    clocks[rd] = clock + 3;
  }

  immediate(buffer: EventBuffer, i: number, clock: number, a: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rd = (w >>> 8) & 255;
    const rs1 = (w >>> 16) & 255;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = this.#registers[rd]!;
    d[at + 4] = this.#since(clocks[rs1]!, clock, rs1, clock);
    clocks[rs1] = clock;
    d[at + 5] = this.#since(clocks[rd]!, clock + 3, rd, clock);
    clocks[rd] = clock + 3;
  }

  /** {@link register} where rd is rs1. */
  registerInPlace(buffer: EventBuffer, i: number, clock: number, a: number, b: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rd = (w >>> 8) & 255;
    const rs2 = w >>> 24;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = this.#since(clocks[rs2]!, clock + 1, rs2, clock);
    clocks[rs2] = clock + 1;
    d[at + 5] = this.#since(clocks[rd]!, clock + 3, rd, clock);
    clocks[rd] = clock + 3;
  }

  /** {@link immediate} where rd is rs1. */
  immediateInPlace(buffer: EventBuffer, i: number, clock: number, a: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rd = (w >>> 8) & 255;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = this.#since(clocks[rd]!, clock + 3, rd, clock);
    clocks[rd] = clock + 3;
  }

  constant(buffer: EventBuffer, i: number, clock: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rd = (w >>> 8) & 255;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = this.#registers[rd]!;
    d[at + 3] = this.#since(clocks[rd]!, clock + 3, rd, clock);
    clocks[rd] = clock + 3;
  }

  branch(buffer: EventBuffer, i: number, clock: number, a: number, b: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rs1 = (w >>> 16) & 255;
    const rs2 = w >>> 24;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = this.#since(clocks[rs1]!, clock, rs1, clock);
    clocks[rs1] = clock;
    d[at + 5] = this.#since(clocks[rs2]!, clock + 1, rs2, clock);
    clocks[rs2] = clock + 1;
  }

  /** {@link branch} where rs2 is x0. */
  branchZero(buffer: EventBuffer, i: number, clock: number, a: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rs1 = (w >>> 16) & 255;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = this.#since(clocks[rs1]!, clock, rs1, clock);
    clocks[rs1] = clock;
  }

  load(buffer: EventBuffer, i: number, clock: number, a: number, address: number, word: number, w: number): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rd = (w >>> 8) & 255;
    const rs1 = (w >>> 16) & 255;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = word;
    d[at + 4] = this.#registers[rd]!;
    d[at + 5] = this.#since(clocks[rs1]!, clock, rs1, clock);
    clocks[rs1] = clock;
    d[at + 6] = this.touchMemory(address, word, clock, 2);
    d[at + 7] = this.#since(clocks[rd]!, clock + 3, rd, clock);
    clocks[rd] = clock + 3;
  }

  store(
    buffer: EventBuffer,
    i: number,
    clock: number,
    a: number,
    b: number,
    address: number,
    old: number,
    w: number,
  ): void {
    const clocks = this.clocks;
    const at = buffer.reserve();
    const d = buffer.data;
    const rs1 = (w >>> 16) & 255;
    const rs2 = w >>> 24;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = old;
    d[at + 5] = this.#since(clocks[rs1]!, clock, rs1, clock);
    clocks[rs1] = clock;
    d[at + 6] = this.#since(clocks[rs2]!, clock + 1, rs2, clock);
    clocks[rs2] = clock + 1;
    d[at + 7] = this.touchMemory(address, old, clock, 2);
  }

  /** Timestamps of the page's words. */
  clockPage(address: number): Int32Array {
    return this.#memory.clockPage(address);
  }

  /** Appends an event, of a class that no instruction has to be fast for. */
  event(name: string, words: readonly number[]): void {
    const buffer = this.events[name]!;
    const at = buffer.reserve();
    buffer.data.set(words, at);
  }

  /** Timestamp of the last access to each word of these leaves, the register leaves last; 0 where there was none. */
  leafClocks(leaves: Uint32Array): Uint32Array {
    const clocks = new Uint32Array(leaves.length * LEAF_WORDS);
    const registers = clocks.length - CELL.count;
    for (let at = 0; at < registers; at += LEAF_WORDS) {
      const address = leaves[at / LEAF_WORDS]! * LEAF_BYTES;
      const page = this.#memory.clocks[address >>> PAGE_SHIFT];
      const first = (address & PAGE_MASK) >>> 2;
      if (page !== undefined) clocks.set(page.subarray(first, first + LEAF_WORDS), at);
    }
    clocks.set(this.clocks, registers);
    return clocks;
  }
}
