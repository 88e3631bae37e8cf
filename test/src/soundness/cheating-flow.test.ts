/** Cheating with what runs, and in which order. */
import * as asm from '@weft/executor/program/assembler';
import { HALT_PC } from '@weft/executor/program/layout';
import { P } from '@weft/primitives/field/base';
import { describe, expect, it } from 'vitest';
import { Forgery, traceEverything, traceSmall } from '../support/forged-traces.ts';
import { type Traced, trace } from '../support/traces.ts';

const run = await traceEverything();
const small = await traceSmall();
const forge = (of: Traced = run): Forgery => new Forgery(of);
/** Each instruction for some registers beside the same for others, often enough that all have tables of their own. */
const aliases = await trace([
  ...asm.li(9, 4200),
  asm.r('ADD', 5, 6, 7),
  asm.r('ADD', 5, 5, 7),
  asm.i('ADDI', 5, 6, 1),
  asm.i('ADDI', 5, 5, 1),
  asm.r('XOR', 5, 6, 7),
  asm.r('XOR', 5, 5, 7),
  asm.i('ADDI', 5, 6, 0),
  asm.branch('BEQ', 6, 7, 4),
  asm.branch('BEQ', 6, 0, 4),
  asm.i('ADDI', 9, 9, -1),
  asm.branch('BNE', 9, 0, -40),
  ...asm.halt(),
]);

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
  it('a branch on x0 not taken, or taken', () => {
    for (const zero of [0, 1]) {
      const f = forge();
      const row = f.row('branch_zero', { is_bne: 1, zero });
      f.set('branch_zero', row, { zero: 1 - zero });
      expect(f.caughtBy()).toContain(zero === 1 ? 'branch_zero.others_are_not' : 'branch_zero.zero_is_0');
    }
  });
  it('a branch on another register than x0 as one on x0', () => {
    // The register holds 0 as well, so that nothing but the program says which it is.
    const f = new Forgery(aliases);
    const row = f.row('branch_zero', { is_beq: 1 });
    f.set('branch_zero', row, { pc: f.column('branch_eq', 'pc')[f.row('branch_eq', { is_beq: 1 })]! });
    expect(f.caughtBy()).toContain('program');
  });
  it('an immediate left out', () => {
    const f = new Forgery(aliases);
    const row = f.row('move', { is_addi: 1 });
    f.set('move', row, { pc: f.column('addi', 'pc')[f.row('addi', { is_addi: 1 })]! });
    expect(f.caughtBy()).toContain('program');
  });
  it('an instruction with another destination as one that overwrites what it reads', () => {
    for (const name of ['add', 'addi', 'bitwise'] as const) {
      const f = new Forgery(aliases);
      const flag = { add: 'is_add', addi: 'is_addi', bitwise: 'is_xor' }[name];
      const row = f.row(`${name}_in_place`, { [flag]: 1 });
      f.set(`${name}_in_place`, row, { pc: f.column(name, 'pc')[f.row(name, { [flag]: 1 })]! });
      expect(f.caughtBy(), name).toContain('program');
    }
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
