/**
 * Cheating runs of the RV32IM machine, by name: each takes honest traces, changes them as a cheating prover would, keeping
 * everything consistent that it can, and must leave a broken constraint or an unbalanced bus of the expected kind.
 */

import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { CELL, HALT_PC, REGISTER_LEAF } from '@weft/executor/program/layout';
import { P } from '@weft/primitives/field/base';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import type { Trace } from '@weft/prover/air/trace';
import { eventsOf, fillTable } from '@weft/prover/prove/fill';
import { proveTables } from '@weft/prover/prove/prove';
import { machineKey } from '@weft/rv32im/key';
import { verifyShard } from '@weft/rv32im/run/verify';
import { completeLookups } from '@weft/rv32im/shard/tables';
import { type ShardStatement, statementWords } from '@weft/rv32im/statement';
import { beforeAll, describe, expect, it } from 'vitest';
import { permuteBackwards } from '../support/backwards.ts';
import { EMPTY_DIGEST, everything, SYSCALL_INPUT } from '../support/programs.ts';
import { findings, type Traced, trace } from '../support/traces.ts';

const { machine } = machineKey();

/** A copy of a run's traces that a cheater edits by column name. */
class Forgery {
  readonly traces: (Trace | undefined)[];
  statement: ShardStatement<number>;
  readonly #run: Traced;

  constructor(run: Traced) {
    this.#run = run;
    this.traces = run.traces.map((t) => t && { ...t, columns: t.columns.map((c) => c.slice()) });
    this.statement = run.statement;
  }

  column(chip: string, name: string): Uint32Array {
    const k = machine.chips.findIndex((c) => c.name === chip);
    const at = machine.chips[k]!.columns.findIndex((c) => c.name === name);
    const column = this.traces[k]?.columns[at];
    if (column === undefined) throw new RangeError(`no ${chip}.${name}`);
    return column;
  }

  /** First row of the chip where the columns have these values. */
  row(chip: string, where: Readonly<Record<string, number>>): number {
    const names = Object.entries(where);
    const height = this.column(chip, names[0]![0]).length;
    for (let r = 0; r < height; r++) if (names.every(([n, v]) => this.column(chip, n)[r] === v)) return r;
    throw new RangeError(`no row of ${chip} with ${JSON.stringify(where)}`);
  }

  set(chip: string, row: number, values: Readonly<Record<string, number>>): this {
    for (const [name, v] of Object.entries(values)) this.column(chip, name)[row] = ((v % P) + P) % P;
    return this;
  }

  /** Copies a row to the chip's first padding row and returns where that is. */
  duplicate(chip: string, row: number): number {
    const k = machine.chips.findIndex((c) => c.name === chip);
    const { columns, chip: definition } = this.traces[k]!;
    let to = 0;
    while (!columns.every((c, i) => c[to] === definition.padding[i])) to++;
    for (const c of columns) c[to] = c[row]!;
    return to;
  }

  /** The reason for which the verifier rejects a proof of these traces. */
  async verdict(): Promise<string> {
    const { pk } = this.#run;
    const traces = completeLookups(
      pk,
      this.traces.map((t) => (t?.chip.fixed.kind === 'none' ? t : undefined)),
    );
    const proof = await proveTables(pk.key, pk.commitment, traces, statementWords(this.statement));
    return reasonOf(() => verifyShard(pk.key, pk.vk, this.statement, proof));
  }

  /** Names of broken constraints and unbalanced buses, lookups being counted again. */
  caughtBy(): string[] {
    const traces = completeLookups(
      this.#run.pk,
      this.traces.map((t) => (t?.chip.fixed.kind === 'none' ? t : undefined)),
    );
    const { constraints, tuples } = findings(traces, this.statement);
    return [...new Set([...constraints.map((c) => `${c.chip}.${c.constraint}`), ...tuples.map((t) => t.bus)])].sort();
  }
}

