/** Cheating to the end: the verdict on proofs of forged traces, and on honest ones. */
import { P } from '@weft/primitives/field/base';
import { describe, expect, it } from 'vitest';
import { Forgery, traceEverything, traceSmall } from '../support/forged-traces.ts';
import type { Traced } from '../support/traces.ts';

const run = await traceEverything();
const small = await traceSmall();
const forge = (of: Traced = run): Forgery => new Forgery(of);

it('the tool finds nothing in honest traces', () => {
  expect(forge().caughtBy()).toEqual([]);
  expect(forge(small).caughtBy()).toEqual([]);
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
    const row = f.row('add_in_place', { is_add: 1, rs2: 0 });
    const [b, result] = ['b_lo', 'result_lo'].map((name) => f.column('add_in_place', name)[row]!);
    f.set('add_in_place', row, { b_lo: b! + 1, result_lo: result! + 1 });
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
