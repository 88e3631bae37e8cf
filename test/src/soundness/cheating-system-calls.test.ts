/** Cheating with system calls, and with what they make public. */
import { MAX_HINT, SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { P } from '@weft/primitives/field/base';
import { beforeAll, describe, expect, it } from 'vitest';
import { Forgery, traceEverything, traceSmall } from '../support/forged-traces.ts';
import { EMPTY_DIGEST } from '../support/programs.ts';
import { judge } from '../support/rows.ts';
import { type Traced, trace } from '../support/traces.ts';

const run = await traceEverything();
const small = await traceSmall();
const forge = (of: Traced = run): Forgery => new Forgery(of);

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
  it('HINT_READ of any length and progress: the row itself says how many bytes are left', () => {
    const chip = run.pk.key.machine.chips.find((c) => c.name === 'hint_read')!;
    const f = forge();
    const rows = { more: f.row('hint_read', { more: 1 }), last: f.row('hint_read', { last_4: 1 }) };
    /** The chip's columns at a row, changed, with the verdict on it alone. */
    const accepts = (base: number, change: Readonly<Record<string, number>>): boolean => {
      const row = chip.columns.map(({ name }) => change[name] ?? f.column('hint_read', name)[base]!);
      const { broken, misses } = judge(run.pk, chip, row);
      return broken.length === 0 && misses.length === 0;
    };
    expect(accepts(rows.more, {})).toBe(true);
    expect(accepts(rows.last, {})).toBe(true);
    const limbs = (name: string, x: number): Record<string, number> => {
      const felt = ((x % P) + P) % P;
      return { [`${name}_lo`]: felt % 2 ** 16, [`${name}_hi`]: Math.floor(felt / 2 ** 16) };
    };
    // All that limbs of 16 bits can hold, around every size at which something could wrap.
    const near = [0, 2 ** 16, 2 ** 29, 2 ** 30, P - 2 ** 30, P - 2 ** 29, P].flatMap((x) =>
      [-12, -8, -5, -4, -1, 0, 4].map((d) => x + d),
    );
    const values = [...new Set(near)].filter((x) => x >= 0 && x < P);
    let going = 0;
    for (const length of values) {
      for (const progress of values) {
        const left = length - progress;
        const cells = { ...limbs('length', length), ...limbs('progress', progress) };
        const beyond = Math.floor(((((left - 5) % P) + P) % P) / 2 ** 16);
        const more = { ...cells, ...limbs('progress_after', progress + 4), beyond_hi: beyond };
        if (accepts(rows.more, more)) {
          going++;
          expect(left, `more at ${progress} of ${length}`).toBeGreaterThanOrEqual(5);
          expect(length).toBeLessThan(MAX_HINT);
        }
        if (accepts(rows.last, cells)) expect(left, `last at ${progress} of ${length}`).toBe(4);
      }
    }
    expect(going).toBeGreaterThan(10);
  });
  it('HINT_READ of no bytes that goes on at 2^30 - 8: minus 2^30 is no large number (the range of both says so)', () => {
    const chip = run.pk.key.machine.chips.find((c) => c.name === 'hint_read')!;
    const f = forge();
    const base = f.row('hint_read', { more: 1 });
    const progress = 2 ** 30 - 8;
    const change: Record<string, number> = {
      ...{ length_lo: 0, length_hi: 0 },
      ...{ progress_lo: progress % 2 ** 16, progress_hi: progress >> 16 },
      ...{ progress_after_lo: (progress + 4) % 2 ** 16, progress_after_hi: (progress + 4) >> 16 },
      beyond_hi: Math.floor((P - progress - 5) / 2 ** 16),
    };
    const row = chip.columns.map(({ name }) => change[name] ?? f.column('hint_read', name)[base]!);
    const { broken, misses } = judge(run.pk, chip, row);
    expect(broken).toEqual([]);
    expect(misses.length).toBe(3);
    expect(misses.every((miss) => miss.startsWith('range'))).toBe(true);
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