let run: Traced;
let small: Traced;
beforeAll(async () => {
  run = await trace(everything(), SYSCALL_INPUT);
  small = await trace([
    ...asm.li(6, asm.DATA),
    ...asm.li(7, 3),
    asm.store('SW', 7, 6, 0),
    asm.load('LW', 8, 6, 0),
    ...asm.halt(1),
  ]);
});
const forge = (of: Traced = run): Forgery => new Forgery(of);

it('the tool finds nothing in honest traces', () => {
  expect(forge().caughtBy()).toEqual([]);
  expect(forge(small).caughtBy()).toEqual([]);
});

describe('program and flow', () => {
  it('an instruction with another immediate', () => {
    const f = forge(small);
    const row = f.row('addi', { is_addi: 1, rd: 7 });
    const [lo, result] = [f.column('addi', 'imm_lo')[row]!, f.column('addi', 'result_lo')[row]!];
    f.set('addi', row, { imm_lo: lo + 1, result_lo: result + 1 });
    expect(f.caughtBy()).toContain('program');
  });
  it('two operation flags at once, adding up to a third operation', () => {
    const f = forge();
    const row = f.row('bitwise', { is_and: 1 });
    f.set('bitwise', row, { is_or: 1 });
    expect(f.caughtBy()).toContain('bitwise.at_most_one_operation');
  });
  it('a skipped instruction', () => {
    const f = forge(small);
    f.set('store_word', f.row('store_word', { is_sw: 1 }), { is_sw: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['execution', 'memory']));
  });
  it('an instruction executed twice', () => {
    const f = forge(small);
    f.duplicate('addi', 0);
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['execution', 'memory']));
  });
  it('a clock that jumps, detaching instructions from their order', () => {
    const f = forge(small);
    f.set('store_word', 0, { clk: f.column('store_word', 'clk')[0]! + 4 });
    expect(f.caughtBy()).toContain('execution');
  });
  it('a start elsewhere', () => {
    const f = forge(small);
    f.set('boundary', 0, { start_pc: asm.TEXT + 4 });
    expect(f.caughtBy()).toEqual(['execution', 'statement']);
  });
  it('a run that claims to have halted', () => {
    const f = forge(small);
    const row = f.row('ecall', { is_halt: 1 });
    f.set('ecall', row, { is_halt: 0, is_write: 1 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['execution', 'memory']));
  });
  it('a statement that says halted for a run that is not over', () => {
    const f = forge(small);
    f.statement = { ...f.statement, endPc: HALT_PC + 4 };
    expect(f.caughtBy()).toEqual(['statement']);
  });
  it('a branch not taken', () => {
    const f = forge();
    const row = f.row('branch_eq', { is_beq: 1, equal: 1 });
    f.set('branch_eq', row, { equal: 0 });
    expect(f.caughtBy()).toContain('branch_eq.differs');
  });
  it('JALR keeping bit 0', () => {
    const f = forge();
    const row = f.row('jalr', { is_jalr: 1, dropped_bit: 1 });
    f.set('jalr', row, { dropped_bit: 0 });
    expect(f.caughtBy()).toContain('jalr.target_carry_lo');
  });
});

