/**
 * @module The interpreter. Code is decoded once; one loop runs it, and where a record is kept each instruction also
 * leaves an event. Registers are 32 cells plus the dump cell that takes writes to x0.
 */
import { ExecutionError, ResourceError } from '@weft/primitives';
import { CLASSES, type EventClass, OP } from './isa.ts';
import { CELL, CLOCK_STEP, FIRST_CLOCK, HALT_PC, MEMORY_END, OUTPUT_CELLS } from './layout.ts';
import { PagedMemory } from './memory.ts';
import type { Program } from './program.ts';
import { ChunkPool, createEventBuffers, type ExecutionRecord } from './record.ts';
import { Recorder } from './recorder.ts';
import { A0, A1, A2, FD, MAX_HINT, MAX_WRITE, NO_HINT, SYSCALL, T0 } from './syscalls.ts';

/** Why the guest was stopped. The message adds pc, symbol and cycle. */
export type TrapCode =
  | 'ILLEGAL_INSTRUCTION'
  | 'PC_OUTSIDE_CODE'
  | 'MISALIGNED_JUMP'
  | 'MISALIGNED_ACCESS'
  | 'MEMORY_RANGE'
  | 'STORE_TO_CODE'
  | 'UNKNOWN_SYSCALL'
  | 'SYSCALL_ARGUMENT'
  | 'HINT'
  | 'UNCONSTRAINED'
  | 'DEFERRED_PROOF'
  | 'PUBLIC_VALUES'
  | 'CYCLE_LIMIT';

export interface InterpreterOptions {
  /** Event memory to use; fresh if absent. */
  readonly pool?: ChunkPool | undefined;
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

/** Stands in for the events of a run that is not recorded, so that the main loop needs no check. */
const NO_EVENTS = { events: createEventBuffers(new ChunkPool()) };

export class Interpreter {
  readonly memory: PagedMemory;
  readonly registers: Int32Array = new Int32Array(CELL.count);
  readonly publicValues: number[] = [];
  halted: boolean = false;
  /** Retired instructions of the proven run. */
  cycles = 0;
  pc: number;
  clock: number = FIRST_CLOCK;

  readonly #program: Program;
  readonly #options: InterpreterOptions;
  readonly #hints: Uint8Array[];
  readonly #recorder: Recorder | undefined;
  /** The recorder, except inside an unconstrained block. */
  #active: Recorder | undefined;
  #checkpoint: Checkpoint | undefined;
  #unconstrainedCycles = 0;

  constructor(program: Program, stdin: readonly Uint8Array[], options: InterpreterOptions) {
    this.#program = program;
    this.#options = options;
    this.#hints = stdin.slice();
    this.memory = new PagedMemory(program.image);
    this.#recorder = options.record
      ? new Recorder(this.registers, this.memory, options.pool ?? new ChunkPool())
      : undefined;
    this.#active = this.#recorder;
    this.pc = program.entry;
  }

