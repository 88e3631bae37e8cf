/**
 * @module Hot code as JavaScript functions, one per straight line of instructions. They do what the interpreter does where
 * nothing special happens; before anything special (a trap, a system call, a table without room) they hand back, and the
 * interpreter runs that instruction. Where code may not be made from text, everything is interpreted.
 */

import type { Meter } from '../observe/meter.ts';
import { jumpOf, type Profiler } from '../observe/profiler.ts';
import type { Recorder } from '../observe/recorder.ts';
import { ENDLESS } from '../program/endless.ts';
import { INSTRUCTION_CLASSES, type InstructionClass, OP } from '../program/isa.ts';
import { MAX_GAP, MEMORY_END } from '../program/layout.ts';
import { PAGE_MASK, PAGE_SHIFT } from '../program/memory.ts';
import { overlapsFixed, type Program } from '../program/program.ts';
import { divide, multiplyHigh } from './arithmetic.ts';
import { BlockRecord } from './block-record.ts';
import type { JumpObserver } from './state.ts';

/** Fields of {@link BlockState}. */
export const BLOCK = { clock: 0, interpret: 1, at: 2 } as const;
/** Clock, in and out; whether the next instruction is to be interpreted; how many of the block were run before it. */
export type BlockState = Int32Array;

type Run = (
  x: Int32Array,
  rowsLeft: Int32Array,
  pages: readonly (Int32Array | undefined)[],
  clocks: readonly (Int32Array | undefined)[],
  meter: Meter | undefined,
  state: BlockState,
  lastStart: number,
  record: Recorder | undefined,
) => number;

export interface Block {
  /** Runs the block, again and again if it is a loop, while its clock is at most `lastStart`; returns the next pc. */
  readonly run: Run;
  /** Event classes of its instructions, by number. */
  readonly classes: readonly number[];
}

/** Instructions of a block at most. */
export const MAX_BLOCK = 64;
/** Arrivals after which code is hot, unless told otherwise. */
const HOT_AFTER = 100;
/** Heat of what has been compiled, or cannot be. */
const TRIED = 255;

/** Whether a page's policy refused to make code from text. Asked once: it reports every attempt. */
let isTextRefused = false;

/** Whom blocks tell of what they run. Code is made for those that there are. */
export interface BlockObservers {
  /** Whether they tell a meter of their accesses. */
  readonly isMetered?: boolean;
  /** Whether they leave events to a recorder. */
  readonly isRecorded?: boolean;
  /** Is told what they run, and where they call and return. */
  readonly profiler?: Profiler | undefined;
  readonly jumps?: JumpObserver | undefined;
}

/** Blocks with records by program: whoever proves shards runs one after another of the same. */
const recorded = new WeakMap<Program, BlockCache>();

/** The blocks of a program, made as they get hot. */
export class BlockCache {
  /** By number of the first instruction. */
  readonly table: (Block | undefined)[];
  readonly #heat: Uint8Array;
  readonly #program: Program;
  readonly #observers: BlockObservers;
  readonly #hotAfter: number;

  /** @param hotAfter - arrivals before a block is made, below 254. */
  constructor(program: Program, observers: BlockObservers, hotAfter: number = HOT_AFTER) {
    this.#observers = observers;
    this.#hotAfter = hotAfter;
    this.table = new Array(program.code.length).fill(undefined);
    this.#heat = new Uint8Array(program.code.length);
    this.#program = program;
  }

  /** Blocks that leave events, kept for the next run of the program. */
  static recordedOf(program: Program): BlockCache {
    const cache = recorded.get(program) ?? new BlockCache(program, { isRecorded: true });
    recorded.set(program, cache);
    return cache;
  }

  /** Whether there will be blocks at all. */
  static get isAllowed(): boolean {
    return !isTextRefused;
  }

