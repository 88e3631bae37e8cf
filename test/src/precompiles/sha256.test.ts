/** SHA-256 by calls: what guests get, what a cheating prover does not. */
import { sha256 } from '@noble/hashes/sha2.js';
import { execute } from '@weft/executor/executor';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { MAX_GAP, MEMORY_END } from '@weft/executor/program/layout';
import { createProgram } from '@weft/executor/program/program';
import { readGuest } from '@weft/guest-examples';
import { P } from '@weft/primitives/field/base';
import { codeOf, seeded } from '@weft/primitives/testing';
import { chipStatistics } from '@weft/prover';
import { proveTables } from '@weft/prover/prove/prove';
import { machineKey } from '@weft/rv32im/key';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { beforeAll, describe, expect, it } from 'vitest';
import { Forgery } from '../support/forged-traces.ts';
import { judge, passes } from '../support/rows.ts';
import { digestWords, expectWords, HASH, hashMessage, SCHEDULE, SHA_INITIAL, storeWords } from '../support/sha.ts';
import { recordShards } from '../support/shards.ts';
import { findings, type Traced, trace } from '../support/traces.ts';
import { verifyShardTwice } from '../support/twice.ts';

const run = (words: readonly number[]) => execute(createProgram(asm.elf([...words, ...asm.halt(0)])), []);
const { word } = seeded(5);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => word() & 255);

describe('a guest', () => {
  it.each([0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 200])('hashes %i bytes as everybody does', async (length) => {
    const message = bytes(length);
    const { exitCode } = await run([...hashMessage(message), ...expectWords(HASH, digestWords(sha256(message)))]);
    expect(exitCode).toBe(0);
  });
  it('hashes "abc" to the digest of FIPS 180-4', async () => {
    const words = [0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad];
    const { exitCode } = await run([...hashMessage(new TextEncoder().encode('abc')), ...expectWords(HASH, words)]);
    expect(exitCode).toBe(0);
  });
  it('in C has them from the runtime', async () => {
    const items = [0, 1, 55, 56, 63, 64, 65, 1000].map(bytes);
    const { publicValues, rows } = await execute(createProgram(readGuest('sha256-calls')), items);
    expect([...publicValues]).toEqual(items.flatMap((item) => [...sha256(item)]));
    const blocks = items.reduce((n, { length }) => n + Math.ceil((length + 9) / 64), 0);
    expect(rows).toMatchObject({ precompile: 2 * blocks, sha_extend: 64 * blocks, sha_final: blocks });
  });
  it.each<[string, number[], string]>([
    ['a schedule that is not at a multiple of 4', asm.call(SYSCALL.SHA_EXTEND, SCHEDULE + 2), 'MISALIGNED_ACCESS'],
    ['a hash that is not at a multiple of 4', asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, HASH + 1), 'MISALIGNED_ACCESS'],
    ['a schedule beyond memory', asm.call(SYSCALL.SHA_EXTEND, MEMORY_END - 252), 'MEMORY_RANGE'],
    ['a hash beyond memory', asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, MEMORY_END - 28), 'MEMORY_RANGE'],
    ['a pointer at the top of the address space', asm.call(SYSCALL.SHA_EXTEND, -4), 'MEMORY_RANGE'],
    ['a schedule at null', asm.call(SYSCALL.SHA_EXTEND, 0), 'NULL_POINTER'],
    ['a schedule that would be written to the code', asm.call(SYSCALL.SHA_EXTEND, asm.TEXT - 100), 'STORE_TO_CODE'],
    ['a hash in the code', asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, asm.TEXT), 'STORE_TO_CODE'],
    ['a second argument of SHA_EXTEND', asm.call(SYSCALL.SHA_EXTEND, SCHEDULE, 4), 'SYSCALL_ARGUMENT'],
    ['schedule and hash at one address', asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, SCHEDULE), 'SYSCALL_ARGUMENT'],
  ])('is stopped for %s', async (_, words, code) => {
    expect(await codeOf(() => run(words))).toBe(code);
  });
  it('may read a schedule that lies in its code, and one that reaches the end of memory', async () => {
    const end = MEMORY_END - 256;
    const { exitCode } = await run([
      ...storeWords(
        end,
        Array.from({ length: 16 }, (_, i) => i),
      ),
      ...asm.call(SYSCALL.SHA_EXTEND, end),
      ...storeWords(HASH, SHA_INITIAL),
      ...asm.call(SYSCALL.SHA_COMPRESS, asm.TEXT, HASH),
    ]);
    expect(exitCode).toBe(0);
  });
});

