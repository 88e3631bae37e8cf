/**
 * @module Where a run spends its cycles and cells: exact counts by function and call path, not samples. Calls and returns are told by the
 * registers that jumps link and go by (RISC-V ISA, section 2.5.1: ra holds return addresses).
 */

import type { CallSet } from '../calls/call-set.ts';
import { INSTRUCTION_CLASSES, OP } from '../program/isa.ts';
import type { Program } from '../program/program.ts';

/** What is known of functions; a symbol table of `debug/symbols` does. */
export interface FunctionNames {
  functionAt(pc: number): { readonly name: string; readonly address: number; readonly size: number } | undefined;
}

/** A function as it was called from the one of its parent, or a system call with rows of its own. */
export interface ProfileNode {
  readonly name: string;
  /** Of the function's first instruction; absent for a system call. */
  readonly address: number | undefined;
  /** Index of the caller's node; -1 for where the run starts. */
  readonly parent: number;
  /** Times it was called so. */
  calls: number;
  /** Of its own, without what it calls. */
  cycles: number;
  /** Columns of its rows, a fraction counted as 2.5 of them; what the state of memory takes is nobody's. */
  cells: number;
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

const [RA, ALTERNATE, ZERO] = [1, 5, 0];
/** Register number of what is written to x0. */
const DUMP = 32;
/** Calls deeper than this, and paths beyond so many, are counted to the last that was kept. */
const MOST_DEPTH = 1024;
const MOST_NODES = 1 << 18;
const CONST_CLASS = INSTRUCTION_CLASSES.indexOf('const');
const JALR_CLASS = INSTRUCTION_CLASSES.indexOf('jalr');
const ECALL_CLASS = INSTRUCTION_CLASSES.indexOf('ecall');

interface Frame {
  readonly node: number;
  readonly returnTo: number;
}

/** What an instruction that may leave its function does. */
type Jump = 'call' | 'return' | 'jump' | undefined;

/**
 * @param rd - register that is linked. @param rs1 - register that is gone by; -1 for a fixed target.
 */
export function jumpOf(rd: number, rs1: number): Jump {
  if (rd === RA || rd === ALTERNATE) return 'call';
  if (rd !== DUMP && rd !== ZERO) return undefined;
  return rs1 === RA || rs1 === ALTERNATE ? 'return' : 'jump';
}

export class Profiler {
  /** Cycles and cells so far; blocks of hot code add to it themselves. */
  readonly totals: Float64Array = new Float64Array(2);
  readonly costs: CellCosts;
  readonly #program: Program;
  readonly #calls: CallSet;
  readonly #nodes: ProfileNode[] = [];
  /** Nodes below a node, by function. */
  readonly #children: Map<number, number>[] = [];
  /** By instruction: number of its function, 0 while it is not known. */
  readonly #functionOf: Int32Array;
  readonly #functions: { readonly name: string; readonly address: number | undefined }[] = [];
  readonly #byAddress = new Map<number, number>();
  readonly #callNumbers = new Map<string, number>();
  readonly #names: FunctionNames | undefined;
  readonly #rowsBefore: Int32Array;
  #stack: Frame[] = [];
  #node = 0;
  #cyclesSeen = 0;
  #cellsSeen = 0;

  /**
   * @param costs - one for each class of steps of `calls`.
   * @param names - without which functions are named by their address.
   */
  constructor(program: Program, calls: CallSet, costs: CellCosts, names?: FunctionNames) {
    this.#program = program;
    this.#calls = calls;
    this.costs = costs;
    this.#names = names;
    this.#functionOf = new Int32Array(program.code.length);
    this.#rowsBefore = new Int32Array(costs.length);
    this.#node = this.#addNode(this.#functionAt(program.entry), -1);
  }

  /** Takes note of an interpreted instruction that is no system call. @param next - pc of what comes then. */
  retire(eventClass: number, i: number, next: number): void {
    this.totals[0]! += 1;
    this.totals[1]! += this.costs[eventClass]!;
    if (eventClass !== CONST_CLASS && eventClass !== JALR_CLASS) return;
    const { base, packed } = this.#program.code;
    const w = packed[4 * i]!;
    const pc = base + 4 * i;
    if (eventClass === CONST_CLASS && next === ((pc + 4) | 0)) return;
    this.jump(jumpOf((w >>> 8) & 255, (w & 255) === OP.JALR ? (w >>> 16) & 255 : -1), pc, next >>> 0);
  }