describe('registers and memory', () => {
  it('x0 written', () => {
    const f = forge();
    const row = f.row('add', { rd: CELL.dump });
    f.set('add', row, { rd: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'program']));
  });
  it('x0 read as something else', () => {
    const f = forge();
    const row = f.row('add', { rs2: 0 });
    f.set('add', row, { b_lo: f.column('add', 'b_lo')[row]! + 1 });
    expect(f.caughtBy()).toContain('memory');
  });
  it('a load of a value that was never stored', () => {
    const f = forge(small);
    f.set('load_word', 0, { word_lo: 4 });
    expect(f.caughtBy()).toContain('memory');
  });
  it('a load from the past: the timestamp before the store', () => {
    const f = forge(small);
    f.set('load_word', 0, { word_lo: 0, memory_previous: 0 });
    expect(f.caughtBy()).toContain('memory');
  });
  it('an access before the one it follows', () => {
    const f = forge(small);
    const [load, store] = [f.column('load_word', 'clk')[0]! + 2, f.column('store_word', 'clk')[0]! + 2];
    // The load reads the initial value; the store then claims to come after it: its gap is negative.
    f.set('load_word', 0, { word_lo: 0, memory_previous: 0 });
    f.set('store_word', 0, { memory_previous: load });
    expect(store).toBeLessThan(load);
    expect(f.caughtBy()).toContain('range');
  });
  it('an address whose limbs make more than 32 bits', () => {
    const f = forge(small);
    const row = f.row('load_word', { is_lw: 1 });
    f.set('load_word', row, {
      address_lo: f.column('load_word', 'address_lo')[row]! - 2 ** 14,
      address_hi: f.column('load_word', 'address_hi')[row]! + 1,
    });
    expect(f.caughtBy()).toContain('range');
  });
  it('a misaligned word access', async () => {
    const f = forge();
    const row = f.row('load_sub', { half: 1, offset_0: 1 });
    f.set('load_sub', row, { offset_0: 0, offset_1: 1 });
    expect(f.caughtBy()).toContain('load_sub.half_is_aligned');
  });
  it('a bump that changes the value', () => {
    const f = forge();
    f.set('bump', 0, { value_lo: f.column('bump', 'value_lo')[0]! + 1 });
    expect(f.caughtBy()).toContain('memory');
  });
  it('a bump into the past', () => {
    const f = forge();
    f.set('bump', 0, { to_lo: 0, to_hi: 0, gap_hi: 0 });
    expect(f.caughtBy()).toContain('range');
  });
  it('a bump beyond 2^28, on the way around p', () => {
    const f = forge();
    f.set('bump', 0, { to_hi: 2 ** 12 });
    expect(f.caughtBy()).toContain('range');
  });
});

