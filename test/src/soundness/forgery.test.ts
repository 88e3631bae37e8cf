/**
 * Forged results with consistent hints. For every operation and pair of edge operands, a lying prover computes the row's
 * hints and result for other operands or another operation of the chip, and puts them beside the true inputs; besides, it
 * tries every setting of the boolean hints with results that are off by the amounts at which carries hide. A row passes
 * only if its constraints and lookups hold and it differs from the honest one in nothing but the result.
 */

import * as asm from '@weft/executor/program/assembler';
import { CLASS_BY_OP, OP } from '@weft/executor/program/isa';
import { EDGES, FEW_EDGES } from '@weft/executor/testing';
import { P } from '@weft/primitives/field/base';
import type { Chip } from '@weft/prover/air/chip';
import { eventsOf } from '@weft/prover/air/tables';
import type { JoinedTable } from '@weft/prover/air/trace';
import { fillTable } from '@weft/prover/prove/fill';
import { machineKey } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';
import { judge } from '../support/rows.ts';
import { trace } from '../support/traces.ts';

const { machine } = machineKey();
const PC = asm.TEXT;

/** Operation, operands and, for loads and stores, memory content. */
interface Case {
  readonly op: number;
  readonly a: number;
  readonly b: number;
}

const REGISTERS = [
  'ADD',
  'SUB',
  'SLT',
  'SLTU',
  'AND',
  'OR',
  'XOR',
  'SLL',
  'SRL',
  'SRA',
  'MUL',
  'MULH',
  'MULHU',
  'MULHSU',
  'DIV',
  'DIVU',
  'REM',
  'REMU',
] as const;
const LOADS = ['LB', 'LBU', 'LH', 'LHU', 'LW'] as const;
const STORES = ['SB', 'SH', 'SW'] as const;
const BRANCHES = ['BEQ', 'BNE', 'BLT', 'BGE', 'BLTU', 'BGEU'] as const;

/** The event of a case; operands of loads and stores: a = address, b = word or value. */
function eventOf({ a, b }: Case): Record<string, number> {
  return {
    index: 0,
    clk: 400,
    a,
    b,
    word: b,
    old: 0x11223344,
    aTs: 4,
    bTs: 5,
    rdTs: 6,
    memoryTs: 7,
  };
}

/** A chip, and registers of an instruction that it takes. */
interface Subject {
  readonly chip: Chip;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
}

/** The instruction of a case, as the only row of the table that its event is joined to. */
function instructionOf({ op, b }: Case, { rd, rs1, rs2 }: Subject): JoinedTable {
  const imm = op === OP.ADDI ? b : 0;
  return {
    key: 'index',
    columns: { pc: [PC], op: [op], rd: [rd], rs1: [rs1], rs2: [rs2], imm: [imm], target: [PC + 64] },
  };
}

const chipNamed = (name: string | undefined): Chip => machine.chips.find((c) => c.name === name)!;
const general = (op: number): Subject => ({ chip: chipNamed(CLASS_BY_OP[op]), rd: 3, rs1: 1, rs2: 2 });

/** Chips for some registers, and operations that they take. */
const SOME_REGISTERS: readonly (readonly [Subject, keyof typeof OP])[] = [
  ...(['ADD', 'SUB'] as const).map((op) => [{ chip: chipNamed('add_in_place'), rd: 3, rs1: 3, rs2: 2 }, op] as const),
  ...(['AND', 'OR', 'XOR'] as const).map(
    (op) => [{ chip: chipNamed('bitwise_in_place'), rd: 3, rs1: 3, rs2: 2 }, op] as const,
  ),
  ...(['BEQ', 'BNE'] as const).map((op) => [{ chip: chipNamed('branch_zero'), rd: 0, rs1: 1, rs2: 0 }, op] as const),
];

function rowOf(c: Case, subject: Subject): number[] {
  return fillTable(subject.chip, eventsOf([eventOf(c)], instructionOf(c, subject)))!.columns.map(
    (column) => column[0]!,
  );
}

/** Columns that hold inputs: an honest prover cannot choose them. */
const INPUT =
  /^(is_|pc$|clk$|rd$|rs1$|rs2$|imm_|target$|old_|word_|.*_previous$|signed$|half$|remainder$|not$|a_lo$|a_hi$|a_[0-3]$|b_lo$|b_hi$|b_[0-3]$)/;

/** Where the honest row sends what the forger wants to change: the destination, the stored word, or the next pc. */
function isOutput(message: string): boolean {
  return /^1 (memory .*,403$|memory 2,.*,402$|execution .*,404$)/.test(message);
}

