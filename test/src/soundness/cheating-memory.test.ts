/** Cheating with registers, memory and the timestamps of their cells. */
import { CELL } from '@weft/executor/program/layout';
import { P } from '@weft/primitives/field/base';
import { describe, expect, it } from 'vitest';
import { Forgery, traceEverything, traceSmall } from '../support/forged-traces.ts';
import type { Traced } from '../support/traces.ts';

const run = await traceEverything();
const small = await traceSmall();
const forge = (of: Traced = run): Forgery => new Forgery(of);

describe('registers and memory', () => {
  it('x0 written', () => {
    const f = forge();
    const row = f.row('add', { rd: CELL.dump });
    f.set('add', row, { rd: 0 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'program']));
  });
  it('x0 read as something else', () => {
    const f = forge();
    const row = f.row('add_in_place', { is_add: 1, rs2: 0 });
    f.set('add_in_place', row, { b_lo: f.column('add_in_place', 'b_lo')[row]! + 1 });
    expect(f.caughtBy()).toContain('memory');
  });
  it('a sum in place of what the register held before, or holds afterwards', () => {
    for (const change of [1, P - 1]) {
      const f = forge();
      const row = f.row('add_in_place', { is_add: 1 });
      const [a, result] = ['a_lo', 'result_lo'].map((name) => f.column('add_in_place', name)[row]!);
      f.set('add_in_place', row, { a_lo: (a! + change) % P, result_lo: (result! + change) % P });
      expect(f.caughtBy()).toContain('memory');
    }
  });
  it('an operand read behind the write of the same register', () => {
    const f = forge();
    // A register that is added to itself: read at slot 1, written at slot 3.
    const [rd, rs2] = ['rd', 'rs2'].map((name) => f.column('add_in_place', name));
    const row = rd!.findIndex((x, i) => x === rs2![i] && f.column('add_in_place', 'is_add')[i] === 1);
    const [clk, before, lo, hi] = ['clk', 'b_previous', 'result_lo', 'result_hi'].map(
      (name) => f.column('add_in_place', name)[row]!,
    );
    // The write takes up what was there before, and the read what the write left.
    f.set('add_in_place', row, { rd_previous: before!, b_previous: clk! + 3, b_lo: lo!, b_hi: hi! });
    expect(f.caughtBy()).toContain('range');
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