describe('state tree', () => {
  it('a leaf entered twice', () => {
    const f = forge(small);
    f.duplicate('leaf', 0);
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'tree']));
  });
  it('a leaf left out', () => {
    const f = forge(small);
    f.set('leaf', 0, { is_real: 0, is_register: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'tree']));
  });
  it('an initial value other than the tree has', () => {
    const f = forge(small);
    const row = f.row('leaf', { index: asm.DATA / 32 });
    f.set('leaf', row, { initial_0_lo: 9 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['hash', 'memory']));
  });
  it('a final value other than the last write, with a tree that agrees', () => {
    const f = forge(small);
    const row = f.row('leaf', { index: asm.DATA / 32 });
    f.set('leaf', row, { final_0_lo: 9 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['hash', 'memory']));
  });
  it('a leaf made up by running the permutation backwards from its digest: the range of its limbs alone says so (ADR 6)', async () => {
    const f = forge(small);
    // x16..x23, which the program leaves alone: before and after, eight zeros.
    const leaf = f.row('leaf', { index: REGISTER_LEAF + 2 });
    const digest = Array.from({ length: 8 }, (_, i) => f.column('leaf', `before_${i}`)[leaf]!);
    const made = permuteBackwards(suite.node, [...digest, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(hashNode(suite, made.slice(0, 8), made.slice(8))).toEqual(digest);
    for (const [i, limb] of made.entries()) {
      const half = `${i >> 1}_${i % 2 === 0 ? 'lo' : 'hi'}`;
      f.set('leaf', leaf, { [`initial_${half}`]: limb, [`final_${half}`]: limb });
    }
    // Its two permutations: of zeros no more, of what was made up instead.
    const zeros = f.row('hash', Object.fromEntries(made.map((_, i) => [`input_${i}`, 0])));
    f.set('hash', zeros, { multiplicity: f.column('hash', 'multiplicity')[zeros]! - 2 });
    const chip = machine.chips.find((c) => c.name === 'hash')!;
    const event = { multiplicity: 2, ...Object.fromEntries(made.map((x, i) => [`input${i}`, x])) };
    const row = fillTable(chip, eventsOf([event]))!;
    const to = f.duplicate('hash', zeros);
    f.set('hash', to, Object.fromEntries(chip.columns.map(({ name }, c) => [name, row.columns[c]![0]!])));
    expect(f.caughtBy()).toEqual(['range']);
    expect(await f.verdict()).toBe('bus_balance');
  });
  it('a stale sibling: the new tree with another neighbour than the old one', () => {
    const f = forge(small);
    const row = f.row('node', { is_real: 1, goes_left: 1, goes_right: 0 });
    const name = (side: string, i: number): string => `${side}_${i}`;
    const left = Array.from({ length: 8 }, (_, i) => f.column('node', name('leftAfter', i))[row]!);
    const sibling = hashLeaf(suite, [1, 2, 3]);
    const parent = hashNode(suite, left, sibling);
    for (let i = 0; i < 8; i++)
      f.set('node', row, { [name('rightAfter', i)]: sibling[i]!, [name('after', i)]: parent[i]! });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['node.right_child_unchanged_0', 'tree']));
  });
  it('a child passed on twice', () => {
    const f = forge(small);
    f.duplicate('node', f.row('node', { level: 25 }));
    expect(f.caughtBy()).toContain('tree');
  });
  it('a child passed on more than once by its count', () => {
    const f = forge(small);
    f.set('node', f.row('node', { goes_left: 1 }), { goes_left: 2 });
    expect(f.caughtBy()).toContain('node.goes_left_is_bool');
  });
  it('a leaf at another index than its path says', () => {
    const f = forge(small);
    const row = f.row('leaf', { index: asm.DATA / 32 });
    f.set('leaf', row, { index: asm.DATA / 32 + 1 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'tree']));
  });
  it('a register leaf used as memory at 0x78000000', () => {
    const f = forge(small);
    f.set('leaf', f.row('leaf', { is_register: 1, index: REGISTER_LEAF }), { is_register: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
  });
  it('another root in the statement', () => {
    const f = forge(small);
    f.statement = { ...f.statement, after: f.statement.before };
    expect(f.caughtBy()).toEqual(['statement']);
  });
  it('a second boundary', () => {
    const f = forge(small);
    f.duplicate('boundary', 0);
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['execution', 'memory', 'statement', 'tree']));
  });
});