const realPk = (await trace(asm.halt())).pk;
/** Program lookups are judged as if the program held the case's instruction: the forger does not change them. */
function verdict(
  chip: Chip,
  row: readonly number[],
  honestProgram: string | undefined,
): { ok: boolean; messages: string[]; program: string } {
  const interactions = chip.interactions.filter((i) => i.bus.name !== 'program');
  const judged = judge(realPk, { ...chip, interactions }, row);
  const programOnly = chip.interactions
    .filter((i) => i.bus.name === 'program')
    .map((i) => ({ ...i, bus: { ...i.bus, kind: 'permutation' as const } }));
  const program = judge(realPk, { ...chip, interactions: programOnly }, row).messages;
  const ok =
    judged.broken.length === 0 &&
    judged.misses.length === 0 &&
    (honestProgram === undefined || program === honestProgram);
  return { ok, messages: judged.messages.split('\n'), program };
}

/** Whether `row` passes on the chip with another output. */
function forges(chip: Chip, honest: ReturnType<typeof verdict>, row: readonly number[]): boolean {
  const v = verdict(chip, row, honest.program);
  if (!v.ok) return false;
  const lost = honest.messages.filter((m) => !v.messages.includes(m));
  return lost.length > 0 && lost.every(isOutput);
}

function lies(c: Case): Case[] {
  const sameChip = Object.values(OP).filter((op) => op !== 0 && CLASS_BY_OP[op] === CLASS_BY_OP[c.op]);
  const others = [0, 1, 0xffff, 0x10000, 0x80000000, 0xffffffff];
  return [
    ...sameChip.map((op) => ({ ...c, op })),
    ...others.map((a) => ({ ...c, a })),
    ...others.map((b) => ({ ...c, b })),
    { ...c, a: c.a ^ 0x10000 },
    { ...c, a: (c.a + 1) >>> 0 },
    { ...c, b: (c.b + 1) >>> 0 },
    { ...c, b: (c.b ^ 0x80000000) >>> 0 },
  ].filter((lie) => lie.op !== c.op || lie.a !== c.a || lie.b !== c.b);
}

function check(
  name: keyof typeof OP,
  cases: readonly Case[],
  subject: Subject = general(OP[name]),
): { forged: number; tried: number } {
  const { chip } = subject;
  const names = chip.columns.map((c) => c.name);
  const bool = new Set(
    chip.constraints.filter((c) => c.name.endsWith('_is_bool')).map((c) => c.name.slice(0, -'_is_bool'.length)),
  );
  const hints = names.flatMap((n, i) => (bool.has(n) && !INPUT.test(n) ? [i] : [])).slice(0, 8);
  const results = names.flatMap((n, i) => (/^(result|value|xor|magnitude)/.test(n) ? [i] : []));
  let [forged, tried] = [0, 0];
  for (const [k, c] of cases.entries()) {
    const row = rowOf(c, subject);
    const honest = verdict(chip, row, undefined);
    expect(honest.ok, `${name} ${c.a} ${c.b} is honest`).toBe(true);
    for (const lie of lies(c)) {
      const lying = rowOf(lie, subject);
      const mixed = row.map((x, i) => (INPUT.test(names[i]!) ? x : lying[i]!));
      tried++;
      if (forges(chip, honest, mixed)) forged++;
    }
    const [lo, hi] = [names.indexOf('result_lo'), names.indexOf('result_hi')];
    for (const off of lo < 0 ? [] : [1, P - 1]) {
      const trial = row.with(lo, (row[lo]! + off * 65536) % P).with(hi, (row[hi]! + P - off) % P);
      tried++;
      if (forges(chip, honest, trial)) forged++;
    }
    // The search over boolean hints is exponential; a sample of the cases is enough.
    if (k % 7 !== 0) continue;
    for (const at of results.length > 0 ? results : [-1]) {
      for (const off of at < 0 ? [0] : [1, P - 1, 65536, P - 65536, 256]) {
        for (let bits = 0; bits < 2 ** hints.length; bits++) {
          const trial = row.slice();
          if (at >= 0) trial[at] = (trial[at]! + off) % P;
          for (const [j, hint] of hints.entries()) trial[hint] = (bits >> j) & 1;
          tried++;
          if (forges(chip, honest, trial)) forged++;
        }
      }
    }
  }
  return { forged, tried };
}

const pairs = FEW_EDGES.flatMap((a) => FEW_EDGES.map((b) => [a, b] as const));