/** Proves all shards of a program; both verifiers judge each. */
async function proveAll(words: readonly number[], limits = { cells: 2 ** 25, fractions: 2 ** 24 }): Promise<string[]> {
  const { pk } = await trace([...words, ...asm.halt(0)]);
  const sets: string[] = [];
  for await (const { record, siblings, statement } of recordShards(pk, [], limits)) {
    const { tables } = shardTables(pk, record, siblings);
    const proof = await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
    verifyShardTwice(pk.key, pk.vk, statement, proof);
    sets.push(pk.key.shapes[proof[0]!]!.set);
  }
  return sets;
}

describe('proofs', () => {
  it('of runs that hash, with the chips of the set alone', async () => {
    expect(await proveAll(hashMessage(bytes(100)))).toEqual(['sha256']);
    expect(await proveAll([])).toEqual(['small']);
  });
  it('of a hash within the schedule, which is read before it is changed', async () => {
    const words = Array.from({ length: 64 }, word);
    for (const offset of [4, 28, 100, 252, -28]) {
      const program = [...storeWords(SCHEDULE, words), ...asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, SCHEDULE + offset)];
      const traced = await trace([...program, ...asm.halt(0)]);
      expect(findings(traced.traces, traced.statement)).toEqual({ constraints: [], tuples: [] });
    }
  });
  it('of words that are used again just before, at and after the gap that a row checks', async () => {
    // The loop takes two cycles a turn; everything else is a handful.
    for (let turns = MAX_GAP / 8 - 8; turns <= MAX_GAP / 8 + 2; turns++) {
      const traced = await trace([
        ...storeWords(SCHEDULE, Array.from({ length: 16 }, word)),
        ...storeWords(HASH, SHA_INITIAL),
        ...asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, HASH),
        ...asm.li(6, turns),
        asm.i('ADDI', 6, 6, -1),
        asm.branch('BNE', 6, 0, -4),
        ...asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, HASH),
        ...asm.call(SYSCALL.SHA_EXTEND, SCHEDULE),
        ...asm.halt(0),
      ]);
      expect(findings(traced.traces, traced.statement), `${turns} turns`).toEqual({ constraints: [], tuples: [] });
    }
  });
  it('of a run that is cut before, after and between calls', async () => {
    const program = [...hashMessage(bytes(60)), ...asm.halt(0)];
    const { pk } = await trace(program);
    for (const steps of [1, 2, 7]) {
      let [calls, shards] = [0, 0];
      for await (const { record, siblings } of recordShards(pk, [], { cells: 2 ** 28, fractions: 2 ** 28, steps })) {
        const { shardTables: _, ...rest } = { shardTables, record, siblings };
        calls += rest.record.events['precompile']!.count;
        shards++;
      }
      expect(calls).toBe(4);
      expect(shards).toBeGreaterThan(20);
    }
  });
  it('of thousands of calls, cut where the largest table is full', async () => {
    const calls = 5000;
    const program = [
      ...storeWords(HASH, SHA_INITIAL),
      ...asm.li(20, calls),
      ...asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, HASH),
      asm.i('ADDI', 20, 20, -1),
    ];
    // Back over the call and its arguments.
    const back = -4 * (asm.call(SYSCALL.SHA_COMPRESS, SCHEDULE, HASH).length + 1);
    const { pk } = await trace([...program, asm.branch('BNE', 20, 0, back), ...asm.halt(0)]);
    const counts: number[] = [];
    for await (const { record } of recordShards(pk, [], { cells: 2 ** 24, fractions: 2 ** 23 }))
      counts.push(record.events['sha_final']!.count);
    expect(counts.reduce((a, b) => a + b)).toBe(calls);
    expect(counts.length).toBeGreaterThan(2);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(1024);
  });
});

