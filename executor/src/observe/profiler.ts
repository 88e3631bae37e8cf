/**
 * @module Where a run spends its cycles and cells: exact counts by function and call path, not samples. Calls and returns are told by the
 * registers that jumps link and go by (RISC-V ISA, section 2.5.1: ra holds return addresses).
 */

import type { CallSet } from '../calls/call-set.ts';
import { INSTRUCTION_CLASSES, OP } from '../program/isa.ts';
import type { Program } from '../program/program.ts';
import { CallTree } from './call-tree.ts';
import { type FunctionNames, FunctionNumbers, isLink } from './function-names.ts';

/** A function as it was called from the one of its parent, or a system call with rows of its own. */
export interface ProfileNode {
  readonly name: string;
  /** Of the function's first instruction; absent for a system call. */
  readonly address: number | undefined;
  /** Index of the caller's node; -1 for where the run starts. */
  readonly parent: number;
  /** Times it was called so. */
  readonly calls: number;
  /** Of its own, without what it calls. */
  readonly cycles: number;
  /** Columns of its rows, an interaction counted as 2.5 of them; what the state of memory takes is nobody's. */
  readonly cells: number;
}

/** A part of the run that the guest named. */
export interface ProfileRegion {
  readonly name: string;
  readonly count: number;
  readonly cycles: number;
  readonly cells: number;
}

export interface Profile {
  /** Parents before children. */
  readonly nodes: readonly ProfileNode[];
  /** In the order of their first start. */
  readonly regions: readonly ProfileRegion[];
}

/** Cells of a row by the number of its class. */
export type CellCosts = readonly number[];

const ZERO = 0;
/** Register number of what is written to x0. */
const DUMP = 32;
const CONST_CLASS = INSTRUCTION_CLASSES.indexOf('const');
const JALR_CLASS = INSTRUCTION_CLASSES.indexOf('jalr');
const ECALL_CLASS = INSTRUCTION_CLASSES.indexOf('ecall');

/** What an instruction that may leave its function does. */
type Jump = 'call' | 'return' | 'jump' | undefined;

/**
 * @param rd - register that is linked. @param rs1 - register that is gone by; -1 for a fixed target.
 */
export function jumpOf(rd: number, rs1: number): Jump {
  if (isLink(rd)) return 'call';
  if (rd !== DUMP && rd !== ZERO) return undefined;
  return isLink(rs1) ? 'return' : 'jump';
}

export class Profiler {
  /** Cycles and cells so far; blocks of hot code add to it themselves. */
  readonly totals: Float64Array;
  readonly costs: CellCosts;
  readonly #program: Program;
  readonly #calls: CallSet;
  readonly #functions: FunctionNumbers;
  readonly #tree: CallTree;
  /** System calls by their codes: numbers of functions of their names. */
  readonly #callNumbers = new Map<number, number>();
  readonly #rowsBefore: Int32Array;
  readonly #numberAt: (pc: number) => number;

  /**
   * @param costs - one for each class of steps of `calls`.
   * @param names - without which functions are named by their address.
   */
  constructor(program: Program, calls: CallSet, costs: CellCosts, names?: FunctionNames) {
    this.#program = program;
    this.#calls = calls;
    this.costs = costs;
    this.#rowsBefore = new Int32Array(costs.length);
    const functions = new FunctionNumbers(program, names);
    this.#functions = functions;
    this.#numberAt = (pc) => functions.at(pc);
    this.#tree = new CallTree(functions.at(program.entry));
    this.totals = this.#tree.totals;
  }

  /**
   * Takes note of an interpreted instruction that is no system call.
   * @param next - pc of what comes then. @param sp - the stack pointer.
   */
  retire(eventClass: number, i: number, next: number, sp: number): void {
    this.totals[0]! += 1;
    this.totals[1]! += this.costs[eventClass]!;
    if (eventClass !== CONST_CLASS && eventClass !== JALR_CLASS) return;
    const { base, packed } = this.#program.code;
    const w = packed[4 * i]!;
    const pc = base + 4 * i;
    if (eventClass === CONST_CLASS && next === ((pc + 4) | 0)) return;
    this.jump(jumpOf((w >>> 8) & 255, (w & 255) === OP.JALR ? (w >>> 16) & 255 : -1), pc, next >>> 0, sp);
  }

  /** Whether a jump to a fixed place is worth following. */
  leaves(kind: Jump, pc: number, target: number): boolean {
    return kind === 'call' || (kind === 'jump' && this.#functions.at(target) !== this.#functions.at(pc));
  }

  /** Follows a jump from the instruction at `pc`. */
  jump(kind: Jump, pc: number, target: number, sp: number): void {
    if (kind === 'call') this.call(this.#functions.called(target), pc + 4, sp);
    else if (kind === 'return') this.return(target, sp);
    else if (kind === 'jump') {
      const number = this.#functions.at(target);
      if (number !== this.#functions.at(pc)) this.#tree.replace(number);
    }
  }

  /** Number of the function that a call to `target` starts, for {@link call}. */
  called(target: number): number {
    return this.#functions.called(target);
  }

  call(number: number, returnTo: number, sp: number): void {
    this.#tree.call(number, returnTo, sp);
  }

  return(target: number, sp: number): void {
    this.#tree.return(target, sp, this.#numberAt);
  }

  /** Before a system call: what rows are left. */
  beforeCall(rowsLeft: Int32Array): void {
    this.#rowsBefore.set(rowsLeft.subarray(0, this.#rowsBefore.length));
  }

  /** After it: rows of its own become those of a function of its name. @param isCounted - false inside unconstrained blocks. */
  afterCall(code: number, rowsLeft: Int32Array, isCounted: boolean): void {
    if (!isCounted) return;
    this.totals[0]! += 1;
    let cells = 0;
    for (let k = 0; k < this.#rowsBefore.length; k++) {
      // The row of the instruction was taken before.
      if (k !== ECALL_CLASS) cells += (this.#rowsBefore[k]! - rowsLeft[k]!) * this.costs[k]!;
    }
    if (cells === 0) {
      this.totals[1]! += this.costs[ECALL_CLASS]!;
      return;
    }
    let number = this.#callNumbers.get(code);
    if (number === undefined) {
      const name = this.#calls.find(code)?.call.name ?? `system call 0x${code.toString(16)}`;
      number = this.#functions.add(name, undefined);
      this.#callNumbers.set(code, number);
    }
    this.#tree.leaf(number, cells);
  }

  /** Takes back what a block noted in advance of instructions that it did not run. */
  giveBack(classes: readonly number[], from: number): void {
    for (let k = from; k < classes.length; k++) {
      this.totals[0]! -= 1;
      this.totals[1]! -= this.costs[classes[k]!]!;
    }
  }

  /** What was counted so far. */
  nodes(): readonly ProfileNode[] {
    return this.#tree.nodes().map(({ number, ...counts }) => ({ ...this.#functions.function(number), ...counts }));
  }
}