  /** Runs at most `steps` instructions, or until HALT. @throws {ExecutionError} on a trap. */
  run(steps: number): void {
    const { code } = this.#program;
    const { packed, base } = code;
    const x = this.registers;
    const pages = this.memory.pages;
    const { events } = this.#recorder ?? NO_EVENTS;
    let recorder = this.#active;
    let pc = this.pc | 0;
    let clock = this.clock | 0;
    let done = 0;
    const span = code.length * 4;
    while (done < steps) {
      const offset = (pc - base) >>> 0;
      if (offset >= span) this.#stop(pc, done, clock, 'PC_OUTSIDE_CODE', 'jump outside the code');
      const i = offset >>> 2;
      const w = packed[4 * i]!;
      const op = w & 255;
      let next = (pc + 4) | 0;
      // Case labels are indices into CLASSES, as literals: V8 makes a jump table of those.
      switch (packed[4 * i + 3]) {
        case 0: {
          // add
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.add, i, clock, a, b, w);
          x[(w >>> 8) & 255] = op === OP.ADD ? (a + b) | 0 : (a - b) | 0;
          break;
        }
        case 1: {
          // addi
          const a = x[(w >>> 16) & 255]!;
          if (recorder !== undefined) recorder.immediate(events.addi, i, clock, a, w);
          x[(w >>> 8) & 255] = (a + packed[4 * i + 1]!) | 0;
          break;
        }
        case 2: {
          // const
          if (recorder !== undefined) recorder.constant(events.const, i, clock, w);
          x[(w >>> 8) & 255] = packed[4 * i + 1]!;
          next = packed[4 * i + 2]!;
          break;
        }
        case 3: {
          // bitwise
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.bitwise, i, clock, a, b, w);
          x[(w >>> 8) & 255] = op === OP.AND ? a & b : op === OP.OR ? a | b : a ^ b;
          break;
        }
        case 4: {
          // bitwise_imm
          const a = x[(w >>> 16) & 255]!;
          const b = packed[4 * i + 1]!;
          if (recorder !== undefined) recorder.immediate(events.bitwise_imm, i, clock, a, w);
          x[(w >>> 8) & 255] = op === OP.ANDI ? a & b : op === OP.ORI ? a | b : a ^ b;
          break;
        }
        case 5: {
          // slt
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.slt, i, clock, a, b, w);
          x[(w >>> 8) & 255] = (op === OP.SLT ? a < b : a >>> 0 < b >>> 0) ? 1 : 0;
          break;
        }
        case 6: {
          // slt_imm
          const a = x[(w >>> 16) & 255]!;
          const b = packed[4 * i + 1]!;
          if (recorder !== undefined) recorder.immediate(events.slt_imm, i, clock, a, w);
          x[(w >>> 8) & 255] = (op === OP.SLTI ? a < b : a >>> 0 < b >>> 0) ? 1 : 0;
          break;
        }
        case 7: {
          // shift
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.shift, i, clock, a, b, w);
          x[(w >>> 8) & 255] = op === OP.SLL ? a << b : op === OP.SRL ? a >>> b : a >> b;
          break;
        }
        case 8: {
          // shift_imm
          const a = x[(w >>> 16) & 255]!;
          const b = packed[4 * i + 1]!;
          if (recorder !== undefined) recorder.immediate(events.shift_imm, i, clock, a, w);
          x[(w >>> 8) & 255] = op === OP.SLLI ? a << b : op === OP.SRLI ? a >>> b : a >> b;
          break;
        }
        case 9: {
          // branch_eq
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.branch(events.branch_eq, i, clock, a, b, w);
          if ((a === b) === (op === OP.BEQ)) next = packed[4 * i + 2]!;
          break;
        }
        case 10: {
          // branch_lt
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.branch(events.branch_lt, i, clock, a, b, w);
          const less = (op & 1) === 1 ? a < b : a >>> 0 < b >>> 0;
          if (less === op < OP.BGEU) next = packed[4 * i + 2]!;
          break;
        }
        case 11: {
          // load_word
          const a = x[(w >>> 16) & 255]!;
          const address = (a + packed[4 * i + 1]!) >>> 0;
          if ((address & 3) !== 0 || address >= MEMORY_END) this.#stopAccess(pc, done, clock, address, 4);
          const page = pages[address >>> 16] ?? this.memory.page(address);
          const word = page[(address & 0xffff) >>> 2]!;
          if (recorder !== undefined) recorder.load(events.load_word, i, clock, a, address, word, w);
          x[(w >>> 8) & 255] = word;
          break;
        }
        case 13: {
          // load_sub
          const a = x[(w >>> 16) & 255]!;
          const address = (a + packed[4 * i + 1]!) >>> 0;
          const size = op < OP.LHU ? 1 : 2;
          if ((address & (size - 1)) !== 0 || address >= MEMORY_END) this.#stopAccess(pc, done, clock, address, size);
          const page = pages[address >>> 16] ?? this.memory.page(address);
          const word = page[(address & 0xffff) >>> 2]!;
          if (recorder !== undefined) recorder.load(events.load_sub, i, clock, a, address & ~3, word, w);
          const up = (size === 1 ? 24 : 16) - 8 * (address & 3);
          const left = up >= 0 ? word << up : word >>> -up;
          x[(w >>> 8) & 255] = (op & 1) === 1 ? left >> (32 - 8 * size) : left >>> (32 - 8 * size);
          break;
        }
        case 12: // store_word
        case 14: {
          // store_sub
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          const address = (a + packed[4 * i + 1]!) >>> 0;
          const size = op === OP.SW ? 4 : op === OP.SB ? 1 : 2;
          if ((address & (size - 1)) !== 0 || address >= MEMORY_END) this.#stopAccess(pc, done, clock, address, size);
          if ((address - base) >>> 0 < span && this.#isCode(address)) {
            this.#stop(pc, done, clock, 'STORE_TO_CODE', `store to the code at 0x${address.toString(16)}`);
          }
          const page = pages[address >>> 16] ?? this.memory.page(address);
          const at = (address & 0xffff) >>> 2;
          const old = page[at]!;
          if (recorder !== undefined)
            recorder.store(size === 4 ? events.store_word : events.store_sub, i, clock, a, b, address & ~3, old, w);
          else if (this.#checkpoint !== undefined && !this.#checkpoint.memory.has(address & ~3))
            this.#checkpoint.memory.set(address & ~3, old);
          const shift = 8 * (address & 3);
          const mask = size === 4 ? -1 : size === 2 ? 0xffff << shift : 0xff << shift;
          page[at] = (old & ~mask) | ((b << shift) & mask);
          break;
        }
        case 15: {
          // jalr
          const a = x[(w >>> 16) & 255]!;
          const target = ((a + packed[4 * i + 1]!) & ~1) >>> 0;
          if ((target & 3) !== 0)
            this.#stop(pc, done, clock, 'MISALIGNED_JUMP', `jump to 0x${target.toString(16)}, not a multiple of 4`);
          if (recorder !== undefined) recorder.immediate(events.jalr, i, clock, a, w);
          x[(w >>> 8) & 255] = pc + 4;
          next = target;
          break;
        }
        case 16: {
          // mul
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.mul, i, clock, a, b, w);
          x[(w >>> 8) & 255] = Math.imul(a, b);
          break;
        }
        case 17: {
          // mulh
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.mulh, i, clock, a, b, w);
          x[(w >>> 8) & 255] = multiplyHigh(op, a, b);
          break;
        }
        case 18: {
          // divrem
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.register(events.divrem, i, clock, a, b, w);
          x[(w >>> 8) & 255] = divide(op, a, b);
          break;
        }
        case 19: {
          // ecall
          this.pc = pc;
          this.clock = clock;
          this.cycles += done;
          steps -= done;
          done = 0;
          next = this.#ecall(i);
          clock = this.clock;
          pc = this.pc;
          recorder = this.#active;
          break;
        }
        default:
          this.#stop(pc, done, clock, 'ILLEGAL_INSTRUCTION', 'illegal instruction');
      }
      pc = next;
      clock = (clock + CLOCK_STEP) | 0;
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
    const { budget } = this.#options;
    const recorder = this.#recorder;
    if (budget === undefined || recorder === undefined) return;
    let cells = 0;
    for (const name of CLASSES) cells += recorder.events[name].count * budget.cells[name];
    if (cells > budget.limit) {
      const message = `the run outgrows one shard: ${cells} trace cells after ${this.cycles} cycles, ${budget.limit} fit`;
      throw new ResourceError('SHARD_TOO_LARGE', message, { cells, cycles: this.cycles });
    }
  }

  #isCode(address: number): boolean {
    return this.#program.image.segments.some(
      (s) => s.executable && address >= s.address && address < s.address + s.data.length,
    );
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
        this.#active?.ecall(i, this.clock, CELL.exitCode, a0, { a0: true });
        x[CELL.exitCode] = a0;
        this.halted = true;
        return HALT_PC;
      }
      case SYSCALL.WRITE: {
        this.#active?.ecall(i, this.clock, undefined, 0, {});
        this.#write(a0, a1, x[A2]! >>> 0);
        return next;
      }
      case SYSCALL.COMMIT: {
        if (a0 >= 8) this.#trap('SYSCALL_ARGUMENT', `COMMIT of word ${a0}; there are 8`);
        this.#active?.ecall(i, this.clock, CELL.digest + a0, a1, { a0: true, a1: true, flag: CELL.committed + a0 });
        x[CELL.digest + a0] = a1;
        x[CELL.committed + a0] = 1;
        return next;
      }
      case SYSCALL.COMMIT_DEFERRED_PROOFS: {
        if (a1 !== 0)
          this.#trap('DEFERRED_PROOF', 'a guest that verifies proofs is not supported: deferred word is not 0');
        this.#active?.ecall(i, this.clock, undefined, 0, { a1: true });
        return next;
      }
      case SYSCALL.HINT_LEN: {
        const length = this.#hints[0]?.length ?? NO_HINT;
        this.#active?.ecall(i, this.clock, T0, length, {});
        x[T0] = length;
        return next;
      }
      case SYSCALL.HINT_READ:
        return this.#hintRead(i, a0, a1);
      case SYSCALL.ENTER_UNCONSTRAINED: {
        this.#active?.ecall(i, this.clock, T0, 0, {});
        x[T0] = 0;
        this.#checkpoint = {
          registers: x.slice(),
          pc: this.pc,
          clock: this.clock,
          cycles: this.cycles,
          memory: new Map(),
        };
        x[T0] = 1;
        this.#active = undefined;
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
    this.#active = this.#recorder;
    return saved.pc + 4;
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
    else if (this.#checkpoint !== undefined)
      this.#trap('UNCONSTRAINED', 'public values written inside an unconstrained block');
    else for (const byte of bytes) this.publicValues.push(byte);
  }

  /** HINT_READ, word by word: each step is a row of its own and leaves a resumable state. */
  #hintRead(i: number, pointer: number, length: number): number {
    const item = this.#hints.shift();
    if (item === undefined) this.#trap('HINT', 'HINT_READ, but no input item is left');
    if (item.length !== length)
      this.#trap('HINT', `HINT_READ of ${length} bytes; the next input item has ${item.length}`);
    if (pointer % 4 !== 0) this.#trap('HINT', `HINT_READ to 0x${pointer.toString(16)}, not a multiple of 4`);
    if (length >= MAX_HINT || pointer + length > MEMORY_END)
      this.#trap('HINT', `HINT_READ of ${length} bytes reaches beyond memory`);
    for (let progress = 0; progress === 0 || progress < length; progress += 4) {
      const last = progress + 4 >= length;
      let value = 0;
      for (let k = 0; k < 4; k++) value |= (item[progress + k] ?? 0) << (8 * k);
      const address = pointer + progress;
      if (length > 0 && this.#isCode(address))
        this.#trap('STORE_TO_CODE', `HINT_READ to the code at 0x${address.toString(16)}`);
      const old = this.memory.word(address);
      this.#active?.hintRead(i, this.clock, pointer, length, progress, old, value);
      this.registers[CELL.hintProgress] = last ? 0 : progress + 4;
      if (length > 0) this.memory.page(address)[(address & 0xffff) >>> 2] = value;
      if (!last) this.clock += CLOCK_STEP;
    }
    return this.pc + 4;
  }

  /**
   * Ends the record: reads the output cells and collects the touched leaves. Call once, after the run.
   * @throws {RangeError} when the run was not recorded.
   */
  finishRecord(): ExecutionRecord {
    const recorder = this.#recorder;
    if (recorder === undefined) throw new RangeError('the run was not recorded');
    const outputs = OUTPUT_CELLS.map((cell) => {
      return { cell, value: this.registers[cell]! >>> 0, previous: recorder.touchRegister(cell, this.clock, 0) };
    });
    const leaves = recorder.touchedLeaves(this.#program);
    return {
      events: recorder.events,
      leaves,
      outputs,
      startPc: this.#program.entry,
      endPc: this.pc,
      endClock: this.clock,
    };
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
  return remainder ? (x % y) | 0 : (x / y) | 0;
}
