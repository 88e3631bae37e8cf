/**
 * @module States of a machine.
 */
import { CELL } from './layout.ts';
import { PagedMemory } from './memory.ts';
import type { Program } from './program.ts';

/** Where a run starts, or goes on: its registers and memory are the interpreter's own from then on. */
export interface MachineState {
  readonly pc: number;
  /** `CELL.count` cells. */
  readonly registers: Int32Array;
  readonly memory: PagedMemory;
}

/** State at ENTER_UNCONSTRAINED, to which EXIT returns. */
export interface Rollback {
  readonly registers: Int32Array;
  readonly pc: number;
  readonly clock: number;
  readonly cycles: number;
  /** Words that the block overwrote, as they were. */
  readonly memory: Map<number, number>;
}

/** The state before the first instruction. */
export function initialState(program: Program): MachineState {
  return { pc: program.entry, registers: new Int32Array(CELL.count), memory: PagedMemory.ofImage(program.image) };
}
