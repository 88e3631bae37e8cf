/**
 * Provers that cheat in a call and keep everything else consistent: they execute another call than the guest asks for, in the pass that
 * cuts and in the replay, so that memory, state and statement follow from what they made up. What is left is the one check that the
 * cheat is about, and no other.
 */
import type { CallMachine, SystemCall } from '@weft/executor/calls/call';
import { PRECOMPILE_ROWS } from '@weft/executor/calls/precompile';
import { SHA_COMPRESS_ROWS, SHA_CONSTANTS, SHA_FINAL_ROWS, shaCompress } from '@weft/executor/calls/sha-compress';
import { SHA_ASKING_ROW, SHA_EXTEND_ROWS, shaExtend } from '@weft/executor/calls/sha-extend';
import { A0, A1, SYSCALL, T0 } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { P } from '@weft/primitives/field/base';
import { describe, expect, it } from 'vitest';
import { behind, runWith, wordsAt, writeWords } from '../support/cheating-calls.ts';
import { Forgery } from '../support/forged-traces.ts';
import { judge } from '../support/rows.ts';
import { HASH, SCHEDULE, SHA_INITIAL, storeWords } from '../support/sha.ts';
import { type Traced, trace } from '../support/traces.ts';

const BLOCK = Array.from({ length: 16 }, (_, i) => Math.imul(0x9e3779b1, i + 3));
const PROGRAM = [
  ...storeWords(HASH, SHA_INITIAL),
  ...storeWords(SCHEDULE, BLOCK),
  ...asm.call(SYSCALL.SHA_EXTEND, SCHEDULE),
  ...asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, HASH),
  ...asm.halt(7),
];

const withCheat = (call: SystemCall, run: SystemCall['run'], program = PROGRAM): Promise<Traced> =>
  runWith(program, call, run);
const caught = (run: Traced): string[] => new Forgery(run).caughtBy();
const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** What a row of SHA_EXTEND holds besides addresses and times: the word, and what it is the sum of. */
type WordRow = Readonly<Record<'word' | 's0' | 's1' | 'w7' | 'w16', number>>;

/** SHA_EXTEND with other rows, given those before and the right one. */
function extendBy(rowOf: (i: number, right: WordRow, pointer: number) => WordRow): SystemCall['run'] {
  const honest = shaExtend.run;
  return (m) => {
    const rows: WordRow[] = [];
    for (const [i, before] of wordsAt(m, m.a0, 64).entries()) {
      const of = (distance: number): number => (i < 16 ? 0 : rows[i - distance]!.word);
      const [x, y] = [of(15), of(2)];
      const s0 = (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) >>> 0;
      const s1 = (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)) >>> 0;
      const word = i < 16 ? before : (s0 + s1 + of(7) + of(16)) >>> 0;
      rows.push(rowOf(i, { word, s0, s1, w7: of(7), w16: of(16) }, m.a0));
    }
    // The row that asks for the last word but one has it for a summand.
    rows[SHA_ASKING_ROW] = { ...rows[SHA_ASKING_ROW]!, w7: rows[62]!.word };
    const next = honest(
      behind(m, (name, row, nth) => {
        if (name !== SHA_EXTEND_ROWS.events) return [row];
        const made: Readonly<Record<string, number>> = rows[nth]!;
        return [row.map((x, i) => made[SHA_EXTEND_ROWS.fields[i]!] ?? x)];
      }),
    );
    if (next !== undefined)
      writeWords(
        m,
        m.a0,
        rows.map(({ word }) => word),
      );
    return next;
  };
}

/** SHA_EXTEND in which one word differs from the right one by a bit. */
const extendWith = (at: number, bit: number): SystemCall['run'] =>
  extendBy((i, right) => (i === at ? { ...right, word: (right.word ^ bit) >>> 0 } : right));

/** A call of this kind with other arguments than it has; its row says what the guest asked for. */
function withArguments(call: SystemCall, arguments_: Partial<Pick<CallMachine, 'a0' | 'a1'>>): SystemCall['run'] {
  const honest = call.run;
  return (m) => {
    const { code } = m.a1 === 0 ? shaExtend : shaCompress;
    const { fields, events } = PRECOMPILE_ROWS;
    const asked: Readonly<Record<string, number>> = { code, a: m.a0, b: m.a1 };
    const said = behind(m, (name, row) => [name === events ? row.map((x, i) => asked[fields[i]!] ?? x) : row]);
    return honest({ ...said, ...arguments_ });
  };
}

