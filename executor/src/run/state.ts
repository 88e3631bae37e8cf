/**
 * @module States of a machine, and how it is run.
 */

import type { CallSet } from '../calls/call-set.ts';
import type { Meter } from '../observe/meter.ts';
import type { Profiler } from '../observe/profiler.ts';
import type { Recorder } from '../observe/recorder.ts';
import { CELL } from '../program/layout.ts';
import { PagedMemory } from '../program/memory.ts';
import type { Program } from '../program/program.ts';

/** Told of jumps, for which the interpreter takes more time. */
export interface JumpObserver {
  /**
   * Told of every JALR, and of every JAL that links or leaves the code.
   * @param pc - of the jump, and where it goes to: 32 bits.
   * @param rd - register that takes the address behind it, 32 for none. @param rs1 - register that a JALR jumps to; 0 for JAL.
   * @param sp - the stack pointer.
   */
  jump(pc: number, target: number, rd: number, rs1: number, sp: number): void;
}

export interface InterpreterOptions {
  /**
   * Cycles that the run may take, HALT included: a run that needs one more is stopped before it. A cycle is a retired
   * instruction, of unconstrained blocks as well; a HINT_READ of any length is one; the host's hooks count besides.
   */
  readonly maxCycles: number;
  readonly meter?: Meter | undefined;
  readonly recorder?: Recorder | undefined;
  /** Told where cycles and cells go. */
  readonly profiler?: Profiler | undefined;
  readonly jumps?: JumpObserver | undefined;
  /** What the program may call; the standard calls by default. */
  readonly calls?: CallSet | undefined;
  /** Arrivals at a jump target after which it is compiled; the default suits all but tests. */
  readonly hotAfter?: number | undefined;
}

/** Why {@link Interpreter.run} came back: all steps done, HALT, or the rows of a class or of the state's tables used up. */
export type Stop = 'steps' | 'halted' | 'state' | number;

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
  /** Pages that the block stored to, by number, as they were: no more than the guest's own memory. */
  readonly pages: Map<number, Int32Array>;
}

/** The state before the first instruction. */
export function initialState(program: Program): MachineState {
  return { pc: program.entry, registers: new Int32Array(CELL.count), memory: PagedMemory.ofImage(program.image) };
}