describe('system calls', () => {
  const at = (f: Forgery, call: string): number => f.row('ecall', { [`is_${call}`]: 1 });
  it('ENTER_UNCONSTRAINED that returns t0 = 1, so that the block would count', () => {
    const f = forge();
    // t0 is written by no column that a prover could choose: calling it HINT_LEN with result 1 is the closest there is.
    const row = at(f, 'enter_unconstrained');
    f.set('ecall', row, { is_enter_unconstrained: 0, is_hint_len: 1, hint_length_lo: 1 });
    expect(f.caughtBy()).toContain('memory');
    const direct = forge().set('ecall', row, { hint_length_lo: 1 });
    expect(direct.caughtBy()).toEqual([]);
  });
  it('another exit code', () => {
    const f = forge(small);
    f.statement = { ...f.statement, exitLo: 2 };
    expect(f.caughtBy()).toEqual(['statement']);
    const written = forge(small);
    written.set('ecall', at(written, 'halt'), { a0_lo: 2 });
    expect(written.caughtBy()).toContain('memory');
  });
  it('a deferred word that is not 0', () => {
    const f = forge();
    f.set('ecall', at(f, 'commit_deferred'), { a1_lo: 1 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['ecall.deferred_word_lo', 'memory']));
  });
  it('an unknown call number', () => {
    const f = forge();
    f.set('ecall', at(f, 'write'), { is_write: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['execution', 'memory']));
  });
  it('a hint longer than 32 bits', () => {
    const f = forge();
    f.set('ecall', at(f, 'hint_len'), { hint_length_hi: 65536 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
  });
  it('HINT_READ that stops early, goes on too long, or skips a word', () => {
    const early = forge();
    const more = early.row('hint_read', { more: 1 });
    early.set('hint_read', more, { more: 0, last_4: 1, progress_after_lo: 0 });
    expect(early.caughtBy()).toContain('hint_read.last_4_left');
    const long = forge();
    const last = long.row('hint_read', { last_4: 1 });
    long.set('hint_read', last, {
      last_4: 0,
      more: 1,
      progress_after_lo: long.column('hint_read', 'progress_lo')[last]! + 4,
    });
    expect(long.caughtBy()).toContain('range');
    const skip = forge();
    skip.set('hint_read', more, { progress_after_lo: skip.column('hint_read', 'progress_after_lo')[more]! + 4 });
    expect(skip.caughtBy()).toContain('hint_read.progress_after');
  });
  it('HINT_READ with bytes behind the end of its item', () => {
    const f = forge();
    const row = f.row('hint_read', { last_1: 1 });
    f.set('hint_read', row, { value_hi: 1 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
  });
});

describe('COMMIT', () => {
  let committed: Traced;
  beforeAll(async () => {
    committed = await trace([...EMPTY_DIGEST.flatMap((w, i) => asm.call(SYSCALL.COMMIT, i, w)), ...asm.halt()]);
  });
  it('honest', () => {
    expect(forge(committed).caughtBy()).toEqual([]);
    expect(committed.statement.committed).toBe(0xff);
  });
  it('another word, another order, a word left out', () => {
    const other = forge(committed);
    other.set('ecall', other.row('ecall', { is_commit: 1, a0_lo: 3 }), { a1_lo: 7 });
    expect(other.caughtBy()).toContain('memory');
    const swapped = forge(committed);
    const [x, y] = [swapped.row('ecall', { is_commit: 1, a0_lo: 3 }), swapped.row('ecall', { is_commit: 1, a0_lo: 4 })];
    swapped.set('ecall', x, { a0_lo: 4 }).set('ecall', y, { a0_lo: 3 });
    expect(swapped.caughtBy()).toContain('memory');
    const missing = forge(committed);
    missing.statement = { ...missing.statement, committed: 0xfe };
    expect(missing.caughtBy()).toEqual(['statement']);
  });
  it('an index that reaches beyond the digest cells', () => {
    const f = forge(committed);
    f.set('ecall', f.row('ecall', { is_commit: 1, a0_lo: 7 }), { a0_lo: 8 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
  });
  it('another digest in the statement', () => {
    const f = forge(committed);
    f.statement = { ...f.statement, digest: f.statement.digest.map((d, i) => (i === 15 ? d ^ 1 : d)) };
    expect(f.caughtBy()).toEqual(['statement']);
  });
});

describe('as proofs: what the debuggers find, the verifier rejects', () => {
  it('honest traces pass', async () => expect(await forge(small).verdict()).toBe('accepted'));
  it('a constraint alone, every bus being balanced', async () => {
    const f = forge(small);
    // A padding row whose sum is wrong: it speaks on no bus.
    f.set('addi', f.column('addi', 'is_addi').length - 1, { result_lo: 5 });
    expect(f.caughtBy()).toEqual(['addi.add_carry_lo', 'addi.add_carry_hi'].sort());
    expect(await f.verdict()).toBe('zerocheck');
  });
  it('an unbalanced bus: x0 read as 1', async () => {
    const f = forge();
    const row = f.row('add', { rs2: 0 });
    f.set('add', row, { b_lo: f.column('add', 'b_lo')[row]! + 1, result_lo: f.column('add', 'result_lo')[row]! + 1 });
    expect(f.caughtBy()).toContain('memory');
    expect(await f.verdict()).toBe('bus_balance');
  });
  it('a lookup outside its table', async () => {
    const f = forge(small);
    f.set('boundary', 0, { end_clock_lo: f.column('boundary', 'end_clock_lo')[0]! + 2 ** 16, end_clock_hi: P - 1 });
    expect(f.caughtBy()).toContain('range');
    expect(await f.verdict()).toBe('bus_balance');
  });
});
