/**
 * @module The interpreter. Code is decoded once and one loop runs it: alone, under a meter that finds where shards end, or
 * with a recorder to which each instruction leaves an event. Registers are 32 cells plus the dump cell that takes writes
 * to x0.
 */
import { ExecutionError } from '@weft/primitives';
import type { CallMachine, CallRows, CallWords } from '../calls/call.ts';
import type { CallSet } from '../calls/call-set.ts';
import type { Host } from '../calls/host.ts';
import { STANDARD_CALLS } from '../calls/index.ts';
import { storeFault } from '../calls/store-fault.ts';
import type { Refusal, TrapCode } from '../calls/trap.ts';
import { unknownCall } from '../calls/unknown.ts';
import type { Meter } from '../observe/meter.ts';
import { ChunkPool, createEventBuffers } from '../observe/record.ts';
import type { Recorder } from '../observe/recorder.ts';
import { A0, A1, A2, A7, T0 } from '../program/abi.ts';
import { illegalWord } from '../program/disassemble.ts';
import { ENDLESS } from '../program/endless.ts';
import { INSTRUCTION_CLASSES, OP } from '../program/isa.ts';
import { CLOCK_STEP, FIRST_CLOCK, MEMORY_END } from '../program/layout.ts';
import { PAGE_MASK, PAGE_SHIFT, type PagedMemory } from '../program/memory.ts';
import { overlapsFixed, type Program, wordAt } from '../program/program.ts';
import { divide, multiplyHigh } from './arithmetic.ts';
import { giveBackEvents } from './block-record.ts';
import { BLOCK, BlockCache, type BlockState, MAX_BLOCK } from './blocks.ts';
import { accessFault } from './faults.ts';
import type { InterpreterOptions, MachineState, Rollback, Stop } from './state.ts';

/** Stands in for the events of a run that is not recorded, so that the main loop needs no check. */
const NO_EVENTS = { events: createEventBuffers([], new ChunkPool()) };
const UNLIMITED = 2 ** 31 - 1;
const BLOCK_STATE: BlockState = new Int32Array(3);
const ECALL_CLASS = INSTRUCTION_CLASSES.indexOf('ecall');
const hex = (address: number): string => `0x${(address >>> 0).toString(16)}`;

const ENDLESS_LOOP: Refusal = { code: 'ENDLESS_LOOP', reason: 'a loop that does nothing and cannot end' };
export class Interpreter {
  readonly memory: PagedMemory;
  readonly registers: Int32Array;
  halted: boolean = false;
  /** Retired instructions of the proven run. */
  cycles = 0;
  pc: number;
  clock: number = FIRST_CLOCK;
  /** Rows that the class which stopped the run needs at once. */
  wanted = 1;
  /** Rows that each class, by its number, may still take; counted down. Words that are no code never run out. */
  readonly rowsLeft: Int32Array = new Int32Array(256).fill(UNLIMITED);

  readonly #program: Program;
  readonly #options: InterpreterOptions;
  readonly #calls: CallSet;
  readonly #host: Host;
  /** Meter, recorder and limits, except inside an unconstrained block. */
  #meter: Meter | undefined;
  #active: Recorder | undefined;
  #rowsLeft: Int32Array = this.rowsLeft;
  #rollback: Rollback | undefined;
  #unconstrainedCycles = 0;
  readonly #blocks: BlockCache | undefined;
  /** Why the last system call did not retire, if it did not. */
  #stopped: Stop | undefined;

  constructor(program: Program, state: MachineState, host: Host, options: InterpreterOptions) {
    this.#program = program;
    this.#options = options;
    this.#calls = options.calls ?? STANDARD_CALLS;
    this.#host = host;
    this.memory = state.memory;
    this.registers = state.registers;
    this.pc = state.pc;
    this.#meter = options.meter;
    this.#active = options.recorder;
    const { meter, recorder, profiler, jumps, hotAfter } = options;
    if (!BlockCache.isAllowed) return;
    this.#blocks =
      recorder !== undefined && hotAfter === undefined
        ? BlockCache.recordedOf(program)
        : new BlockCache(
            program,
            { isMetered: meter !== undefined, isRecorded: recorder !== undefined, profiler, jumps },
            hotAfter,
          );
  }

  /** Whether the run is inside an unconstrained block. */
  get isUnconstrained(): boolean {
    return this.#rollback !== undefined;
  }

