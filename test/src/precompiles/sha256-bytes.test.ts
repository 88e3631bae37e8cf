/** SHA_EXTEND_BYTES: the schedule of words that are bytes of a message, and provers who take them for words, or words for bytes. */
import { execute } from '@weft/executor/executor';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { P } from '@weft/primitives/field/base';
import { codeOf, seeded } from '@weft/primitives/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { Forgery } from '../support/forged-traces.ts';
import { judge, passes } from '../support/rows.ts';
import { expectWords } from '../support/sha.ts';
import { findings, type Traced, traceRun } from '../support/traces.ts';

const { DATA } = asm;
const OTHER = DATA + 0x100;
const { word } = seeded(31);
const given = Array.from({ length: 16 }, () => word() >>> 0);
const swapped = (x: number): number => ((x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0;
const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function schedule(words: readonly number[]): number[] {
  const w = [...words];
  for (let i = 16; i < 64; i++) {
    const [x, y] = [w[i - 15]!, w[i - 2]!];
    const sum = (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) + (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10));
    w.push((sum + w[i - 7]! + w[i - 16]!) >>> 0);
  }
  return w;
}

/** Bytes at one place, the words that they are at the other: each call makes the same schedule. */
const guest = (calls: readonly number[], then: readonly number[] = []): Uint8Array => {
  const data = new Uint32Array(0x80);
  data.set(given);
  data.set(given.map(swapped), 0x40);
  return asm.elf([...calls, ...then, ...asm.halt(0)], { data: new Uint8Array(data.buffer) });
};
const BOTH = [...asm.call(SYSCALL.SHA_EXTEND_BYTES, DATA), ...asm.call(SYSCALL.SHA_EXTEND, OTHER)];

describe('a guest', () => {
  it('gets the schedule of the words whose bytes it has', async () => {
    const expected = schedule(given.map(swapped));
    const then = [...expectWords(DATA, expected), ...expectWords(OTHER, expected)];
    expect((await execute(createProgram(guest(BOTH, then)), [])).exitCode).toBe(0);
  });
  it.each([
    ['a second argument', asm.call(SYSCALL.SHA_EXTEND_BYTES, DATA, 4), 'SYSCALL_ARGUMENT'],
    ['a place that is no multiple of 4', asm.call(SYSCALL.SHA_EXTEND_BYTES, DATA + 2), 'MISALIGNED_ACCESS'],
    ['words that are code, though given', asm.call(SYSCALL.SHA_EXTEND_BYTES, asm.TEXT), 'STORE_TO_CODE'],
  ])('is stopped for %s', async (_, calls, code) => {
    expect(await codeOf(() => execute(createProgram(guest(calls)), []))).toBe(code);
  });
});

describe('a cheating prover', () => {
  let honest: Traced;
  beforeAll(async () => {
    honest = await traceRun(guest(BOTH));
  });
  const table = ({ traces }: Pick<Traced, 'traces'>) => traces.find((t) => t?.chip.name === 'sha_extend')!;
  /** The rows of the first call with other bits: words taken for bytes, or bytes for words. */
  function flipped(rows: (row: number) => boolean, bytes: number): Forgery {
    const f = new Forgery(honest);
    for (let row = 0; row < 64; row++) if (rows(row)) f.set('sha_extend', row, { bytes });
    return f;
  }

  it('changes no cell of a row of bytes unnoticed', () => {
    expect(findings(honest.traces, honest.statement)).toEqual({ constraints: [], tuples: [] });
    const { chip, columns, fixed } = table(honest);
    const survivors = new Set<string>();
    for (const row of [0, 7, 15, 16, 40, 63]) {
      const cells = columns.map((column) => column[row]!);
      const verdict = (changed: readonly number[]) =>
        judge(honest.pk, chip, [...changed, ...fixed.map((column) => column[row]!)]);
      const before = verdict(cells);
      expect([before.broken, before.misses]).toEqual([[], []]);
      for (const [c, { name }] of chip.columns.entries())
        for (const change of new Set([0, 1, cells[c]! + 1, cells[c]! + P - 1].map((x) => x % P)))
          if (change !== cells[c] && passes(before, verdict(cells.with(c, change)))) survivors.add(`${row} ${name}`);
    }
    // As for words: nothing reads what a given word has for summands, but for the last one's w7.
    expect([...survivors].filter((name) => !/^(0|7|15) (s0|s1|w7|w16|carry)_/.test(name))).toEqual([]);
    expect([...survivors].filter((name) => /^15 w7/.test(name))).toEqual([]);
  });
  it('takes no bytes for words: the given ones would be others, and no row of the call agrees with the rest', () => {
    for (let row = 0; row < 16; row++) {
      const caught = flipped((r) => r === row, 0).caughtBy();
      expect(caught).toEqual(expect.arrayContaining(['sha_extend.kept_hi', 'sha_extend.kept_lo', 'sha_word']));
    }
  });
  it('has no row of the other kind in a call, whatever its word', () => {
    for (const row of [16, 31, 62]) {
      const caught = flipped((r) => r === row, 0).caughtBy();
      expect(caught).toContain('sha_word');
      expect(caught.every((bus) => bus.startsWith('sha_'))).toBe(true);
    }
    expect(flipped((r) => r === 63, 0).caughtBy()).toEqual(expect.arrayContaining(['call', 'sha_word']));
  });
  it('answers neither call for the other, all its rows being of that kind', () => {
    expect(flipped(() => true, 0).caughtBy()).toEqual(['call', 'sha_extend.kept_hi', 'sha_extend.kept_lo']);
    const words = new Forgery(honest);
    for (let row = 64; row < 128; row++) words.set('sha_extend', row, { bytes: 1 });
    expect(words.caughtBy()).toEqual(['call', 'sha_extend.kept_hi', 'sha_extend.kept_lo']);
  });
});
