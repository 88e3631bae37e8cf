/**
 * @module The interpreter. Code is decoded once; one loop runs it, and where a record is kept each instruction also
 * leaves an event. Registers are 32 cells plus the dump cell that takes writes to x0.
 */
import { ExecutionError, ResourceError } from '@weft/primitives';
import { CLASS_BY_OP, CLASSES, type EventClass, OP } from './isa.ts';
import { CELL, CLOCK_STEP, FIRST_CLOCK, HALT_PC, LEAF_BYTES, LEAF_WORDS, MAX_GAP, MEMORY_END, MEMORY_SPACE, OUTPUT_CELLS, REGISTER_LEAF, REGISTER_SPACE } from './layout.ts';
import { PagedMemory } from './memory.ts';
import { imageLeaves, type Program } from './program.ts';
import { createEventBuffers, type EventBuffer, type ExecutionRecord, type TouchedLeaf } from './record.ts';
import { A0, A1, A2, FD, MAX_HINT, MAX_WRITE, NO_HINT, SYSCALL, T0 } from './syscalls.ts';

/** Why the guest was stopped. The message adds pc, symbol and cycle. */
export type TrapCode =
  | 'ILLEGAL_INSTRUCTION' | 'PC_OUTSIDE_CODE' | 'MISALIGNED_JUMP' | 'MISALIGNED_ACCESS' | 'MEMORY_RANGE' | 'STORE_TO_CODE'
  | 'UNKNOWN_SYSCALL' | 'SYSCALL_ARGUMENT' | 'HINT' | 'UNCONSTRAINED' | 'DEFERRED_PROOF' | 'PUBLIC_VALUES' | 'CYCLE_LIMIT';

export interface InterpreterOptions {
  readonly record: boolean;
  /** Retired instructions after which the run is stopped, those of unconstrained blocks included. */
  readonly maxCycles: number;
  /** Receives what the guest writes to descriptors 1 and 2. */
  readonly onOutput: (descriptor: 1 | 2, bytes: Uint8Array) => void;
  /** Cells per event and class, and how many fit one shard; only meaningful with `record`. */
  readonly budget: { readonly cells: Readonly<Record<EventClass, number>>; readonly limit: number } | undefined;
}

/** State at ENTER_UNCONSTRAINED, to which EXIT returns. */
interface Checkpoint {
  readonly registers: Int32Array;
  readonly pc: number;
  readonly clock: number;
  readonly cycles: number;
  /** Words that the block overwrote, as they were. */
  readonly memory: Map<number, number>;
}

const KIND = Object.fromEntries(CLASSES.map((name, i) => [name, i])) as Record<EventClass, number>;
const KIND_BY_OP = Uint8Array.from({ length: 64 }, (_, op) => {
  const name = CLASS_BY_OP[op];
  return name === undefined ? 255 : KIND[name];
});

export class Interpreter {
  readonly memory: PagedMemory;
  readonly registers: Int32Array = new Int32Array(CELL.count);
  readonly registerClocks: Uint32Array = new Uint32Array(CELL.count);
  readonly events: Record<EventClass, EventBuffer>;
  readonly publicValues: number[] = [];
  halted: boolean = false;
  /** Retired instructions of the proven run. */
  cycles = 0;
  pc: number;
  clock: number = FIRST_CLOCK;

  readonly #program: Program;
  readonly #options: InterpreterOptions;
  readonly #hints: Uint8Array[];
  readonly #buffers: EventBuffer[];
  #recording: boolean;
  #checkpoint: Checkpoint | undefined;
  #unconstrainedCycles = 0;
  /** Clock of the instruction being recorded. */
  #recordClock = 0;

  constructor(program: Program, stdin: readonly Uint8Array[], options: InterpreterOptions) {
    this.#program = program;
    this.#options = options;
    this.#hints = stdin.slice();
    this.memory = new PagedMemory(program.image);
    this.events = createEventBuffers();
    this.#buffers = CLASSES.map((name) => this.events[name]);
    this.#recording = options.record;
    this.pc = program.entry;
  }

