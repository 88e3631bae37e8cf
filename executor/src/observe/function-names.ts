/**
 * @module Which function an instruction belongs to: by the symbols of the program, or where it has none, by what its calls go to.
 */
import { OP } from '../program/isa.ts';
import type { Program } from '../program/program.ts';

/** What is known of functions; a symbol table of `debug/symbols` does. */
export interface FunctionNames {
  functionAt(pc: number): { readonly name: string; readonly address: number; readonly size: number } | undefined;
}

export interface NamedFunction {
  readonly name: string;
  /** Of the first instruction; absent for a system call. */
  readonly address: number | undefined;
}

/** Registers that hold return addresses (RISC-V ISA, section 2.5.1). */
const [RA, ALTERNATE] = [1, 5];

export const isLink = (register: number): boolean => register === RA || register === ALTERNATE;

/** Functions by numbers, from 0 on. */
export class FunctionNumbers {
  readonly #program: Program;
  readonly #names: FunctionNames | undefined;
  readonly #functions: NamedFunction[] = [];
  readonly #byAddress = new Map<number, number>();
  /** By instruction: number of its function, -1 while it is not known. */
  readonly #numberOf: Int32Array;
  /** Targets of calls, rising: where functions without symbols start. */
  #starts: number[] | undefined;

  constructor(program: Program, names: FunctionNames | undefined) {
    this.#program = program;
    this.#names = names;
    this.#numberOf = new Int32Array(program.code.length).fill(-1);
  }

  /** @param number - of a function that was given one. */
  function(number: number): NamedFunction {
    return this.#functions[number]!;
  }

  /** Of the function that holds the instruction at `pc`. */
  at(pc: number): number {
    const { base, length } = this.#program.code;
    const i = (pc - base) >>> 2;
    if (pc < base || i >= length) return this.#numbered(pc, undefined);
    const known = this.#numberOf[i]!;
    return known >= 0 ? known : this.#find(pc);
  }

  /** Of the function that a call to `pc` starts. */
  called(pc: number): number {
    const number = this.at(pc);
    if (this.#functions[number]!.address === pc || this.#names?.functionAt(pc) !== undefined) return number;
    const starts = this.#callTargets();
    const at = starts.findIndex((start) => start > pc);
    starts.splice(at < 0 ? starts.length : at, 0, pc);
    return this.#find(pc);
  }

  add(name: string, address: number | undefined): number {
    this.#functions.push({ name, address });
    return this.#functions.length - 1;
  }

  #find(pc: number): number {
    const { base, length } = this.#program.code;
    const symbol = this.#names?.functionAt(pc);
    let [from, to] = [pc, pc + 4];
    if (symbol !== undefined) [from, to] = [symbol.address, symbol.address + symbol.size];
    else {
      const starts = this.#callTargets();
      let [low, high] = [0, starts.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (starts[middle]! <= pc) low = middle + 1;
        else high = middle;
      }
      if (low > 0) from = starts[low - 1]!;
    }
    const number = this.#numbered(from, symbol?.name);
    // Without a symbol the end is not known, and what lies between may have one.
    if (symbol === undefined) this.#numberOf[(pc - base) >>> 2] = number;
    else {
      const end = (Math.max(pc + 4, to) - base) >>> 2;
      this.#numberOf.fill(number, Math.max(0, (from - base) >> 2), Math.min(length, end));
    }
    return number;
  }

  #numbered(address: number, name: string | undefined): number {
    let number = this.#byAddress.get(address);
    if (number === undefined) {
      number = this.add(name ?? `0x${address.toString(16)}`, address);
      this.#byAddress.set(address, number);
    }
    return number;
  }

  #callTargets(): number[] {
    if (this.#starts !== undefined) return this.#starts;
    const { entry, code } = this.#program;
    const { packed, base, length } = code;
    const found = new Set([entry]);
    for (let i = 0; i < length; i++) {
      const w = packed[4 * i]!;
      const target = packed[4 * i + 2]! >>> 0;
      if ((w & 255) === OP.CONST && isLink((w >>> 8) & 255) && target !== base + 4 * i + 4) found.add(target);
    }
    this.#starts = [...found].sort((a, b) => a - b);
    return this.#starts;
  }
}
