/** U256XU2048_MUL: what guests get, what a cheating prover does not. */
import { execute } from '@weft/executor/executor';
import { A2, SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { MEMORY_END } from '@weft/executor/program/layout';
import { createProgram } from '@weft/executor/program/program';
import { P } from '@weft/primitives/field/base';
import { codeOf, seeded } from '@weft/primitives/testing';
import { chipStatistics } from '@weft/prover';
import { proveTables } from '@weft/prover/prove/prove';
import { machineKey } from '@weft/rv32im/key';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { beforeAll, describe, expect, it } from 'vitest';
import { Forgery } from '../support/forged-traces.ts';
import { digits, numberOfWords } from '../support/formulas.ts';
import { judge, passes } from '../support/rows.ts';
import { expectWords } from '../support/sha.ts';
import { ONE_SHARD, recordShards } from '../support/shards.ts';
import { findings, type Traced, traceRun } from '../support/traces.ts';
import { verifyShardTwice } from '../support/twice.ts';

const { DATA } = asm;
const [FACTOR, LONG, LOW, HIGH] = [DATA, DATA + 0x20, DATA + 0x400, DATA + 0x500];
const { word } = seeded(4);
const random = (count: number): number[] => Array.from({ length: count }, () => word() >>> 0);
const CASES: readonly (readonly [factor: number[], long: number[]])[] = [
  [random(8), random(64)],
  [new Array(8).fill(0xffffffff), new Array(64).fill(0xffffffff)],
  [new Array(8).fill(0), random(64)],
  [[1, 0, 0, 0, 0, 0, 0, 0], random(64)],
  [random(8), new Array(64).fill(0).with(63, 0x80000000)],
];

const call = (low = LOW, high = HIGH, factor = FACTOR, long = LONG): number[] => [
  ...asm.li(A2 + 1, high),
  ...asm.call(SYSCALL.U256XU2048_MUL, factor, long, low),
];
/** A guest that multiplies, once or more. */
const guest = ([factor, long]: readonly [readonly number[], readonly number[]], calls = call(), then: number[] = []) =>
  asm.elf([...calls, ...then, ...asm.halt(0)], { data: new Uint8Array(Uint32Array.from([...factor, ...long]).buffer) });

describe('a guest', () => {
  it.each(CASES.map((c, i) => [i, c] as const))('gets product %i', async (_, [factor, long]) => {
    const product = digits(numberOfWords(factor) * numberOfWords(long), 72);
    const then = [...expectWords(LOW, product.slice(0, 64)), ...expectWords(HIGH, product.slice(64))];
    expect((await execute(createProgram(guest([factor, long], call(), then)), [])).exitCode).toBe(0);
    const { traces, statement } = await traceRun(guest([factor, long]));
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
  });
  it.each([
    ['a factor within the product', call(LOW, HIGH, LOW + 8, LONG)],
    ['the product over both factors', call(FACTOR, HIGH)],
    ['the product over the long factor', call(LONG)],
    ['the upper words over the short factor', call(LOW, FACTOR)],
    ['all of it at the end of memory', call(MEMORY_END - 256, MEMORY_END - 288)],
  ])('may have %s', async (_, calls) => {
    const { traces, statement } = await traceRun(guest(CASES[0]!, calls));
    expect(findings(traces, statement)).toEqual({ constraints: [], tuples: [] });
  });
  it.each([
    ['results that overlap', call(LOW, LOW + 252), 'SYSCALL_ARGUMENT'],
    ['factors that overlap', call(LOW, HIGH, LONG + 4), 'SYSCALL_ARGUMENT'],
    ['a misaligned result', call(LOW + 2, HIGH + 0x100), 'MISALIGNED_ACCESS'],
    ['upper words beyond memory', call(LOW, MEMORY_END - 28), 'MEMORY_RANGE'],
  ])('is stopped for %s', async (_, calls, code) => {
    expect(await codeOf(() => execute(createProgram(guest(CASES[0]!, calls)), []))).toBe(code);
  });
});

describe('a cheating prover', () => {
  let honest: Traced;
  beforeAll(async () => {
    // Two calls with the same long factor and other places, so that only clocks and numbers tell their rows apart.
    honest = await traceRun(guest(CASES[0]!, [...call(), ...call(LOW + 0x400, HIGH + 0x400, LOW, LONG)]));
  });
  const table = ({ traces }: Pick<Traced, 'traces'>, chip: string) => traces.find((t) => t?.chip.name === chip)!;
  const [HEAD, PART] = ['u256xu2048_mul', 'u256xu2048_part'];

  it.each([HEAD, PART])('changes no cell of %s unnoticed, and every constraint and lookup is live', (name) => {
    const { chip, columns, fixed } = table(honest, name);
    const survivors = new Set<string>();
    const broken = new Set<string>();
    for (let row = 0; row < (name === HEAD ? 2 : 16); row += name === HEAD ? 1 : 3) {
      const cells = columns.map((column) => column[row]!);
      const verdict = (changed: readonly number[]) =>
        judge(honest.pk, chip, [...changed, ...fixed.map((column) => column[row]!)]);
      const before = verdict(cells);
      expect([before.broken, before.misses]).toEqual([[], []]);
      for (const [c, { name: column }] of chip.columns.entries()) {
        for (const change of new Set([0, 1, cells[c]! + 1, cells[c]! + P - 1, cells[c]! + 65536].map((x) => x % P))) {
          if (change === cells[c]) continue;
          const after = verdict(cells.with(c, change));
          for (const what of [...after.broken, ...after.misses]) broken.add(what);
          if (passes(before, after)) survivors.add(column);
        }
      }
    }
    expect([...survivors]).toEqual([]);
    for (const { name: constraint } of chip.constraints) expect(broken, constraint).toContain(constraint);
    for (const [i, { bus, sign }] of chip.interactions.entries())
      if (bus.kind === 'lookup' && sign === 1) expect(broken).toContain(`${bus.name} ${i}`);
  });
  /** Rows of the parts, each with another's cells in some columns. */
  function exchanged(first: number, second: number, of: RegExp): string[] {
    const f = new Forgery(honest);
    const { chip, columns } = table(f, PART);
    for (const [c, column] of columns.entries())
      if (of.test(chip.columns[c]!.name)) [column[first], column[second]] = [column[second]!, column[first]!];
    return f.caughtBy();
  }
  it('goes on with the parts of another call', () => {
    // The factors of both calls differ, and so do the words that they write.
    expect(exchanged(3, 11, /^(?!clk|from|to|.*Ts)/)).toEqual(['memory', 'wide_carry', 'wide_factor']);
    expect(exchanged(3, 11, /^clk$/)).toEqual(expect.arrayContaining(['wide_carry', 'wide_factor']));
    expect(exchanged(3, 11, /^(carry)_/)).toEqual(expect.arrayContaining(['wide_carry']));
  });
  it('takes the parts in another order', () => {
    expect(exchanged(3, 4, /./)).toEqual(expect.arrayContaining(['memory', 'wide_carry']));
  });
  it('leaves a part out, takes one twice, or ends early', () => {
    for (const row of [0, 3, 7]) {
      const f = new Forgery(honest);
      for (const column of table(f, PART).columns) column[row] = 0;
      expect(f.caughtBy()).toEqual(['memory', 'wide_carry', 'wide_factor']);
    }
    const twice = new Forgery(honest);
    // Of the same number, eight rows on.
    for (const column of table(twice, PART).columns) column[19] = column[3]!;
    expect(twice.caughtBy()).toEqual(['memory', 'wide_carry', 'wide_factor']);
  });
  it('begins with a carry, or ends with another', () => {
    const first = new Forgery(honest);
    const [low, carry] = ['low_0', 'carry_0'].map((name) => first.column(PART, name)) as [Uint32Array, Uint32Array];
    // One more at both ends of the sum.
    low[0]! += low[0] === 255 ? -1 : 1;
    carry[0]! = 1;
    expect(first.caughtBy()).toEqual(expect.arrayContaining(['memory', 'wide_carry']));
    const last = new Forgery(honest);
    last.set(HEAD, 0, { high_2_lo: last.column(HEAD, 'high_2_lo')[0]! ^ 1 });
    expect(last.caughtBy()).toEqual(['memory', 'wide_carry']);
  });
  it('multiplies by another factor than the one in memory', () => {
    const f = new Forgery(honest);
    f.set(HEAD, 0, { factor_1_lo: f.column(HEAD, 'factor_1_lo')[0]! ^ 1 });
    expect(f.caughtBy()).toEqual(['memory', 'wide_factor']);
  });
  it('writes to other places than a2 and a3 say, or reads these at another time', () => {
    for (const name of ['a2_lo', 'a3_hi', 'a3_lo', 'a2_hi']) {
      const f = new Forgery(honest);
      f.set(HEAD, 0, { [name]: f.column(HEAD, name)[0]! + 4 });
      expect(f.caughtBy(), name).toContain('memory');
    }
    const f = new Forgery(honest);
    f.set(HEAD, 0, { a2_previous: f.column(HEAD, 'clk')[0]! + 3 });
    expect(f.caughtBy()).toEqual(['memory', 'range']);
    const to = new Forgery(honest);
    to.set(PART, 2, { to: to.column(PART, 'to')[2]! + 1 });
    expect(to.caughtBy()).toEqual(['memory', 'wide_factor']);
  });
  it('answers another call, or one twice', () => {
    for (const column of ['clk', 'a', 'b_lo']) {
      const f = new Forgery(honest);
      f.set(HEAD, 0, { [column]: f.column(HEAD, column)[0]! + 4 });
      expect(f.caughtBy(), column).toContain('call');
    }
    const f = new Forgery(honest);
    f.duplicate(HEAD, 0);
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['call', 'wide_carry', 'wide_factor']));
  });
});

it('a run is proven with the set of 256-bit arithmetic', async () => {
  const { pk } = await traceRun(guest(CASES[0]!));
  for await (const { record, siblings, statement } of recordShards(pk, [], ONE_SHARD)) {
    const { tables } = shardTables(pk, record, siblings);
    const proof = await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
    verifyShardTwice(pk.key, pk.vk, statement, proof);
    expect(pk.key.shapes[proof[0]!]!.set).toBe('secp256');
  }
});

it('a call takes 5,100 cells, memory included', () => {
  const price = (of: string): number => {
    const { columns, interactions } = chipStatistics(machineKey().machine.chips.find(({ name }) => name === of)!);
    return columns + 2.5 * interactions;
  };
  expect(price('precompile') + price('u256xu2048_mul') + 8 * price('u256xu2048_part')).toBeLessThan(5100);
});
