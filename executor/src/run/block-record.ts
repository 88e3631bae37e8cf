/**
 * @module What blocks of hot code leave to a recorder, as JavaScript: the events that `Recorder` writes for single instructions, in
 * the same buffers. A block reserves room for all its events when it starts, and knows when it last touched a register.
 */
import type { Recorder } from '../observe/recorder.ts';
import { INSTRUCTION_CLASSES } from '../program/isa.ts';
import { CLOCK_STEP, MAX_GAP, MEMORY_SPACE, REGISTER_SPACE, SLOT } from '../program/layout.ts';
import { PAGE_SHIFT } from '../program/memory.ts';

/** Where an instruction's operands are touched, as its event has them. */
type Operand = 'a' | 'b' | 'memory' | 'rd';

const REGISTER_FORM = ['a', 'b', 'rd'] as const;
const IMMEDIATE_FORM = ['a', 'rd'] as const;

/** What the events of a class hold between the clock and the timestamps: JavaScript, A and B being operands, D the destination, W the word. */
const FORMS: Readonly<Record<string, { readonly values: readonly string[]; readonly touches: readonly Operand[] }>> =
  (() => {
    const register = { values: ['A', 'B', 'D'], touches: REGISTER_FORM };
    const immediate = { values: ['A', 'D'], touches: IMMEDIATE_FORM };
    const branch = { values: ['A', 'B'], touches: ['a', 'b'] as const };
    const load = { values: ['A', 'W', 'D'], touches: ['a', 'memory', 'rd'] as const };
    const store = { values: ['A', 'B', 'W'], touches: ['a', 'b', 'memory'] as const };
    return {
      ...{ add: register, bitwise: register, slt: register, shift: register, mul: register, mulh: register },
      ...{ divrem: register, addi: immediate, bitwise_imm: immediate, slt_imm: immediate, shift_imm: immediate },
      ...{ jalr: immediate, const: { values: ['D'], touches: ['rd'] as const }, branch_eq: branch, branch_lt: branch },
      ...{ load_word: load, load_sub: load, store_word: store, store_sub: store },
    };
  })();

const SLOTS: Readonly<Record<Operand, number>> = { a: SLOT.rs1, b: SLOT.rs2, memory: SLOT.memory, rd: SLOT.rd };

/** The events of one block. The text that it gives relies on names of the block: `c` its clock, `x` registers, `record` the recorder. */
export class BlockRecord {
  /** Events so far, by number of their class. */
  readonly #events = new Map<number, number>();
  /** Clocks of registers that the block has touched, from its own on. */
  readonly #touched = new Map<number, number>();

  /**
   * The event of instruction j of the block, before it changes anything.
   * @param index - of the instruction in the code.
   * @param w - its packed word.
   */
  note(j: number, index: number, w: number, eventClass: number): string {
    const number = this.#events.get(eventClass) ?? 0;
    this.#events.set(eventClass, number + 1);
    const { values, touches } = FORMS[INSTRUCTION_CLASSES[eventClass]!]!;
    const cells = { a: (w >>> 16) & 255, b: w >>> 24, rd: (w >>> 8) & 255 };
    const texts: Readonly<Record<string, string>> = {
      ...{ A: `x[${cells.a}]`, B: `x[${cells.b}]`, D: `x[${cells.rd}]`, W: 'p[i]' },
    };
    const clock = `(c + ${CLOCK_STEP * j})`;
    const first = number * (2 + values.length + touches.length);
    const fields = [`${index}`, clock, ...values.map((name) => texts[name]!)];
    const lines = fields.map((value, i) => `d${eventClass}[u${eventClass} + ${first + i}] = ${value};`);
    for (const [i, operand] of touches.entries()) {
      const target = `d${eventClass}[u${eventClass} + ${first + fields.length + i}]`;
      const now = CLOCK_STEP * j + SLOTS[operand];
      lines.push(
        operand === 'memory' ? memoryTouch(target, now, clock) : this.#touch(target, cells[operand], now, clock),
      );
    }
    return lines.join('\n');
  }

  #touch(target: string, cell: number, now: number, clock: number | string): string {
    const before = this.#touched.get(cell);
    this.#touched.set(cell, now);
    const note = `t[${cell}] = c + ${now};`;
    // A block is shorter than the longest gap.
    if (before !== undefined) return `${target} = c + ${before}; ${note}`;
    return `v = t[${cell}]; ${note}
      ${target} = ((c + ${now} - v) | 0) > ${MAX_GAP} ? record.bump(${REGISTER_SPACE}, ${cell}, x[${cell}], v, ${clock}) : v;`;
  }

  /** Before the block's first instruction: room for all its events, or else `handBack`. */
  begin(strideOf: (eventClass: number) => number, handBack: string): string {
    const all = [...this.#events].map(([k, count]) => ({ k, words: count * strideOf(k) }));
    return [
      'const t = record.clocks, ev = record.byClass;',
      ...all.map(({ k }) => `const e${k} = ev[${k}], u${k} = e${k}.used;`),
      `if (${all.map(({ k, words }) => `u${k} + ${words} > e${k}.capacity`).join(' || ')}) ${handBack}`,
      ...all.map(({ k, words }) => `e${k}.used = u${k} + ${words}; const d${k} = e${k}.data;`),
    ].join('\n');
  }
}

/** The word at `m`, word i of its page. */
function memoryTouch(target: string, now: number, clock: string): string {
  return `q = clocks[m >>> ${PAGE_SHIFT}]; if (q === undefined) q = record.clockPage(m);
    v = q[i]; q[i] = c + ${now};
    ${target} = ((c + ${now} - v) | 0) > ${MAX_GAP} ? record.bump(${MEMORY_SPACE}, m >>> 2, p[i], v, ${clock}) : v;`;
}

/** Takes back the events of a block's instructions from number `at` on, which did not run. */
export function giveBackEvents({ byClass }: Recorder, classes: readonly number[], at: number): void {
  for (let k = at; k < classes.length; k++) {
    const buffer = byClass[classes[k]!]!;
    buffer.used -= buffer.stride;
  }
}