describe('forged results are rejected', () => {
  it.each([...REGISTERS, ...BRANCHES])('%s', (name) => {
    const { forged, tried } = check(
      name,
      pairs.map(([a, b]) => ({ op: OP[name], a, b })),
    );
    expect(tried).toBeGreaterThan(500);
    expect(forged).toBe(0);
  });
  it.each([...LOADS, ...STORES])('%s', (name) => {
    const size = name.includes('W') ? 4 : name.includes('H') ? 2 : 1;
    const addresses = [0x20000, 0x20001, 0x20002, 0x20003].filter((a) => a % size === 0);
    const cases = addresses.flatMap((a) => EDGES.map((b) => ({ op: OP[name], a, b })));
    const { forged, tried } = check(name, cases);
    expect(tried).toBeGreaterThan(250);
    expect(forged).toBe(0);
  });
});

describe('forged results of chips for some registers are rejected', () => {
  // A word that is the modulus, too: as a number it is not 0, as a field element it would be.
  const words = [...FEW_EDGES, P];
  it.each(SOME_REGISTERS.map(([subject, op]) => [subject.chip.name, op, subject] as const))(
    '%s, %s',
    (_, op, subject) => {
      const cases = words.flatMap((a) =>
        words.map((b) => ({ op: OP[op], a, b: subject.chip.name === 'branch_zero' ? 0 : b })),
      );
      const { forged, tried } = check(op, cases, subject);
      expect(tried).toBeGreaterThan(500);
      expect(forged).toBe(0);
    },
  );
  it.each(['addi', 'addi_in_place', 'move'])('%s', (name) => {
    const immediates = name === 'move' ? [0] : [0, 1, 2047, 0xffffffff, 0xfffff800];
    const cases = words.flatMap((a) => immediates.map((b) => ({ op: OP.ADDI, a, b })));
    const { forged, tried } = check('ADDI', cases, {
      chip: chipNamed(name),
      rd: 3,
      rs1: name === 'addi_in_place' ? 3 : 1,
      rs2: 0,
    });
    expect(tried).toBeGreaterThan(100);
    expect(forged).toBe(0);
  });
});

it.each([
  ['slt', 'SLT'],
  ['branch_lt', 'BLTU'],
  ['add', 'ADD'],
  ['add_in_place', 'SUB'],
  ['addi', 'ADDI'],
  ['addi_in_place', 'ADDI'],
] as const)('the search finds forgeries of %s once its range checks are gone', (chipName, name) => {
  const chip = chipNamed(chipName);
  const weak = { ...chip, interactions: chip.interactions.filter((i) => i.bus.name !== 'range') };
  const subject = { ...general(OP[name]), chip: weak, ...(chipName.endsWith('in_place') ? { rs1: 3 } : {}) };
  const cases = pairs.map(([a, b]) => ({ op: OP[name], a, b: name === 'ADDI' ? b & 0x7ff : b }));
  expect(check(name, cases, subject).forged).toBeGreaterThan(0);
});

describe('another quotient with the remainder that goes with it', () => {
  /** The row of a / b with quotient q - 1 and remainder r + b, all hints adjusted. */
  function shifted(name: 'DIVU' | 'REMU', a: number, b: number): number[] {
    const subject = general(OP[name]);
    const { chip } = subject;
    const row = rowOf({ op: OP[name], a, b }, subject);
    const [q, r] = [Math.floor(a / b) - 1, (a % b) + b];
    const put = (column: string, value: number): void => {
      row[chip.columns.findIndex((c) => c.name === column)] = value;
    };
    for (let i = 0; i < 4; i++) put(`abs_q_${i}`, (q >>> (8 * i)) & 255);
    for (const [prefix, value] of [
      ['abs_r', r],
      ['magnitude', name === 'DIVU' ? q : r],
      ['result', name === 'DIVU' ? q : r],
    ] as const) {
      put(`${prefix}_lo`, value & 0xffff);
      put(`${prefix}_hi`, Math.floor(value / 65536));
    }
    // b - r - 1 is negative now; the best that a forger can do is to try both borrows.
    return row;
  }
  it.each(['DIVU', 'REMU'] as const)('%s', (name) => {
    const subject = general(OP[name]);
    const { chip } = subject;
    const unbounded = { ...chip, interactions: chip.interactions.filter((i) => i.bus.name !== 'range') };
    const borrowAt = chip.columns.findIndex((c) => c.name === 'borrow');
    for (const [a, b] of [
      [100, 7],
      [0x12345678, 0x1234],
      [0xffffffff, 3],
      [65536, 65535],
    ] as const) {
      const c = { op: OP[name], a, b };
      for (const borrow of [0, 1]) {
        const row = shifted(name, a, b);
        row[borrowAt] = borrow;
        expect(forges(chip, verdict(chip, rowOf(c, subject), undefined), row)).toBe(false);
        expect(forges(unbounded, verdict(unbounded, rowOf(c, subject), undefined), row)).toBe(true);
      }
    }
  });
});