interface Compression {
  readonly constants?: readonly number[];
  /** What is added to the hash, given the words before the first round and behind each. */
  readonly last?: (a: readonly number[], e: readonly number[]) => readonly number[];
  readonly sum?: (before: number, last: number) => number;
  /** Rows of a and e that take the place of a row, by its number. */
  readonly row?: (row: number, right: Windows, hash: number) => Windows;
}

/** Words of a row's windows, and its carries. */
interface Windows {
  readonly a: readonly number[];
  readonly e: readonly number[];
  readonly carries: readonly number[];
}

/** SHA_COMPRESS that does something else, with rows that say so. */
function compressBy({
  constants = SHA_CONSTANTS,
  last,
  sum = (x, y) => x + y,
  row: rowBy = (_, right) => right,
}: Compression): SystemCall['run'] {
  const honest = shaCompress.run;
  return (m) => {
    const [w, hash] = [wordsAt(m, m.a0, 64), wordsAt(m, m.a1, 8)];
    const [a, e] = [[3, 2, 1, 0].map((i) => hash[i]!), [7, 6, 5, 4].map((i) => hash[i]!)];
    const carries: number[] = [];
    for (let t = 0; t < 64; t++) {
      const [d, c, b, x] = a.slice(t) as [number, number, number, number];
      const [h, g, f, y] = e.slice(t) as [number, number, number, number];
      const s1 = (rotate(y, 6) ^ rotate(y, 11) ^ rotate(y, 25)) >>> 0;
      const s0 = (rotate(x, 2) ^ rotate(x, 13) ^ rotate(x, 22)) >>> 0;
      const majority = ((x & b) ^ (x & c) ^ (b & c)) >>> 0;
      const summands = [d, h, s1, ((y & f) ^ (~y & g)) >>> 0, constants[t]!, w[t]!];
      const eLo = summands.reduce((total, s) => total + (s & 0xffff), 0) >>> 16;
      const eHi = (summands.reduce((total, s) => total + (s >>> 16), 0) + eLo) >>> 16;
      const nextE = summands.reduce((total, s) => (total + s) >>> 0, 0);
      const aLo = ((nextE & 0xffff) - (d & 0xffff) + (s0 & 0xffff) + (majority & 0xffff)) >> 16;
      const aHi = ((nextE >>> 16) - (d >>> 16) + (s0 >>> 16) + (majority >>> 16) + aLo) >> 16;
      a.push((nextE - d + s0 + majority) >>> 0);
      e.push(nextE);
      carries.push(eLo + 8 * eHi + 64 * (aLo + 1) + 256 * (aHi + 1));
    }
    const rows = Array.from({ length: 16 }, (_, row) => {
      const [from, to] = [4 * row, 4 * row + 8];
      return rowBy(row, { a: a.slice(from, to), e: e.slice(from, to), carries: carries.slice(from, from + 4) }, m.a1);
    });
    const end = rows[15]!;
    const lastWords = last?.(a, e) ?? [...end.a.slice(4).reverse(), ...end.e.slice(4).reverse()];
    const next = honest(
      behind(m, (name, row, nth) => {
        const changed = [...row];
        if (name === SHA_COMPRESS_ROWS.events) {
          const at = (field: string): number => SHA_COMPRESS_ROWS.fields.indexOf(field);
          for (const [field, values] of Object.entries(rows[nth]!))
            for (const [k, x] of (values as readonly number[]).entries()) changed[at(`${field}${k}`)] = x;
        } else if (name === SHA_FINAL_ROWS.events)
          for (let k = 0; k < 8; k++) changed[SHA_FINAL_ROWS.fields.indexOf(`last${k}`)] = lastWords[k]!;
        return [changed];
      }),
    );
    if (next !== undefined)
      writeWords(
        m,
        m.a1,
        hash.map((x, i) => sum(x, lastWords[i]!)),
      );
    return next;
  };
}