describe('a cheating prover', () => {
  let honest: Traced;
  beforeAll(async () => {
    // Three blocks.
    honest = await trace([...hashMessage(bytes(130)), ...asm.halt(0)]);
  });
  const forge = (): Forgery => new Forgery(honest);

  it('changes no cell of a row unnoticed', () => {
    expect(findings(honest.traces, honest.statement)).toEqual({ constraints: [], tuples: [] });
    const survivors = new Set<string>();
    const broken = new Set<string>();
    /** Whether a word of the schedule is no sum; of the last of these w7 is the word before the last all the same. */
    const isGiven = (row: number, column: string): boolean =>
      row % 64 < 15 || (row % 64 === 15 && !column.startsWith('w7'));
    let tried = 0;
    for (const name of ['precompile', 'sha_extend', 'sha_compress', 'sha_final']) {
      const table = honest.traces.find((t) => t?.chip.name === name)!;
      const { chip } = table;
      const used = { precompile: 6, sha_extend: 192, sha_compress: 48, sha_final: 3 }[name]!;
      const every = name === 'sha_extend' ? 1 : name === 'sha_compress' ? 5 : 1;
      for (let row = 0; row <= used; row += every) {
        const cells = table.columns.map((c) => c[row]!);
        const fixed = table.fixed.map((c) => c[row]!);
        const verdict = (changed: readonly number[]) => judge(honest.pk, chip, [...changed, ...fixed]);
        const before = verdict(cells);
        expect([before.broken, before.misses], `${name} ${row}: ${JSON.stringify(before)}`).toEqual([[], []]);
        for (const [c, { name: column }] of chip.columns.entries()) {
          for (const change of new Set([0, 1, cells[c]! + 1, cells[c]! + P - 1, cells[c]! + 65536].map((x) => x % P))) {
            if (change === cells[c]) continue;
            tried++;
            const after = verdict(cells.with(c, change));
            for (const what of [...after.broken, ...after.misses]) broken.add(`${name}.${what}`);
            if (passes(before, after)) survivors.add(`${name}.${column}${isGiven(row, column) ? ' given' : ''}`);
          }
        }
      }
    }
    expect(tried).toBeGreaterThan(20_000);
    // A word that is given is no sum: nothing reads what its row has for summands, nor for their carries.
    const summands = ['s0', 's1', 'w7', 'w16'].flatMap((s) => [`${s}_lo`, `${s}_hi`]);
    const carries = ['carry_lo_0', 'carry_lo_1', 'carry_hi_0', 'carry_hi_1'];
    expect([...survivors].sort()).toEqual([...summands, ...carries].map((x) => `sha_extend.${x} given`).sort());
    // Every constraint and every lookup is live.
    for (const name of ['precompile', 'sha_extend', 'sha_compress', 'sha_final']) {
      const { chip } = honest.traces.find((t) => t?.chip.name === name)!;
      for (const c of chip.constraints) expect(broken, c.name).toContain(`${name}.${c.name}`);
      for (const [i, { bus, sign }] of chip.interactions.entries())
        if (bus.kind === 'lookup' && sign === 1) expect(broken).toContain(`${name}.${bus.name} ${i}`);
    }
  });
  it('gives another digest, with everything behind it changed as well', async () => {
    // The last word of the hash, as it would be had the last round made one more.
    const f = forge();
    const row = f.row('sha_final', { is_real: 1 });
    f.set('sha_final', row, { after0_lo: f.column('sha_final', 'after0_lo')[row]! ^ 1 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'sha_final.sum0_carry_lo']));
    expect(await f.verdict()).toBe('bus_balance');
    const last = forge();
    last.set('sha_final', row, {
      last0_lo: last.column('sha_final', 'last0_lo')[row]! ^ 1,
      after0_lo: last.column('sha_final', 'after0_lo')[row]! ^ 1,
    });
    expect(last.caughtBy()).toEqual(expect.arrayContaining(['memory', 'sha_state']));
  });
  it('exchanges rows of two calls', () => {
    for (const [chip, first, second] of [
      ['sha_compress', 5, 21],
      ['sha_extend', 40, 104],
    ] as const) {
      const f = forge();
      const k = machineKey().machine.chips.findIndex((c) => c.name === chip);
      const { columns } = f.traces[k]!;
      for (const [c, column] of columns.entries()) {
        // Clocks stay, so that only the words tell.
        if (['clk', 'schedule', 'pointer'].includes(machineKey().machine.chips[k]!.columns[c]!.name)) continue;
        [column[first], column[second]] = [column[second]!, column[first]!];
      }
      expect(f.caughtBy(), chip).toContain(chip === 'sha_compress' ? 'sha_state' : 'sha_word');
    }
  });
  it('leaves rows out, repeats them, or moves them to another place', () => {
    const table = (f: Forgery, chip: string) => {
      const k = machineKey().machine.chips.findIndex((c) => c.name === chip);
      return f.traces[k]!;
    };
    const copy = (f: Forgery, chip: string, from: number, to: number): void => {
      for (const column of table(f, chip).columns) column[to] = column[from]!;
    };
    for (const row of [0, 15, 16, 60, 61, 62, 63]) {
      const without = forge();
      for (const column of table(without, 'sha_extend').columns) column[row] = 0;
      expect(without.caughtBy().length, `row ${row}`).toBeGreaterThan(0);
    }
    // The row before the last: nothing adds what it says, but another asks for it.
    const noneBeforeLast = forge();
    for (const column of table(noneBeforeLast, 'sha_extend').columns) column[62] = 0;
    expect(noneBeforeLast.caughtBy()).toContain('sha_word');
    // Nor can that one be without the word, whatever it is.
    const asking = forge();
    const at = asking.column('sha_extend', 'w7_lo');
    at[15]! ^= 1;
    expect(asking.caughtBy()).toEqual(['sha_word']);
    for (const [chip, from, to, bus] of [
      ['sha_extend', 30, 30 + 192, 'sha_word'],
      ['sha_compress', 3, 3 + 48, 'sha_state'],
      ['sha_compress', 3, 4, 'sha_state'],
      ['sha_final', 0, 5, 'call'],
    ] as const) {
      const f = forge();
      copy(f, chip, from, to);
      expect(f.caughtBy(), `${chip} ${from} at ${to}`).toContain(bus);
    }
  });
  it('stops after fifteen rows, or starts at the second', () => {
    for (const row of [0, 15]) {
      const f = forge();
      const k = machineKey().machine.chips.findIndex((c) => c.name === 'sha_compress');
      for (const column of f.traces[k]!.columns) column[row] = 0;
      expect(f.caughtBy()).toContain('sha_state');
    }
  });
  it('answers another code, at another time, with other pointers', () => {
    for (const [chip, columns] of [
      ['precompile', ['code_lo', 'code_hi', 'clk', 'a_word', 'a_hi', 'b_lo', 'b_hi']],
      ['sha_final', ['clk', 'schedule', 'hash_lo', 'hash_hi']],
    ] as const) {
      for (const name of columns) {
        const f = forge();
        f.set(chip, 0, { [name]: f.column(chip, name)[0]! + 1 });
        expect(f.caughtBy(), `${chip}.${name}`).toContain('call');
      }
    }
  });
  it('writes at the time of the reads, or reads after the writes', () => {
    for (const [chip, name] of [
      ['sha_final', 'previous3'],
      ['sha_compress', 'w2_previous'],
      ['sha_extend', 'previous'],
    ] as const) {
      const f = forge();
      // As if nothing had been in between: now, or later than now.
      for (const ahead of [0, 1, 3]) {
        f.set(chip, 0, { [name]: f.column(chip, 'clk')[0]! + 3 + ahead });
        expect(f.caughtBy()).toEqual(expect.arrayContaining(['memory', 'range']));
      }
    }
  });
  it('calls with a code that is another one modulo p', async () => {
    const alias = (SYSCALL.SHA_COMPRESS + P) | 0;
    expect(await codeOf(() => run(asm.call(alias, SCHEDULE, HASH)))).toBe('UNKNOWN_SYSCALL');
    const f = forge();
    const row = f.row('precompile', { code_lo: SYSCALL.SHA_COMPRESS & 0xffff });
    f.set('precompile', row, { code_lo: alias & 0xffff, code_hi: alias >>> 16 });
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['call', 'memory']));
  });
});

it('a block takes at most 14,000 cells, its calls and memory included', () => {
  const price = (name: string): number => {
    const { columns, interactions } = chipStatistics(machineKey().machine.chips.find((c) => c.name === name)!);
    return columns + 2.5 * interactions;
  };
  const block = 2 * price('precompile') + 64 * price('sha_extend') + 16 * price('sha_compress') + price('sha_final');
  expect(block).toBe(13_018.5);
});
