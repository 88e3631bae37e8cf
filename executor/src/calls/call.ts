/**
 * @module System calls as records. A call is one file with one record, and a line in the list of `calls/index`; the
 * interpreter, the recorder, the budget and the blocks of hot code know calls from there only.
 */
import type { PagedMemory } from '../program/memory.ts';
import type { Program } from '../program/program.ts';
import type { Host } from './host.ts';
import type { Refusal } from './trap.ts';

/** A system call. Its code stands in t0; see `program/abi`. */
export interface SystemCall {
  readonly name: string;
  readonly code: number;
  /** Whether it may run inside an unconstrained block. */
  readonly isUnconstrained?: boolean;
  /** The class and fields of its rows, if they are its own: it takes them by {@link CallMachine.nextRow} then. */
  readonly rows?: EventShape;
  /** The classes of its rows, if it is one cycle and takes several at once, by {@link CallMachine.take}. */
  readonly precompile?: { readonly tables: readonly EventShape[] };
  /**
   * Runs the call.
   * @returns the next pc, or `undefined` when the shard has no room for the next row: the call goes on in another then.
   */
  run(machine: CallMachine): number | undefined;
}

/** A class of events and its fields, in their order. */
export interface EventShape {
  readonly events: string;
  readonly fields: readonly string[];
}

/** Rows of a class that a call takes. */
export interface CallRows {
  readonly events: string;
  readonly rows: number;
}

/** Words that a call accesses, the first `kept` of them without changing them. */
export interface CallWords {
  readonly address: number;
  readonly count: number;
  readonly kept: number;
  /** Slot of the cycle in which all of them are accessed. */
  readonly slot: number;
}

/** What a call sees of the machine that runs it. */
export interface CallMachine {
  readonly program: Program;
  readonly registers: Int32Array;
  readonly memory: PagedMemory;
  readonly host: Host;
  readonly pc: number;
  /** Clock of the current row. */
  readonly clock: number;
  /** Index of the ECALL in the code. */
  readonly index: number;
  /** Arguments, unsigned. */
  readonly a0: number;
  readonly a1: number;
  readonly a2: number;
  /** Whether the call runs inside an unconstrained block, whose effects are taken back. */
  readonly isUnconstrained: boolean;
  /** Takes events of the proven run; absent while nothing is recorded. */
  readonly recorder: CallRecorder | undefined;
  /** Notes a word that the guest is given from outside: a replay of the shard hands it out again. */
  noteHint(word: number): void;
  /** Stops the guest if there is a reason. @throws {ExecutionError} */
  refuse(refusal: Refusal | undefined): void;
  /**
   * Begins a row of the call's own class, the clock advanced if it is not the first. The caller stores to the word at
   * `address` in it, if there is one.
   * @returns false when the shard ends before this row.
   */
  nextRow(address?: number): boolean;
  /**
   * Takes the rows of a call that is one cycle, with all words that it accesses.
   * @returns false when the shard ends before the call, which has taken nothing then.
   */
  take(rows: readonly CallRows[], words: readonly CallWords[]): boolean;
  /** Ends the run. */
  halt(): void;
  /** Starts an unconstrained block, where the host runs them. @returns whether it does. */
  enterUnconstrained(): boolean;
  /** Takes back everything since the block started. @returns the pc of its ENTER, `undefined` outside a block. */
  exitUnconstrained(): number | undefined;
}

/** What a call writes its events with. */
export interface CallRecorder {
  /** Notes an access to a register or system cell in `slot` of the cycle; returns the timestamp of the one before. */
  touchRegister(cell: number, clock: number, slot: number): number;
  /** Notes an access to the memory word at `address`, which holds `value`. */
  touchMemory(address: number, value: number, clock: number, slot: number): number;
  /** Appends an event: one word per field of its class. */
  event(name: string, words: readonly number[]): void;
}

/** Rows of the calls that have no class of their own. `cell*` is the cell that the call writes, `flag*` a flag of COMMIT. */
export const ECALL_ROWS: EventShape = {
  events: 'ecall',
  fields: ['index', 'clk', 'code', 'a0', 'a1', 'codeTs', 'a0Ts', 'a1Ts', 'value', 'old', 'cellTs', 'flagOld', 'flagTs'],
};