describe('a prover that executes another', () => {
  it('call of its own making is none if it is the right one', async () => {
    expect(caught(await trace(PROGRAM))).toEqual([]);
    expect(
      caught(
        await withCheat(
          shaExtend,
          extendBy((_, right) => right),
        ),
      ),
    ).toEqual([]);
    expect(caught(await withCheat(shaCompress, compressBy({})))).toEqual([]);
  });
  it.each([16, 17, 30, 31, 32, 47, 48, 61, 62, 63])('SHA_EXTEND, in which word %i is no sum', async (at) => {
    expect(caught(await withCheat(shaExtend, extendWith(at, 1)))).toEqual(['sha_extend.sum_lo']);
    expect(caught(await withCheat(shaExtend, extendWith(at, 2 ** 16)))).toEqual(['sha_extend.sum_hi']);
  });
  it.each([0, 7, 15])('SHA_EXTEND, which changes word %i of those that are given', async (at) => {
    expect(caught(await withCheat(shaExtend, extendWith(at, 1)))).toEqual(['sha_extend.kept_lo']);
    expect(caught(await withCheat(shaExtend, extendWith(at, 2 ** 31)))).toEqual(['sha_extend.kept_hi']);
  });
  it.each([0, 1, 6, 31, 63])('SHA_COMPRESS, with another constant in round %i', async (at) => {
    const low = compressBy({ constants: SHA_CONSTANTS.with(at, SHA_CONSTANTS[at]! ^ 1) });
    expect(caught(await withCheat(shaCompress, low))).toEqual([`sha_compress.e_lo_${at % 4}`]);
    const high = compressBy({ constants: SHA_CONSTANTS.with(at, (SHA_CONSTANTS[at]! ^ 0x10000) >>> 0) });
    expect(caught(await withCheat(shaCompress, high))).toEqual([`sha_compress.e_hi_${at % 4}`]);
  });
  it('SHA_COMPRESS, with the constants of a row in another one', async () => {
    const constants = [...SHA_CONSTANTS.slice(4, 8), ...SHA_CONSTANTS.slice(0, 4), ...SHA_CONSTANTS.slice(8)];
    const broken = caught(await withCheat(shaCompress, compressBy({ constants })));
    expect(broken.every((name) => /^sha_compress\.e_(lo|hi)_\d$/.test(name))).toBe(true);
    expect(broken.length).toBeGreaterThan(0);
  });
  it.each([4, 8, 64])('SHA_COMPRESS, of %i rounds less', async (less) => {
    const end = 68 - less;
    const cheat = compressBy({
      last: (a, e) => [...a.slice(end - 4, end).reverse(), ...e.slice(end - 4, end).reverse()],
    });
    expect(caught(await withCheat(shaCompress, cheat))).toEqual(['sha_state']);
  });
  it('SHA_COMPRESS, that adds something else than its rounds made', async () => {
    const cheat = compressBy({
      last: (a, e) => [a[67]! ^ 1, ...a.slice(64, 67).reverse(), ...e.slice(64).reverse()],
    });
    expect(caught(await withCheat(shaCompress, cheat))).toEqual(['sha_state']);
  });
  it('SHA_COMPRESS, that replaces the hash where it should add to it', async () => {
    const run = await withCheat(shaCompress, compressBy({ sum: (_, last) => last }));
    const f = new Forgery(run);
    for (let i = 0; i < 8; i++)
      for (const limb of ['lo', 'hi'])
        f.set('sha_final', 0, { [`after${i}_${limb}`]: f.column('sha_final', `last${i}_${limb}`)[0]! });
    const broken = f.caughtBy();
    for (let i = 0; i < 8; i++) expect(broken.some((name) => name.startsWith(`sha_final.sum${i}_`))).toBe(true);
    expect(broken.every((name) => name.startsWith('sha_final.sum'))).toBe(true);
  });
  it.each([1, 8, 15])("two calls of SHA_COMPRESS that go on with each other's rows from row %i on", async (from) => {
    const other = HASH + 64;
    const program = [
      ...storeWords(other, SHA_INITIAL.toReversed()),
      ...PROGRAM.slice(0, -asm.halt().length),
      ...asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, other),
      ...asm.halt(),
    ];
    const honest: Windows[][] = [[], []];
    const callOf = (hash: number): number => (hash === other ? 1 : 0);
    const note = (row: number, right: Windows, hash: number): Windows => (honest[callOf(hash)]![row] = right);
    await withCheat(shaCompress, compressBy({ row: note }), program);
    expect(honest.map((rows) => rows.length)).toEqual([16, 16]);
    const cheat = compressBy({
      row: (row, right, hash) => (row < from ? right : honest[1 - callOf(hash)]![row]!),
    });
    expect(caught(await withCheat(shaCompress, cheat, program))).toEqual(['sha_state']);
  });
  it.each([17, 40, 63])("two calls of SHA_EXTEND that go on with each other's rows from word %i on", async (from) => {
    const other = SCHEDULE + 1024;
    const program = [
      ...storeWords(SCHEDULE, BLOCK),
      ...storeWords(other, BLOCK.toReversed()),
      ...asm.call(SYSCALL.SHA_EXTEND, SCHEDULE),
      ...asm.call(SYSCALL.SHA_EXTEND, other),
      ...asm.halt(),
    ];
    const honest: WordRow[][] = [[], []];
    const callOf = (schedule: number): number => (schedule === other ? 1 : 0);
    await withCheat(
      shaExtend,
      extendBy((i, right, schedule) => (honest[callOf(schedule)]![i] = right)),
      program,
    );
    const cheat = extendBy((i, right, schedule) => (i < from ? right : honest[1 - callOf(schedule)]![i]!));
    expect(caught(await withCheat(shaExtend, cheat, program))).toEqual(['sha_sigma0', 'sha_sigma1', 'sha_word']);
  });
});

