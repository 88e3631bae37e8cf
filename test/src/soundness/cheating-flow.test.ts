/** Cheating with what runs, and in which order. */
import * as asm from '@weft/executor/program/assembler';
import { HALT_PC } from '@weft/executor/program/layout';
import { P } from '@weft/primitives/field/base';
import { describe, expect, it } from 'vitest';
import { Forgery, traceEverything, traceSmall } from '../support/forged-traces.ts';
import type { Traced } from '../support/traces.ts';

const run = await traceEverything();
const small = await traceSmall();
const forge = (of: Traced = run): Forgery => new Forgery(of);

describe('program and flow', () => {
  it('an instruction with another immediate', () => {
    const f = forge(small);
    const row = f.row('addi', { is_addi: 1, rd: 9 });
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

it('a jump target beyond p meets neither an instruction nor the end of a run', () => {
  // Multiples of 4 from p to 2^32, as the field sees them.
  const first = Math.ceil(P / 4) * 4;
  expect((first - P) % 4).toBe(3);
  expect(HALT_PC % 4).toBe(1);
});