  /** Runs at most `steps` instructions, or until HALT. @throws {ExecutionError} on a trap. */
  run(steps: number): void {
    const { code } = this.#program;
    const { op: ops, rd: rds, rs1: rs1s, rs2: rs2s, imm: imms, target: targets, base } = code;
    const x = this.registers;
    const pages = this.memory.pages;
    let { pc, clock } = this;
    let done = 0;
    const span = code.length * 4;
    while (done < steps) {
      const offset = (pc - base) >>> 0;
      if (offset >= span) this.#stop(pc, done, clock, 'PC_OUTSIDE_CODE', 'jump outside the code');
      const i = offset >>> 2;
      const op = ops[i]!;
      const recording = this.#recording;
      let next = pc + 4;
      switch (KIND_BY_OP[op]) {
        case KIND.add: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.add, i, clock, a, b);
          x[rds[i]!] = op === OP.ADD ? a + b : a - b;
          break;
        }
        case KIND.addi: {
          const a = x[rs1s[i]!]!;
          if (recording) this.#recordImmediate(KIND.addi, i, clock, a);
          x[rds[i]!] = a + imms[i]!;
          break;
        }
        case KIND.const: {
          if (recording) this.#recordConst(i, clock);
          x[rds[i]!] = imms[i]!;
          next = targets[i]!;
          break;
        }
        case KIND.bitwise: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.bitwise, i, clock, a, b);
          x[rds[i]!] = op === OP.AND ? a & b : op === OP.OR ? a | b : a ^ b;
          break;
        }
        case KIND.bitwise_imm: {
          const a = x[rs1s[i]!]!;
          const b = imms[i]!;
          if (recording) this.#recordImmediate(KIND.bitwise_imm, i, clock, a);
          x[rds[i]!] = op === OP.ANDI ? a & b : op === OP.ORI ? a | b : a ^ b;
          break;
        }
        case KIND.slt: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.slt, i, clock, a, b);
          x[rds[i]!] = (op === OP.SLT ? a < b : a >>> 0 < b >>> 0) ? 1 : 0;
          break;
        }
        case KIND.slt_imm: {
          const a = x[rs1s[i]!]!;
          const b = imms[i]!;
          if (recording) this.#recordImmediate(KIND.slt_imm, i, clock, a);
          x[rds[i]!] = (op === OP.SLTI ? a < b : a >>> 0 < b >>> 0) ? 1 : 0;
          break;
        }
        case KIND.shift: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.shift, i, clock, a, b);
          x[rds[i]!] = op === OP.SLL ? a << b : op === OP.SRL ? a >>> b : a >> b;
          break;
        }
        case KIND.shift_imm: {
          const a = x[rs1s[i]!]!;
          const b = imms[i]!;
          if (recording) this.#recordImmediate(KIND.shift_imm, i, clock, a);
          x[rds[i]!] = op === OP.SLLI ? a << b : op === OP.SRLI ? a >>> b : a >> b;
          break;
        }
        case KIND.branch_eq: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordBranch(KIND.branch_eq, i, clock, a, b);
          if ((a === b) === (op === OP.BEQ)) next = targets[i]!;
          break;
        }
        case KIND.branch_lt: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordBranch(KIND.branch_lt, i, clock, a, b);
          const less = (op & 1) === 1 ? a < b : a >>> 0 < b >>> 0;
          if (less === op < OP.BGEU) next = targets[i]!;
          break;
        }
        case KIND.load_word: {
          const a = x[rs1s[i]!]!;
          const address = (a + imms[i]!) >>> 0;
          if ((address & 3) !== 0 || address >= MEMORY_END) this.#stopAccess(pc, done, clock, address, 4);
          const page = pages[address >>> 16] ?? this.memory.page(address);
          const word = page[(address & 0xffff) >>> 2]!;
          if (recording) this.#recordLoad(KIND.load_word, i, clock, a, address, word);
          x[rds[i]!] = word;
          break;
        }
        case KIND.load_sub: {
          const a = x[rs1s[i]!]!;
          const address = (a + imms[i]!) >>> 0;
          const size = op < OP.LHU ? 1 : 2;
          if ((address & (size - 1)) !== 0 || address >= MEMORY_END) this.#stopAccess(pc, done, clock, address, size);
          const page = pages[address >>> 16] ?? this.memory.page(address);
          const word = page[(address & 0xffff) >>> 2]!;
          if (recording) this.#recordLoad(KIND.load_sub, i, clock, a, address & ~3, word);
          const up = (size === 1 ? 24 : 16) - 8 * (address & 3);
          const left = up >= 0 ? word << up : word >>> -up;
          x[rds[i]!] = (op & 1) === 1 ? left >> (32 - 8 * size) : left >>> (32 - 8 * size);
          break;
        }
        case KIND.store_word:
        case KIND.store_sub: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          const address = (a + imms[i]!) >>> 0;
          const size = op === OP.SW ? 4 : op === OP.SB ? 1 : 2;
          if ((address & (size - 1)) !== 0 || address >= MEMORY_END) this.#stopAccess(pc, done, clock, address, size);
          if ((address - base) >>> 0 < span && this.#isCode(address)) {
            this.#stop(pc, done, clock, 'STORE_TO_CODE', `store to the code at 0x${address.toString(16)}`);
          }
          const page = pages[address >>> 16] ?? this.memory.page(address);
          const at = (address & 0xffff) >>> 2;
          const old = page[at]!;
          if (recording) this.#recordStore(size === 4 ? KIND.store_word : KIND.store_sub, i, clock, a, b, address & ~3, old);
          else this.#noteOverwrite(address & ~3, old);
          const shift = 8 * (address & 3);
          const mask = size === 4 ? -1 : size === 2 ? 0xffff << shift : 0xff << shift;
          page[at] = (old & ~mask) | ((b << shift) & mask);
          break;
        }
        case KIND.jalr: {
          const a = x[rs1s[i]!]!;
          const target = ((a + imms[i]!) & ~1) >>> 0;
          if ((target & 3) !== 0) this.#stop(pc, done, clock, 'MISALIGNED_JUMP', `jump to 0x${target.toString(16)}, not a multiple of 4`);
          if (recording) this.#recordImmediate(KIND.jalr, i, clock, a);
          x[rds[i]!] = pc + 4;
          next = target;
          break;
        }
        case KIND.mul: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.mul, i, clock, a, b);
          x[rds[i]!] = Math.imul(a, b);
          break;
        }
        case KIND.mulh: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.mulh, i, clock, a, b);
          x[rds[i]!] = multiplyHigh(op, a, b);
          break;
        }
        case KIND.divrem: {
          const a = x[rs1s[i]!]!;
          const b = x[rs2s[i]!]!;
          if (recording) this.#recordRegister(KIND.divrem, i, clock, a, b);
          x[rds[i]!] = divide(op, a, b);
          break;
        }
        case KIND.ecall: {
          this.pc = pc;
          this.clock = clock;
          this.cycles += done;
          steps -= done;
          done = 0;
          next = this.#ecall(i);
          clock = this.clock;
          pc = this.pc;
          break;
        }
        default:
          this.#stop(pc, done, clock, 'ILLEGAL_INSTRUCTION', 'illegal instruction');
      }
      pc = next;
      clock += CLOCK_STEP;
      done++;
      if (this.halted) break;
    }
    this.pc = pc;
    this.clock = clock;
    this.cycles += done;
    const total = this.cycles + this.#unconstrainedCycles;
    if (!this.halted && total >= this.#options.maxCycles) {
      this.#stop(pc, 0, clock, 'CYCLE_LIMIT', `not halted after ${total} cycles`);
    }
    this.#checkBudget();
  }

  #checkBudget(): void {
    const { budget, record } = this.#options;
    if (budget === undefined || !record) return;
    let cells = 0;
    for (const name of CLASSES) cells += this.events[name].count * budget.cells[name];
    if (cells > budget.limit) {
      const message = `the run outgrows one shard: ${cells} trace cells after ${this.cycles} cycles, ${budget.limit} fit`;
      throw new ResourceError('SHARD_TOO_LARGE', message, { cells, cycles: this.cycles });
    }
  }

  #isCode(address: number): boolean {
    return this.#program.image.segments.some((s) => s.executable && address >= s.address && address < s.address + s.data.length);
  }

  #stopAccess(pc: number, done: number, clock: number, address: number, size: number): never {
    const where = `0x${address.toString(16)}`;
    if (address >= MEMORY_END) return this.#stop(pc, done, clock, 'MEMORY_RANGE', `access to ${where}, beyond memory`);
    return this.#stop(pc, done, clock, 'MISALIGNED_ACCESS', `misaligned ${size}-byte access to ${where}`);
  }

  #stop(pc: number, done: number, clock: number, code: TrapCode, reason: string): never {
    this.pc = pc;
    this.clock = clock;
    this.cycles += done;
    throw new ExecutionError(code, reason, { pc, cycle: this.cycles });
  }

  #trap(code: TrapCode, reason: string): never {
    return this.#stop(this.pc, 0, this.clock, code, reason);
  }

  // Recording. A cell idle for more than MAX_GAP is bumped to the end of the cycle before.

  #touchRegister(cell: number, slot: number): number {
    const clocks = this.registerClocks;
    let previous = clocks[cell]!;
    const now = this.#recordClock + slot;
    if (now - previous > MAX_GAP) {
      this.#bump(REGISTER_SPACE, cell, this.registers[cell]!, previous);
      previous = this.#recordClock - 1;
    }
    clocks[cell] = now;
    return previous;
  }

  #touchMemory(address: number, value: number, slot: number): number {
    const page = this.memory.clockPage(address);
    const at = (address & 0xffff) >>> 2;
    let previous = page[at]!;
    const now = this.#recordClock + slot;
    if (now - previous > MAX_GAP) {
      this.#bump(MEMORY_SPACE, address >>> 2, value, previous);
      previous = this.#recordClock - 1;
    }
    page[at] = now;
    return previous;
  }

  #bump(space: number, address: number, value: number, previous: number): void {
    const buffer = this.events.bump;
    const at = buffer.reserve();
    buffer.data.set([space, address, value, previous, this.#recordClock - 1], at);
  }

  #recordRegister(kind: number, i: number, clock: number, a: number, b: number): void {
    const { rs1, rs2, rd } = this.#program.code;
    this.#recordClock = clock;
    const buffer = this.#buffers[kind]!;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = this.registers[rd[i]!]!;
    d[at + 5] = this.#touchRegister(rs1[i]!, 0);
    d[at + 6] = this.#touchRegister(rs2[i]!, 1);
    d[at + 7] = this.#touchRegister(rd[i]!, 3);
  }

  #recordImmediate(kind: number, i: number, clock: number, a: number): void {
    const { rs1, rd } = this.#program.code;
    this.#recordClock = clock;
    const buffer = this.#buffers[kind]!;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = this.registers[rd[i]!]!;
    d[at + 4] = this.#touchRegister(rs1[i]!, 0);
    d[at + 5] = this.#touchRegister(rd[i]!, 3);
  }

  #recordConst(i: number, clock: number): void {
    const { rd } = this.#program.code;
    this.#recordClock = clock;
    const buffer = this.events.const;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = this.registers[rd[i]!]!;
    d[at + 3] = this.#touchRegister(rd[i]!, 3);
  }

  #recordBranch(kind: number, i: number, clock: number, a: number, b: number): void {
    const { rs1, rs2 } = this.#program.code;
    this.#recordClock = clock;
    const buffer = this.#buffers[kind]!;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = this.#touchRegister(rs1[i]!, 0);
    d[at + 5] = this.#touchRegister(rs2[i]!, 1);
  }

  #recordLoad(kind: number, i: number, clock: number, a: number, address: number, word: number): void {
    const { rs1, rd } = this.#program.code;
    this.#recordClock = clock;
    const buffer = this.#buffers[kind]!;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = word;
    d[at + 4] = this.registers[rd[i]!]!;
    d[at + 5] = this.#touchRegister(rs1[i]!, 0);
    d[at + 6] = this.#touchMemory(address, word, 2);
    d[at + 7] = this.#touchRegister(rd[i]!, 3);
  }

  #recordStore(kind: number, i: number, clock: number, a: number, b: number, address: number, old: number): void {
    const { rs1, rs2 } = this.#program.code;
    this.#recordClock = clock;
    const buffer = this.#buffers[kind]!;
    const at = buffer.reserve();
    const d = buffer.data;
    d[at] = i;
    d[at + 1] = clock;
    d[at + 2] = a;
    d[at + 3] = b;
    d[at + 4] = old;
    d[at + 5] = this.#touchRegister(rs1[i]!, 0);
    d[at + 6] = this.#touchRegister(rs2[i]!, 1);
    d[at + 7] = this.#touchMemory(address, old, 2);
  }

  #noteOverwrite(address: number, old: number): void {
    const log = this.#checkpoint?.memory;
    if (log !== undefined && !log.has(address)) log.set(address, old);
  }

  // System calls.

  /** Runs the ECALL at `this.pc`; returns the next pc. */
  #ecall(i: number): number {
    const x = this.registers;
    const code = x[T0]! >>> 0;
    const [a0, a1] = [x[A0]! >>> 0, x[A1]! >>> 0];
    const next = this.pc + 4;
    if (this.#checkpoint !== undefined && code !== SYSCALL.WRITE && code !== SYSCALL.EXIT_UNCONSTRAINED) {
      this.#trap('UNCONSTRAINED', `system call 0x${code.toString(16)} inside an unconstrained block`);
    }
    switch (code) {
      case SYSCALL.HALT: {
        this.#recordEcall(i, CELL.exitCode, a0, { a0: true });
        x[CELL.exitCode] = a0;
        this.halted = true;
        return HALT_PC;
      }
      case SYSCALL.WRITE: {
        this.#recordEcall(i, undefined, 0, {});
        this.#write(a0, a1, x[A2]! >>> 0);
        return next;
      }
      case SYSCALL.COMMIT: {
        if (a0 >= 8) this.#trap('SYSCALL_ARGUMENT', `COMMIT of word ${a0}; there are 8`);
        this.#recordEcall(i, CELL.digest + a0, a1, { a0: true, a1: true, flag: CELL.committed + a0 });
        x[CELL.digest + a0] = a1;
        x[CELL.committed + a0] = 1;
        return next;
      }
      case SYSCALL.COMMIT_DEFERRED_PROOFS: {
        if (a1 !== 0) this.#trap('DEFERRED_PROOF', 'a guest that verifies proofs is not supported: deferred word is not 0');
        this.#recordEcall(i, undefined, 0, { a1: true });
        return next;
      }
      case SYSCALL.HINT_LEN: {
        const length = this.#hints[0]?.length ?? NO_HINT;
        this.#recordEcall(i, T0, length, {});
        x[T0] = length;
        return next;
      }
      case SYSCALL.HINT_READ:
        return this.#hintRead(i, a0, a1);
      case SYSCALL.ENTER_UNCONSTRAINED: {
        this.#recordEcall(i, T0, 0, {});
        x[T0] = 0;
        this.#checkpoint = { registers: x.slice(), pc: this.pc, clock: this.clock, cycles: this.cycles, memory: new Map() };
        x[T0] = 1;
        this.#recording = false;
        return next;
      }
      case SYSCALL.EXIT_UNCONSTRAINED:
        return this.#exitUnconstrained();
      default:
        return this.#trap('UNKNOWN_SYSCALL', `unknown system call 0x${code.toString(16)}`);
    }
  }

  /** Back to the state after ENTER, as if the block had been skipped with t0 = 0. */
  #exitUnconstrained(): number {
    const saved = this.#checkpoint ?? this.#trap('UNCONSTRAINED', 'EXIT_UNCONSTRAINED outside an unconstrained block');
    for (const [address, word] of saved.memory) this.memory.page(address)[(address & 0xffff) >>> 2] = word;
    this.registers.set(saved.registers);
    // The block and EXIT itself do not count; ENTER was counted when it retired.
    this.#unconstrainedCycles += this.cycles - saved.cycles;
    this.cycles = saved.cycles;
    this.clock = saved.clock;
    this.#checkpoint = undefined;
    this.#recording = this.#options.record;
    return saved.pc + 4;
  }

  #recordEcall(
    i: number,
    cell: number | undefined,
    value: number,
    reads: { readonly a0?: boolean; readonly a1?: boolean; readonly flag?: number },
  ): void {
    if (!this.#recording) return;
    const x = this.registers;
    this.#recordClock = this.clock;
    const buffer = this.events.ecall;
    const at = buffer.reserve();
    const codeTs = this.#touchRegister(T0, 0);
    const a0Ts = reads.a0 === true ? this.#touchRegister(A0, 1) : 0;
    const a1Ts = reads.a1 === true ? this.#touchRegister(A1, 2) : 0;
    const old = cell === undefined ? 0 : x[cell]!;
    const cellTs = cell === undefined ? 0 : this.#touchRegister(cell, 3);
    const flagOld = reads.flag === undefined ? 0 : x[reads.flag]!;
    const flagTs = reads.flag === undefined ? 0 : this.#touchRegister(reads.flag, 3);
    buffer.data.set([i, this.clock, x[T0]!, x[A0]!, x[A1]!, codeTs, a0Ts, a1Ts, value, old, cellTs, flagOld, flagTs], at);
  }

  #write(descriptor: number, address: number, length: number): void {
    if (length > MAX_WRITE || address + length > MEMORY_END) {
      this.#trap('SYSCALL_ARGUMENT', `WRITE of ${length} bytes at 0x${address.toString(16)} reaches beyond memory`);
    }
    const bytes = this.memory.bytes(address, length);
    const is = (list: readonly number[]): boolean => list.includes(descriptor);
    if (is(FD.stdout) || is(FD.stderr)) this.#options.onOutput(is(FD.stdout) ? 1 : 2, bytes);
    else if (is(FD.hint)) this.#hints.unshift(bytes);
    else if (!is(FD.publicValues)) this.#trap('SYSCALL_ARGUMENT', `WRITE to unknown descriptor ${descriptor}`);
    else if (this.#checkpoint !== undefined) this.#trap('UNCONSTRAINED', 'public values written inside an unconstrained block');
    else for (const byte of bytes) this.publicValues.push(byte);
  }

  /** HINT_READ, word by word: each step is a row of its own and leaves a resumable state. */
  #hintRead(i: number, pointer: number, length: number): number {
    const item = this.#hints.shift();
    if (item === undefined) this.#trap('HINT', 'HINT_READ, but no input item is left');
    if (item.length !== length) this.#trap('HINT', `HINT_READ of ${length} bytes; the next input item has ${item.length}`);
    if (pointer % 4 !== 0) this.#trap('HINT', `HINT_READ to 0x${pointer.toString(16)}, not a multiple of 4`);
    if (length >= MAX_HINT || pointer + length > MEMORY_END) this.#trap('HINT', `HINT_READ of ${length} bytes reaches beyond memory`);
    for (let progress = 0; progress === 0 || progress < length; progress += 4) {
      const last = progress + 4 >= length;
      let value = 0;
      for (let k = 0; k < 4; k++) value |= (item[progress + k] ?? 0) << (8 * k);
      const address = pointer + progress;
      if (length > 0 && this.#isCode(address)) this.#trap('STORE_TO_CODE', `HINT_READ to the code at 0x${address.toString(16)}`);
      const old = this.memory.word(address);
      if (this.#recording) this.#recordHintRead(i, pointer, length, progress, old, value);
      this.registers[CELL.hintProgress] = last ? 0 : progress + 4;
      if (length > 0) this.memory.page(address)[(address & 0xffff) >>> 2] = value;
      if (!last) this.clock += CLOCK_STEP;
    }
    return this.pc + 4;
  }

  #recordHintRead(i: number, pointer: number, length: number, progress: number, old: number, value: number): void {
    this.#recordClock = this.clock;
    const codeTs = this.#touchRegister(T0, 0);
    const a0Ts = this.#touchRegister(A0, 1);
    const a1Ts = this.#touchRegister(A1, 2);
    const progressTs = this.#touchRegister(CELL.hintProgress, 3);
    const memoryTs = length === 0 ? 0 : this.#touchMemory(pointer + progress, old, 2);
    const buffer = this.events.hint_read;
    const at = buffer.reserve();
    buffer.data.set([i, this.clock, pointer, length, progress, codeTs, a0Ts, a1Ts, progressTs, old, memoryTs, value], at);
  }

  /** Ends the record: reads the output cells and collects the touched leaves. Call once, after the run. */
  finishRecord(startPc: number): ExecutionRecord {
    const endClock = this.clock;
    this.#recordClock = endClock;
    // The boundary reads these cells at the end clock, with a gap that one range check covers.
    const outputs = OUTPUT_CELLS.map((cell) => ({ cell, value: this.registers[cell]! >>> 0, previous: this.#touchRegister(cell, 0) }));
    return { events: this.events, leaves: this.#touchedLeaves(), outputs, startPc, endPc: this.pc, endClock };
  }

  #touchedLeaves(): TouchedLeaf[] {
    const initial = imageLeaves(this.#program.image);
    const leaves: TouchedLeaf[] = [];
    for (const [p, clocks] of this.memory.clocks.entries()) {
      if (clocks === undefined) continue;
      const words = this.memory.pages[p]!;
      for (let at = 0; at < clocks.length; at += LEAF_WORDS) {
        const touched = clocks.slice(at, at + LEAF_WORDS);
        if (touched.every((c) => c === 0)) continue;
        const index = (p * clocks.length * 4) / LEAF_BYTES + at / LEAF_WORDS;
        const final = Uint32Array.from(words.subarray(at, at + LEAF_WORDS));
        leaves.push({ index, initial: initial.get(index) ?? new Uint32Array(LEAF_WORDS), final, clocks: touched });
      }
    }
    for (let at = 0; at < CELL.count; at += LEAF_WORDS) {
      const touched = this.registerClocks.slice(at, at + LEAF_WORDS);
      if (touched.every((c) => c === 0)) continue;
      const final = Uint32Array.from(this.registers.subarray(at, at + LEAF_WORDS));
      leaves.push({ index: REGISTER_LEAF + at / LEAF_WORDS, initial: new Uint32Array(LEAF_WORDS), final, clocks: touched });
    }
    return leaves;
  }
}

function multiplyHigh(op: number, a: number, b: number): number {
  const x = op === OP.MULHU ? BigInt(a >>> 0) : BigInt(a);
  const y = op === OP.MULH ? BigInt(b) : BigInt(b >>> 0);
  return Number(BigInt.asIntN(32, (x * y) >> 32n));
}

function divide(op: number, a: number, b: number): number {
  const remainder = op >= OP.REMU;
  if (b === 0) return remainder ? a : -1;
  if ((op & 1) === 1) {
    if (a === -0x80000000 && b === -1) return remainder ? 0 : a;
    return remainder ? a % b : (a / b) | 0;
  }
  const [x, y] = [a >>> 0, b >>> 0];
  return remainder ? x % y | 0 : (x / y) | 0;
}