  /** Whether a jump to a fixed place is worth following. */
  leaves(kind: Jump, pc: number, target: number): boolean {
    return kind === 'call' || (kind === 'jump' && this.#functionAt(target) !== this.#functionAt(pc));
  }

  /** Follows a jump from the instruction at `pc`. */
  jump(kind: Jump, pc: number, target: number): void {
    if (kind === 'call') this.#call(target, pc + 4);
    else if (kind === 'return') this.#return(target);
    else if (kind === 'jump' && this.#functionAt(target) !== this.#functionAt(pc)) this.#replace(target);
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
    this.#settle();
    this.totals[1]! += cells;
    this.#cellsSeen += cells;
    const name = this.#calls.find(code)?.call.name ?? `system call 0x${code.toString(16)}`;
    let number = this.#callNumbers.get(name);
    if (number === undefined) {
      number = this.#addFunction(name, undefined);
      this.#callNumbers.set(name, number);
    }
    const node = this.#nodes[this.#child(this.#node, number)]!;
    node.calls++;
    node.cells += cells;
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
    this.#settle();
    return this.#nodes.map((node) => ({ ...node }));
  }

  /** Gives what was counted since the last time to the function that ran. */
  #settle(): void {
    const [cycles, cells] = this.totals as unknown as [number, number];
    const node = this.#nodes[this.#node]!;
    node.cycles += cycles - this.#cyclesSeen;
    node.cells += cells - this.#cellsSeen;
    this.#cyclesSeen = cycles;
    this.#cellsSeen = cells;
  }

  #call(target: number, returnTo: number): void {
    this.#settle();
    this.#stack.push({ node: this.#node, returnTo });
    this.#enter(this.#stack.length > MOST_DEPTH ? this.#node : this.#child(this.#node, this.#functionAt(target)));
  }

  /** Goes back to the call that is returned to: the last one, or one before it, as `longjmp` does. */
  #return(target: number): void {
    const at = this.#stack.findLastIndex(({ returnTo }) => returnTo === target);
    if (at < 0) {
      this.#replace(target);
      return;
    }
    this.#settle();
    this.#node = this.#stack[at]!.node;
    this.#stack.length = at;
  }

  /** A function that ends with a jump to another is its caller's no more: the other one takes its place. */
  #replace(target: number): void {
    this.#settle();
    const { parent } = this.#nodes[this.#node]!;
    this.#enter(this.#child(parent < 0 ? this.#node : parent, this.#functionAt(target)));
  }

  #enter(node: number): void {
    this.#node = node;
    this.#nodes[node]!.calls++;
  }

  #child(parent: number, number: number): number {
    const known = this.#children[parent]!.get(number);
    if (known !== undefined) return known;
    if (this.#nodes.length >= MOST_NODES) return parent;
    const node = this.#addNode(number, parent);
    this.#children[parent]!.set(number, node);
    return node;
  }

  #addNode(number: number, parent: number): number {
    const { name, address } = this.#functions[number - 1]!;
    this.#nodes.push({ name, address, parent, calls: parent < 0 ? 1 : 0, cycles: 0, cells: 0 });
    this.#children.push(new Map());
    return this.#nodes.length - 1;
  }

  /** Number of the function that holds the instruction at `pc`, from 1 on. */
  #functionAt(pc: number): number {
    const { base, length } = this.#program.code;
    const i = (pc - base) >>> 2;
    if (pc < base || i >= length) return this.#numbered(pc, `0x${pc.toString(16)}`);
    const known = this.#functionOf[i]!;
    if (known !== 0) return known;
    const symbol = this.#names?.functionAt(pc);
    const address = symbol?.address ?? pc;
    const number = this.#numbered(address, symbol?.name ?? `0x${pc.toString(16)}`);
    const first = (address - base) >>> 2;
    this.#functionOf.fill(number, first, first + Math.max(1, (symbol?.size ?? 4) >>> 2));
    return number;
  }

  #numbered(address: number, name: string): number {
    let number = this.#byAddress.get(address);
    if (number === undefined) {
      number = this.#addFunction(name, address);
      this.#byAddress.set(address, number);
    }
    return number;
  }

  #addFunction(name: string, address: number | undefined): number {
    this.#functions.push({ name, address });
    return this.#functions.length;
  }
}