describe('a prover that answers another call', () => {
  it('with a schedule or a hash elsewhere', async () => {
    for (const elsewhere of [{ a0: SCHEDULE + 256 }, { a0: SCHEDULE + 4 }, { a1: HASH + 32 }, { a1: HASH + 2 ** 16 }])
      expect(caught(await withCheat(shaCompress, withArguments(shaCompress, elsewhere)))).toEqual(['call']);
    expect(caught(await withCheat(shaExtend, withArguments(shaExtend, { a0: SCHEDULE + 4 })))).toEqual(['call']);
  });
  it('with an argument that it has not', async () => {
    const program = [...storeWords(SCHEDULE, BLOCK), ...asm.call(SYSCALL.SHA_EXTEND, SCHEDULE, 4), ...asm.halt()];
    const honest = shaExtend.run;
    const cheat: SystemCall['run'] = (m) => {
      const said = behind(m, (name, row) => [
        name === PRECOMPILE_ROWS.events ? row.with(PRECOMPILE_ROWS.fields.indexOf('b'), m.a1) : row,
      ]);
      return honest({ ...said, a1: 0 });
    };
    expect(caught(await withCheat(shaExtend, cheat, program))).toEqual(['call']);
  });
  it('by the tables of another code', async () => {
    const cheat = withArguments(shaExtend, { a1: 0 });
    expect(caught(await withCheat(shaCompress, cheat))).toEqual(['call']);
  });
  it('by no tables at all', async () => {
    const cheat: SystemCall['run'] = (m) => {
      const { recorder, clock, index, a0, a1 } = m;
      if (!m.take([{ events: PRECOMPILE_ROWS.events, rows: 1 }], [])) return undefined;
      const times = [T0, A0, A1].map((cell, slot) => recorder?.touchRegister(cell, clock, slot) ?? 0);
      recorder?.event(PRECOMPILE_ROWS.events, [index, clock, SYSCALL.SHA_EXTEND, a0, a1, ...times]);
      return m.pc + 4;
    };
    expect(caught(await withCheat(shaExtend, cheat))).toEqual(['call']);
  });
});

describe('a row alone', () => {
  const INVERSE_4 = 1598029825;
  /** What a changed row misses; the honest one misses nothing, and no constraint breaks. */
  async function misses(chip: string, change: (f: Forgery) => Readonly<Record<string, number>>): Promise<string[]> {
    const run = await trace(PROGRAM);
    const f = new Forgery(run);
    f.set(chip, 0, change(f));
    const table = f.traces.find((t) => t?.chip.name === chip)!;
    const { broken, misses: missed } = judge(
      run.pk,
      table.chip,
      [...table.columns, ...table.fixed].map((c) => c[0]!),
    );
    expect(broken).toEqual([]);
    return missed.map((name) => name.split(' ')[0]!);
  }
  it.each([1, 2, 3])('with a pointer %i bytes behind a word', async (bytes) => {
    const more = (f: Forgery, chip: string, column: string): number => f.column(chip, column)[0]! + bytes * INVERSE_4;
    expect(await misses('precompile', (f) => ({ a_word: more(f, 'precompile', 'a_word') % P }))).toEqual(['range']);
    const hash = (f: Forgery) => ({ hash_lo: f.column('sha_final', 'hash_lo')[0]! + bytes });
    expect(await misses('sha_final', hash)).toEqual(['range']);
  });
  it('with a pointer to the upper half of the address space', async () => {
    expect(await misses('precompile', () => ({ a_hi: 2 ** 15 }))).toEqual(['range']);
    expect(await misses('sha_final', () => ({ hash_hi: 2 ** 15 }))).toEqual(['range']);
  });
  it.each([0, 4])('with a last word %i of more than 16 bits, its carries to match', async (i) => {
    const change = (f: Forgery): Readonly<Record<string, number>> => {
      const at = (name: string): number => f.column('sha_final', `${name}${i}_lo`)[0]!;
      const sum = at('before') + at('last');
      // The sum's low limb takes one carry more or less, its high limb the other way round.
      const by = sum >= 2 ** 16 ? -1 : 1;
      const high = f.column('sha_final', `last${i}_hi`)[0]!;
      return { [`last${i}_lo`]: at('last') + by * 2 ** 16, [`last${i}_hi`]: high - by };
    };
    expect((await misses('sha_final', change))[0]).toBe('range');
  });
});