  /** Notes that a run arrived at an instruction by a jump, where no block starts; returns one that is made now. */
  arrive(i: number): Block | undefined {
    if (isTextRefused || this.#heat[i] === TRIED || ++this.#heat[i]! <= this.#hotAfter) return undefined;
    this.#heat[i] = TRIED;
    this.table[i] = compile(this.#program, i, this.#observers);
    return this.table[i];
  }
}

const SIGNED: Readonly<Partial<Record<number, string>>> = {
  [OP.ADD]: '(A + B) | 0',
  [OP.SUB]: '(A - B) | 0',
  [OP.ADDI]: '(A + I) | 0',
  [OP.AND]: 'A & B',
  [OP.OR]: 'A | B',
  [OP.XOR]: 'A ^ B',
  [OP.ANDI]: 'A & I',
  [OP.ORI]: 'A | I',
  [OP.XORI]: 'A ^ I',
  [OP.SLT]: 'A < B ? 1 : 0',
  [OP.SLTU]: '(A >>> 0) < (B >>> 0) ? 1 : 0',
  [OP.SLTI]: 'A < I ? 1 : 0',
  [OP.SLTIU]: '(A >>> 0) < (I >>> 0) ? 1 : 0',
  [OP.SLL]: 'A << B',
  [OP.SRL]: 'A >>> B',
  [OP.SRA]: 'A >> B',
  [OP.SLLI]: 'A << I',
  [OP.SRLI]: 'A >>> I',
  [OP.SRAI]: 'A >> I',
  [OP.MUL]: 'Math.imul(A, B)',
  [OP.MULH]: 'multiplyHigh(O, A, B)',
  [OP.MULHU]: 'multiplyHigh(O, A, B)',
  [OP.MULHSU]: 'multiplyHigh(O, A, B)',
  [OP.DIV]: 'divide(O, A, B)',
  [OP.DIVU]: 'divide(O, A, B)',
  [OP.REM]: 'divide(O, A, B)',
  [OP.REMU]: 'divide(O, A, B)',
};

const CONDITIONS: Readonly<Partial<Record<number, string>>> = {
  [OP.BEQ]: 'A === B',
  [OP.BNE]: 'A !== B',
  [OP.BLT]: 'A < B',
  [OP.BGE]: 'A >= B',
  [OP.BLTU]: '(A >>> 0) < (B >>> 0)',
  [OP.BGEU]: '(A >>> 0) >= (B >>> 0)',
};

/** Bytes, and what becomes of the word W shifted to them. */
const LOADS: Readonly<Partial<Record<number, readonly [number, string]>>> = {
  [OP.LW]: [4, 'W'],
  [OP.LB]: [1, '(W >>> (8 * (m & 3))) << 24 >> 24'],
  [OP.LBU]: [1, '(W >>> (8 * (m & 3))) & 255'],
  [OP.LH]: [2, '(W >>> (8 * (m & 3))) << 16 >> 16'],
  [OP.LHU]: [2, '(W >>> (8 * (m & 3))) & 65535'],
};
const STORES: Readonly<Partial<Record<number, number>>> = { [OP.SW]: 4, [OP.SH]: 2, [OP.SB]: 1 };

/** `undefined` where the first instruction is one for the interpreter, or code cannot be made from text. */
function compile(
  program: Program,
  first: number,
  { isMetered = false, isRecorded = false, profiler, jumps }: BlockObservers,
): Block | undefined {
  const record = isRecorded ? new BlockRecord() : undefined;
  const { code, fixedPages } = program;
  const { packed, base } = code;
  const classes: number[] = [];
  const lines: string[] = [];
  const pcOf = (i: number): number => (base + 4 * i) | 0;
  let end: string | undefined;
  for (let j = 0; end === undefined; j++) {
    const i = first + j;
    const handBack = `{ s[0] = c + ${4 * j}; s[1] = 1; s[2] = ${j}; return ${pcOf(i)}; }`;
    const eventClass = i < code.length && j < MAX_BLOCK ? packed[4 * i + 3]! : 255;
    const name: InstructionClass | undefined = INSTRUCTION_CLASSES[eventClass];
    if (name === undefined || name === 'ecall') {
      if (j === 0) return undefined;
      // The end of a long line is no reason to interpret, any other is.
      end = j === MAX_BLOCK ? `s[0] = c + ${4 * j}; return ${pcOf(i)};` : handBack;
      break;
    }
    classes.push(eventClass);
    const [w, imm, target] = [packed[4 * i]!, packed[4 * i + 1]!, packed[4 * i + 2]!];
    const op = w & 255;
    const [rd, a, b] = [`x[${(w >>> 8) & 255}]`, `x[${(w >>> 16) & 255}]`, `x[${w >>> 24}]`];
    const fill = (text: string): string =>
      text.replace(/[ABIO]/g, (letter) => ({ A: a, B: b, I: `(${imm})`, O: `${op}` })[letter]!);
    const done = `s[0] = c + ${4 * (j + 1)};`;
    const noteJump = (kind: ReturnType<typeof jumpOf>, to: string): string => {
      if (profiler === undefined || kind === undefined) return '';
      if (kind === 'return') return `profiler.return(${to}, x[2]); `;
      if (kind === 'call' && op === OP.CONST)
        return `profiler.call(${profiler.called(target >>> 0)}, ${(pcOf(i) >>> 0) + 4}, x[2]); `;
      return `profiler.jump('${kind}', ${pcOf(i) >>> 0}, ${to}, x[2]); `;
    };
    const jump = (to: number): string =>
      to === pcOf(first) ? `c += ${4 * (j + 1)}; continue;` : `${done} return ${to};`;
    const note = (): void => {
      if (record !== undefined) lines.push(record.note(j, i, w, eventClass));
    };
    if (SIGNED[op] !== undefined) {
      note();
      lines.push(`${rd} = ${fill(SIGNED[op])};`);
    } else if (op === OP.CONST) {
      if ((w & ENDLESS) !== 0) {
        // To the interpreter, which says so.
        if (j === 0) return undefined;
        end = handBack;
        break;
      }
      const isTold = jumps !== undefined && target !== pcOf(i + 1);
      if (isTold && (((w >>> 8) & 255) < 32 || (target - base) >>> 0 >= 4 * code.length))
        lines.push(`jumps.jump(${pcOf(i)}, ${target}, ${(w >>> 8) & 255}, 0, x[2]);`);
      note();
      lines.push(`${rd} = ${imm};`);
      const kind = jumpOf((w >>> 8) & 255, -1);
      const isNoted = profiler?.leaves(kind, pcOf(i) >>> 0, target >>> 0) === true;
      if (target !== pcOf(i + 1)) end = `${isNoted ? noteJump(kind, `${target >>> 0}`) : ''}${jump(target)}`;
    } else if (CONDITIONS[op] !== undefined) {
      const taken = `if (${fill(CONDITIONS[op])})`;
      if (target === pcOf(i)) lines.push(`${taken} ${handBack}`);
      note();
      if (target !== pcOf(i)) lines.push(`${taken} { ${jump(target)} }`);
      end = `${done} return ${pcOf(i + 1)};`;
    } else if (op === OP.JALR) {
      lines.push(`m = (${a} + ${imm}) & ~1; if ((m & 3) !== 0) ${handBack}`);
      if (jumps !== undefined) lines.push(`jumps.jump(${pcOf(i)}, m, ${(w >>> 8) & 255}, ${(w >>> 16) & 255}, x[2]);`);
      note();
      // The target is in a variable: the destination may be the register that it came from.
      lines.push(`${rd} = ${pcOf(i + 1)};`);
      end = `${noteJump(jumpOf((w >>> 8) & 255, (w >>> 16) & 255), 'm >>> 0')}${done} return m;`;
    } else {
      const [size, value] = LOADS[op] ?? [STORES[op]!, undefined];
      // The page at null is among those that are not there, unless a segment lies in it: the interpreter traps.
      lines.push(`m = (${a} + ${imm}) >>> 0; if ((m & ${size - 1}) !== 0 || m >= ${MEMORY_END}) ${handBack}`);
      if (value === undefined) lines.push(`if (fixedPages[m >>> ${PAGE_SHIFT}] !== 0 && isFixed(m)) ${handBack}`);
      lines.push(`p = pages[m >>> ${PAGE_SHIFT}]; if (p === undefined) ${handBack}`, `i = (m & ${PAGE_MASK}) >>> 2;`);
      if (isMetered) lines.push(noteAccess(`(c + ${4 * j})`, value === undefined, handBack));
      note();
      if (value !== undefined) lines.push(`${rd} = ${value.replaceAll('W', 'p[i]')};`);
      else if (size === 4) lines.push(`p[i] = ${b};`);
      else {
        const mask = size === 2 ? 0xffff : 0xff;
        lines.push(`k = 8 * (m & 3); p[i] = (p[i] & ~(${mask} << k)) | ((${b} & ${mask}) << k);`);
      }
    }
  }
  const text = `return (x, rowsLeft, pages, clocks, meter, s, lastStart, record) => {
    let c = s[0], m = 0, i = 0, k = 0, v = 0, p, q;
    for (;;) {
      if (c > lastStart) { s[0] = c; return ${pcOf(first)}; }
      ${reserve(classes, pcOf(first), record?.begin(nothingRun(classes, pcOf(first))))}
      ${profiler === undefined ? '' : noteBlock(classes, profiler)}
      ${lines.join('\n')}
      ${end}
    }
  };`;
  try {
    const isFixed = (address: number): boolean => overlapsFixed(program, address, address + 1);
    const names = ['multiplyHigh', 'divide', 'fixedPages', 'isFixed', 'jumps', 'profiler', 'totals'];
    const values = [multiplyHigh, divide, fixedPages, isFixed, jumps, profiler, profiler?.totals];
    const run = new Function(...names, text)(...values) as Run;
    return { run, classes };
  } catch (error) {
    isTextRefused = (error as Error).name === 'EvalError';
    return undefined;
  }
}

/** Hands back before the first instruction. `at` is the number of rows that are taken: none are given back then. */
const nothingRun = (classes: readonly number[], pc: number): string =>
  `{ s[0] = c; s[1] = 1; s[2] = ${classes.length}; return ${pc}; }`;

/** Takes the block's rows from what is left of their classes, and room for their events, or hands back before its first instruction. */
function reserve(classes: readonly number[], pc: number, events: string = ''): string {
  const rows = new Map<number, number>();
  for (const eventClass of classes) rows.set(eventClass, (rows.get(eventClass) ?? 0) + 1);
  const all = [...rows];
  return [
    ...all.map(([eventClass, n]) => `const l${eventClass} = rowsLeft[${eventClass}] - ${n};`),
    `if (${all.map(([eventClass]) => `l${eventClass} < 0`).join(' || ')}) ${nothingRun(classes, pc)}`,
    events,
    ...all.map(([eventClass]) => `rowsLeft[${eventClass}] = l${eventClass};`),
  ].join('\n');
}

/** Counts all of a block when it starts; what is handed back is taken off again. */
function noteBlock(classes: readonly number[], { costs }: Profiler): string {
  const cells = classes.reduce((sum, k) => sum + costs[k]!, 0);
  return `totals[0] += ${classes.length}; totals[1] += ${cells};`;
}

/** The meter's quick case in place: a word that was accessed, and stored to if this is a store, not long ago. */
function noteAccess(clock: string, isStore: boolean, handBack: string): string {
  const recent = `((${clock} - v) | 0) <= ${MAX_GAP}${isStore ? ' && (v & 1) === 1' : ''}`;
  const touch = isStore ? 'touchStore' : 'touch';
  return `q = clocks[m >>> ${PAGE_SHIFT}];
    if (q !== undefined && (v = q[i], ${recent})) q[i] = ${clock} | ${isStore ? 1 : '(v & 1)'};
    else if (!meter.${touch}(m, ${clock})) ${handBack}`;
}