  /**
   * Runs at most `steps` rows, below 2^31 (a HINT_READ takes one per word), until HALT or until {@link rowsLeft} or the
   * meter's room is used up: the next instruction has not run then. @throws {ExecutionError} on a trap, and CYCLE_LIMIT
   * where the run would need another cycle than it may have.
   */
  run(steps: number): Stop {
    const { code, memoryStart: start, fixedPages } = this.#program;
    const reach = MEMORY_END - start;
    const { packed, base } = code;
    const { jumps } = this.#options;
    const x = this.registers;
    const pages = this.memory.pages;
    const clocks = this.#options.meter?.clocks ?? this.memory.clocks;
    const { events } = this.#options.recorder ?? NO_EVENTS;
    const { profiler } = this.#options;
    let recorder = this.#active;
    let meter = this.#meter;
    let rowsLeft = this.#rowsLeft;
    let stop: Stop = 'steps';
    this.wanted = 1;
    const blocks = this.#blocks;
    // Whether the run came here by a jump, or behind an instruction that hot code handed back: there blocks may start.
    let arrived = blocks !== undefined;
    let handedBack = false;
    // Signed in here, which V8 keeps in a machine register; unsigned wherever anyone else sees it.
    let pc = this.pc | 0;
    let clock = this.clock | 0;
    let done = 0;
    let limit = Math.min(steps, this.#cyclesLeft) | 0;
    const span = code.length * 4;
    loop: while (done < limit) {
      const offset = (pc - base) >>> 0;
      if (offset >= span) this.#stop(pc, done, clock, 'PC_OUTSIDE_CODE', 'jump outside the code');
      const i = offset >>> 2;
      if (arrived && this.#rollback === undefined) {
        arrived = false;
        const block = blocks!.table[i] ?? blocks!.arrive(i);
        const lastStart = clock + CLOCK_STEP * (limit - done - MAX_BLOCK);
        if (block !== undefined && lastStart >= clock) {
          BLOCK_STATE[BLOCK.clock] = clock;
          BLOCK_STATE[BLOCK.interpret] = 0;
          pc = block.run(x, rowsLeft, pages, clocks, meter, BLOCK_STATE, lastStart, recorder);
          const now = BLOCK_STATE[BLOCK.clock]!;
          done += (now - clock) >> 2;
          clock = now;
          handedBack = BLOCK_STATE[BLOCK.interpret] === 1;
          arrived = !handedBack;
          const { classes } = block;
          if (handedBack) {
            const at = BLOCK_STATE[BLOCK.at]!;
            for (let k = at; k < classes.length; k++) rowsLeft[classes[k]!]!++;
            profiler?.giveBack(classes, at);
            if (recorder !== undefined) giveBackEvents(recorder, classes, at);
          }
          continue;
        }
      }
      const w = packed[4 * i]!;
      const op = w & 255;
      let next = (pc + 4) | 0;
      const eventClass = packed[4 * i + 3]!;
      const rest = rowsLeft[eventClass]! - 1;
      if (rest < 0) {
        stop = eventClass;
        break;
      }
      rowsLeft[eventClass] = rest;
      // Case labels are indices into INSTRUCTION_CLASSES, as literals: V8 makes a jump table of those.
      switch (eventClass) {
        case 0: // add
        case 20: {
          // add_in_place
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) {
            if (eventClass === 0) recorder.register(events.add, i, clock, a, b, w);
            else recorder.registerInPlace(events.add_in_place, i, clock, a, b, w);
          }
          x[(w >>> 8) & 255] = op === OP.ADD ? (a + b) | 0 : (a - b) | 0;
          break;
        }
        case 1: // addi
        case 21: // addi_in_place
        case 23: {
          // move, whose immediate is 0
          const a = x[(w >>> 16) & 255]!;
          if (recorder !== undefined) {
            if (eventClass === 21) recorder.immediateInPlace(events.addi_in_place, i, clock, a, w);
            else recorder.immediate(eventClass === 1 ? events.addi : events.move, i, clock, a, w);
          }
          x[(w >>> 8) & 255] = (a + packed[4 * i + 1]!) | 0;
          break;
        }
        case 2: {
          // const
          if (recorder !== undefined) recorder.constant(events.const, i, clock, w);
          x[(w >>> 8) & 255] = packed[4 * i + 1]!;
          next = packed[4 * i + 2]!;
          if ((w & ENDLESS) !== 0) this.#stopFor(pc, done, clock, ENDLESS_LOOP);
          if (jumps !== undefined && next !== ((pc + 4) | 0)) jumps.jump(pc, next, (w >>> 8) & 255, 0, x[2]!);
          break;
        }
        case 3: // bitwise
        case 24: {
          // bitwise_in_place
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) {
            if (eventClass === 3) recorder.register(events.bitwise, i, clock, a, b, w);
            else recorder.registerInPlace(events.bitwise_in_place, i, clock, a, b, w);
          }
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
        case 9: // branch_eq
        case 22: {
          // branch_zero, whose rs2 is x0
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) {
            if (eventClass === 9) recorder.branch(events.branch_eq, i, clock, a, b, w);
            else recorder.branchZero(events.branch_zero, i, clock, a, w);
          }
          if ((a === b) === (op === OP.BEQ)) {
            next = packed[4 * i + 2]!;
            // A branch to itself changes nothing that it looks at.
            if (next === pc) this.#stopFor(pc, done, clock, ENDLESS_LOOP);
          }
          break;
        }
        case 10: {
          // branch_lt
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          if (recorder !== undefined) recorder.branch(events.branch_lt, i, clock, a, b, w);
          const less = (op & 1) === 1 ? a < b : a >>> 0 < b >>> 0;
          if (less === op < OP.BGEU) {
            next = packed[4 * i + 2]!;
            if (next === pc) this.#stopFor(pc, done, clock, ENDLESS_LOOP);
          }
          break;
        }
        case 11: {
          // load_word
          const a = x[(w >>> 16) & 255]!;
          const address = (a + packed[4 * i + 1]!) >>> 0;
          if ((address & 3) !== 0 || (address - start) >>> 0 >= reach) this.#stopAccess(pc, done, clock, i, address, 4);
          if (meter !== undefined && !meter.touch(address, clock)) {
            rowsLeft[eventClass] = rest + 1;
            stop = 'state';
            break loop;
          }
          const page = pages[address >>> PAGE_SHIFT] ?? this.memory.page(address);
          const word = page[(address & PAGE_MASK) >>> 2]!;
          if (recorder !== undefined) recorder.load(events.load_word, i, clock, a, address, word, w);
          x[(w >>> 8) & 255] = word;
          break;
        }
        case 13: {
          // load_sub
          const a = x[(w >>> 16) & 255]!;
          const address = (a + packed[4 * i + 1]!) >>> 0;
          const size = op < OP.LHU ? 1 : 2;
          if ((address & (size - 1)) !== 0 || (address - start) >>> 0 >= reach)
            this.#stopAccess(pc, done, clock, i, address, size);
          if (meter !== undefined && !meter.touch(address, clock)) {
            rowsLeft[eventClass] = rest + 1;
            stop = 'state';
            break loop;
          }
          const page = pages[address >>> PAGE_SHIFT] ?? this.memory.page(address);
          const word = page[(address & PAGE_MASK) >>> 2]!;
          if (recorder !== undefined) recorder.load(events.load_sub, i, clock, a, address & ~3, word, w);
          const up = (size === 1 ? 24 : 16) - 8 * (address & 3);
          const high = up >= 0 ? word << up : word >>> -up;
          x[(w >>> 8) & 255] = (op & 1) === 1 ? high >> (32 - 8 * size) : high >>> (32 - 8 * size);
          break;
        }
        case 12: // store_word
        case 14: {
          // store_sub
          const a = x[(w >>> 16) & 255]!;
          const b = x[w >>> 24]!;
          const address = (a + packed[4 * i + 1]!) >>> 0;
          const size = op === OP.SW ? 4 : op === OP.SB ? 1 : 2;
          if ((address & (size - 1)) !== 0 || (address - start) >>> 0 >= reach)
            this.#stopAccess(pc, done, clock, i, address, size);
          if (fixedPages[address >>> PAGE_SHIFT] !== 0 && overlapsFixed(this.#program, address, address + 1)) {
            const fault = storeFault(this.#program, `${size}-byte store`, address, address + size)!;
            this.#stopFor(pc, done, clock, fault, { address, size });
          }
          if (meter !== undefined && !meter.touchStore(address, clock)) {
            rowsLeft[eventClass] = rest + 1;
            stop = 'state';
            break loop;
          }
          const page = pages[address >>> PAGE_SHIFT] ?? this.memory.page(address);
          const at = (address & PAGE_MASK) >>> 2;
          const old = page[at]!;
          if (recorder !== undefined)
            recorder.store(size === 4 ? events.store_word : events.store_sub, i, clock, a, b, address & ~3, old, w);
          else if (this.#rollback !== undefined && !this.#rollback.pages.has(address >>> PAGE_SHIFT))
            this.#rollback.pages.set(address >>> PAGE_SHIFT, page.slice());
          const shift = 8 * (address & 3);
          const mask = size === 4 ? -1 : size === 2 ? 0xffff << shift : 0xff << shift;
          page[at] = (old & ~mask) | ((b << shift) & mask);
          break;
        }
        case 15: {
          // jalr
          const a = x[(w >>> 16) & 255]!;
          const target = (a + packed[4 * i + 1]!) & ~1;
          if ((target & 3) !== 0)
            this.#stop(pc, done, clock, 'MISALIGNED_JUMP', `jump to ${hex(target)}, not a multiple of 4`);
          if (recorder !== undefined) recorder.immediate(events.jalr, i, clock, a, w);
          if (jumps !== undefined) jumps.jump(pc, target, (w >>> 8) & 255, (w >>> 16) & 255, x[2]!);
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
          this.pc = pc >>> 0;
          this.clock = clock;
          this.cycles += done;
          steps -= done;
          done = 0;
          const code = this.registers[T0]!;
          profiler?.beforeCall(rowsLeft);
          const hookCycles = this.#host.hookCycles;
          next = this.#ecall(i, steps);
          // So that whoever runs slices gets a turn between hooks, which may take long.
          steps -= this.#host.hookCycles - hookCycles;
          // EXIT_UNCONSTRAINED turns the clock back, which gives no steps back.
          steps -= Math.max(0, this.clock - clock) >> 2;
          limit = Math.min(steps, this.#cyclesLeft) | 0;
          clock = this.clock;
          pc = this.pc | 0;
          recorder = this.#active;
          meter = this.#meter;
          rowsLeft = this.#rowsLeft;
          profiler?.afterCall(code >>> 0, rowsLeft, this.#rollback === undefined);
          if (this.#stopped !== undefined) {
            stop = this.#stopped;
            break loop;
          }
          break;
        }
        default:
          this.#stop(pc, done, clock, 'ILLEGAL_INSTRUCTION', illegalWord(wordAt(this.#program, pc >>> 0) ?? 0));
      }
      if (profiler !== undefined && eventClass !== ECALL_CLASS && this.#rollback === undefined)
        profiler.retire(eventClass, i, next, x[2]!);
      arrived = blocks !== undefined && (handedBack || next !== ((pc + 4) | 0));
      handedBack = false;
      pc = next;
      clock = (clock + CLOCK_STEP) | 0;
      done++;
      if (this.halted) break;
    }
    this.pc = pc >>> 0;
    this.clock = clock;
    this.cycles += done;
    if (this.halted) return 'halted';
    if (this.#cyclesLeft <= 0)
      this.#stop(pc, 0, clock, 'CYCLE_LIMIT', `not halted after ${this.#options.maxCycles} cycles${this.#ofHooks}`);
    return stop;
  }

  /** Cycles that the run may still take, those of unconstrained blocks counted like any other, and hooks as what they take. */
  get #cyclesLeft(): number {
    return this.#options.maxCycles - this.cycles - this.#unconstrainedCycles - this.#host.hookCycles;
  }

  get #ofHooks(): string {
    const { hookCycles } = this.#host;
    return hookCycles === 0 ? '' : `, of which ${hookCycles} stand for the work of hooks`;
  }

  #stopAccess(pc: number, done: number, clock: number, i: number, address: number, size: number): never {
    const fault = accessFault(this.#program, this.registers, i, address, size);
    return this.#stopFor(pc, done, clock, fault, { address, size });
  }

  #stopFor(
    pc: number,
    done: number,
    clock: number,
    fault: Refusal,
    figures: Readonly<Record<string, number>> = {},
  ): never {
    this.pc = pc >>> 0;
    this.clock = clock;
    this.cycles += done;
    throw new ExecutionError(fault.code, fault.reason, { pc: this.pc, cycle: this.cycles, ...figures });
  }

  #stop(pc: number, done: number, clock: number, code: TrapCode, reason: string): never {
    return this.#stopFor(pc, done, clock, { code, reason });
  }

  #trap(code: TrapCode, reason: string): never {
    return this.#stop(this.pc, 0, this.clock, code, reason);
  }

  /** Runs the ECALL at `this.pc`, at most `steps` rows of it; returns the next pc. */
  #ecall(i: number, steps: number): number {
    const code = this.registers[T0]! >>> 0;
    const known = this.#calls.find(code);
    if (this.#rollback !== undefined && known?.call.isUnconstrained !== true)
      this.#trap('UNCONSTRAINED', `system call 0x${code.toString(16)} inside an unconstrained block`);
    if (known === undefined) return this.#trap('UNKNOWN_SYSCALL', unknownCall(code, this.registers[A7]!));
    const { call, rowClass } = known;
    // A call with rows of its own is not counted among the others.
    if (rowClass !== undefined) this.#rowsLeft[ECALL_CLASS]!++;
    this.#stopped = undefined;
    this.wanted = 1;
    return call.run(this.#callMachine(i, steps, rowClass)) ?? this.pc;
  }

  /** What the call at `this.pc` sees of this machine. */
  #callMachine(index: number, steps: number, rowClass: number | undefined): CallMachine {
    const { registers: x, memory } = this;
    const [program, host, recorder, isUnconstrained] = [
      this.#program,
      this.#host,
      this.#active,
      this.#rollback !== undefined,
    ];
    const [a0, a1, a2] = [x[A0]! >>> 0, x[A1]! >>> 0, x[A2]! >>> 0];
    const clock = (): number => this.clock;
    let rows = 0;
    return {
      program,
      host,
      memory,
      registers: x,
      recorder,
      isUnconstrained,
      index,
      pc: this.pc,
      a0,
      a1,
      a2,
      get clock() {
        return clock();
      },
      noteHint: (word) => this.#meter?.hints.push(word),
      refuse: (refusal) => {
        if (refusal !== undefined) this.#trap(refusal.code, refusal.reason);
      },
      nextRow: (address) => {
        if (rows > 0) this.clock += CLOCK_STEP;
        if (rows === steps) this.#stopped = 'steps';
        else if (this.#rowsLeft[rowClass!] === 0) this.#stopped = rowClass!;
        else if (address !== undefined && this.#meter?.touchStore(address, this.clock) === false)
          this.#stopped = 'state';
        if (this.#stopped !== undefined) return false;
        this.#rowsLeft[rowClass!]!--;
        rows++;
        return true;
      },
      take: (taken, words) => this.#take(taken, words),
      halt: () => {
        this.halted = true;
      },
      enterUnconstrained: () => this.#enterUnconstrained(),
      exitUnconstrained: () => this.#exitUnconstrained(),
    };
  }

  /** Rows of several classes and words of memory, or nothing. */
  #take(taken: readonly CallRows[], words: readonly CallWords[]): boolean {
    const classes = taken.map(({ events, rows }) => ({ k: this.#calls.classNumber(events), rows }));
    for (const { k, rows } of classes) {
      if (this.#rowsLeft[k]! >= rows) continue;
      this.#stopped = k;
      this.wanted = rows;
      return false;
    }
    const meter = this.#meter;
    for (const { address, count, kept, slot } of meter === undefined ? [] : words) {
      for (let i = 0; i < count; i++) {
        // Words that were noted before room ran out stay noted: nothing else of the call happens.
        if (meter!.touchIn(slot, address + 4 * i, this.clock, i >= kept)) continue;
        this.#stopped = 'state';
        return false;
      }
    }
    for (const { k, rows } of classes) this.#rowsLeft[k]! -= rows;
    return true;
  }

  #enterUnconstrained(): boolean {
    if (!this.#host.runsUnconstrained) return false;
    const { pc, clock, cycles } = this;
    this.#rollback = { registers: this.registers.slice(), pc, clock, cycles, pages: new Map() };
    this.#active = undefined;
    this.#meter = undefined;
    this.#rowsLeft = new Int32Array(256).fill(UNLIMITED);
    return true;
  }

  /** Back to the state after ENTER, as if the block had been skipped with t0 = 0; returns the pc of ENTER. */
  #exitUnconstrained(): number | undefined {
    const saved = this.#rollback;
    if (saved === undefined) return undefined;
    for (const [page, words] of saved.pages) this.memory.pages[page]!.set(words);
    this.registers.set(saved.registers);
    // The block and EXIT itself do not count; ENTER was counted when it retired.
    this.#unconstrainedCycles += this.cycles - saved.cycles;
    this.cycles = saved.cycles;
    this.clock = saved.clock;
    this.#rollback = undefined;
    this.#active = this.#options.recorder;
    this.#meter = this.#options.meter;
    this.#rowsLeft = this.rowsLeft;
    return saved.pc;
  }
}
