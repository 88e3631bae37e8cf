/**
 * @module What blocks of hot code leave to a recorder, as JavaScript: the events that `Recorder` writes for single instructions, in
 * the same buffers. A block reserves room for all its events when it starts, and knows when it last touched a register.
 */
import { EVENT_FIELDS } from '../observe/record.ts';
import type { Recorder } from '../observe/recorder.ts';
import { INSTRUCTION_CLASSES } from '../program/isa.ts';
import { CLOCK_STEP, MAX_GAP, MEMORY_SPACE, REGISTER_SPACE, SLOT } from '../program/layout.ts';
import { PAGE_SHIFT } from '../program/memory.ts';

const fieldsOf = (eventClass: number): readonly string[] => EVENT_FIELDS[INSTRUCTION_CLASSES[eventClass]!]!;

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
    const fields = fieldsOf(eventClass);
    const [rd, rs1, rs2] = [(w >>> 8) & 255, (w >>> 16) & 255, w >>> 24];
    const clock = `(c + ${CLOCK_STEP * j})`;
    const touch = (target: string, cell: number, slot: number): string =>
      this.#touch(target, cell, CLOCK_STEP * j + slot, clock);
    // What a store overwrites is a word of memory, and what others overwrite a register.
    const old = fields.includes('rdTs') ? `x[${rd}]` : 'p[i]';
    const values: Readonly<Record<string, string>> = {
      ...{ index: `${index}`, clk: clock, a: `x[${rs1}]`, b: `x[${rs2}]`, word: 'p[i]', old },
    };
    const lines = fields.map((field, i) => {
      const target = `d${eventClass}[u${eventClass} + ${number * fields.length + i}]`;
      if (field === 'aTs') return touch(target, rs1, SLOT.rs1);
      if (field === 'bTs') return touch(target, rs2, SLOT.rs2);
      if (field === 'rdTs') return touch(target, rd, SLOT.rd);
      if (field === 'memoryTs') return memoryTouch(target, CLOCK_STEP * j + SLOT.memory, clock);
      return `${target} = ${values[field]!};`;
    });
    return lines.join('\n');
  }

  #touch(target: string, cell: number, now: number, clock: string): string {
    const before = this.#touched.get(cell);
    this.#touched.set(cell, now);
    const note = `t[${cell}] = c + ${now};`;
    // A block is shorter than the longest gap.
    if (before !== undefined) return `${target} = c + ${before}; ${note}`;
    return `v = t[${cell}]; ${note}
      ${target} = ((c + ${now} - v) | 0) > ${MAX_GAP} ? record.bump(${REGISTER_SPACE}, ${cell}, x[${cell}], v, ${clock}) : v;`;
  }

  /** Before the block's first instruction: room for all its events, or else `handBack`. */
  begin(handBack: string): string {
    const all = [...this.#events].map(([k, count]) => ({ k, words: count * fieldsOf(k).length }));
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
