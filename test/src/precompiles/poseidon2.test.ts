/** POSEIDON2_PERMUTE: what guests get, what a cheating prover does not. */
import type { SystemCall } from '@weft/executor/calls/call';
import { STANDARD_CALLS } from '@weft/executor/calls/index';
import { rowCall } from '@weft/executor/calls/row-call';
import { execute } from '@weft/executor/executor';
import { poseidon2Permute } from '@weft/executor/precompiles/poseidon2';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { add, P } from '@weft/primitives/field/base';
import { permute } from '@weft/primitives/hash/poseidon2';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { codeOf, seeded } from '@weft/primitives/testing';
import { chipStatistics } from '@weft/prover';
import { proveTables } from '@weft/prover/prove/prove';
import { machineKey } from '@weft/rv32im/key';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { beforeAll, describe, expect, it } from 'vitest';
import { runWith, writeWords } from '../support/cheating-calls.ts';
import { Forgery } from '../support/forged-traces.ts';
import { judge, passes } from '../support/rows.ts';
import { expectWords, storeWords } from '../support/sha.ts';
import { ONE_SHARD, recordShards } from '../support/shards.ts';
import { findings, type Traced, traceRun } from '../support/traces.ts';
import { verifyShardTwice } from '../support/twice.ts';

const { DATA } = asm;
const { node } = POSEIDON2_KOALABEAR;
const { word } = seeded(8);
const random = (): number[] => Array.from({ length: 16 }, () => word() % P);
const STATES: readonly (readonly number[])[] = [
  new Array(16).fill(0),
  new Array(16).fill(P - 1),
  Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? P - 2 : 0x10000)),
  random(),
];

function permuted(state: readonly number[]): number[] {
  const out = Uint32Array.from(state);
  permute(node, out);
  return [...out];
}

const reduced = (words: Uint32Array): number[] => Array.from(words, (x) => x % P);

const guest = (states: readonly (readonly number[])[], then: readonly number[] = []): Uint8Array =>
  asm.elf([...states.flatMap((_, k) => asm.call(SYSCALL.POSEIDON2_PERMUTE, DATA + 64 * k)), ...then, ...asm.halt(0)], {
    data: new Uint8Array(Uint32Array.from(states.flat()).buffer),
  });

describe('a guest', () => {
  it.each(STATES)('gets the permutation of its words', async (...state) => {
    const file = guest([state], expectWords(DATA, permuted(state)));
    expect((await execute(createProgram(file), [])).exitCode).toBe(0);
  });
  it.each([P, P + 1, 0x7f00ffff, 0x7f010000, 0xffffffff])('is stopped for the word %i, no element', async (x) => {
    expect(await codeOf(() => execute(createProgram(guest([random().with(9, x)])), []))).toBe('OPERAND');
  });
  it('is stopped for a second argument', async () => {
    const file = asm.elf([...asm.call(SYSCALL.POSEIDON2_PERMUTE, DATA, 1), ...asm.halt(0)]);
    expect(await codeOf(() => execute(createProgram(file), []))).toBe('SYSCALL_ARGUMENT');
  });
});

describe('a cheating prover', () => {
  let honest: Traced;
  beforeAll(async () => {
    honest = await traceRun(guest(STATES));
  });
  const table = (run: Pick<Traced, 'traces'>) => run.traces.find((t) => t?.chip.name === 'poseidon2_permute')!;
  const cellsOf = (row: number): number[] => table(honest).columns.map((column) => column[row]!);

  it('changes no cell unnoticed, and every constraint and lookup is live', () => {
    expect(findings(honest.traces, honest.statement)).toEqual({ constraints: [], tuples: [] });
    const { chip } = table(honest);
    const survivors = new Set<string>();
    const broken = new Set<string>();
    for (const row of STATES.keys()) {
      const cells = cellsOf(row);
      const before = judge(honest.pk, chip, cells);
      expect([before.broken, before.misses]).toEqual([[], []]);
      for (const [c, { name }] of chip.columns.entries()) {
        for (const change of new Set([0, 1, cells[c]! + 1, cells[c]! + P - 1, cells[c]! + 65536].map((x) => x % P))) {
          if (change === cells[c]) continue;
          const after = judge(honest.pk, chip, cells.with(c, change));
          for (const what of [...after.broken, ...after.misses]) broken.add(what);
          if (passes(before, after)) survivors.add(name);
        }
      }
    }
    expect([...survivors]).toEqual([]);
    for (const { name } of chip.constraints) expect(broken, name).toContain(name);
    for (const [i, { bus, sign }] of chip.interactions.entries())
      if (bus.kind === 'lookup' && sign === 1) expect(broken).toContain(`${bus.name} ${i}`);
  });
  /** What is found when the words of a row are others, by limbs, with their marks as the prover likes them. */
  function withWord(name: 'before' | 'after', i: number, value: number, isTop: number): string[] {
    const f = new Forgery(honest);
    f.set('poseidon2_permute', 3, {
      [`${name}${i}_lo`]: value & 0xffff,
      [`${name}${i}_hi`]: value >>> 16,
      [`${name}${i}_is_top`]: isTop,
    });
    return f.caughtBy();
  }
  it('writes no word that is another of the same element', () => {
    for (const i of [0, 7, 15]) {
      const after = permuted(STATES[3]!)[i]!;
      // Element and permutation are right: only that it is not the least number of its residue is wrong.
      expect(withWord('after', i, after + P, 0)).toEqual(['memory', 'range']);
      expect(withWord('after', i, after + P, 1)).toEqual(
        ['memory', `poseidon2_permute.after${i}_top_hi`, `poseidon2_permute.after${i}_top_lo`].sort(),
      );
    }
  });
  it('reads no word that is no element', () => {
    for (const i of [0, 15]) expect(withWord('before', i, STATES[3]![i]! + P, 0)).toEqual(['memory', 'range']);
  });
  it('writes no limbs beyond 16 bits for the same element', () => {
    const f = new Forgery(honest);
    const lo = f.column('poseidon2_permute', 'after4_lo')[3]!;
    const hi = f.column('poseidon2_permute', 'after4_hi')[3]!;
    f.set('poseidon2_permute', 3, { after4_lo: add(lo, 2 ** 16), after4_hi: hi - 1 });
    expect(f.caughtBy()).toEqual(['memory', 'range']);
  });
  it('permutes nothing else, answers no other call, and answers once', () => {
    const other = new Forgery(honest);
    other.set('poseidon2_permute', 3, { after2_lo: other.column('poseidon2_permute', 'after2_lo')[3]! ^ 1 });
    expect(other.caughtBy()).toEqual(['memory', 'poseidon2_permute.after2']);
    for (const column of ['clk', 'pointer']) {
      const f = new Forgery(honest);
      f.set('poseidon2_permute', 0, { [column]: f.column('poseidon2_permute', column)[0]! + 4 });
      expect(f.caughtBy(), column).toContain('call');
    }
    const twice = new Forgery(honest);
    for (const column of table(twice).columns) column[4] = column[3]!;
    expect(twice.caughtBy()).toEqual(['call', 'memory']);
  });
});

describe('a prover whose memory follows from what he made up', () => {
  const [CALL] = STANDARD_CALLS.calls.filter(({ code }) => code === SYSCALL.POSEIDON2_PERMUTE) as [SystemCall];
  const [state, at] = [STATES[3]!, 9];
  const program = (words: readonly number[]): number[] => [
    ...storeWords(DATA, words),
    ...asm.call(SYSCALL.POSEIDON2_PERMUTE, DATA),
    ...asm.halt(),
  ];
  /** Sets limbs of a word that its row makes of elements. */
  function withLimbs(run: Traced, name: string, value: number): string[] {
    const f = new Forgery(run);
    f.set('poseidon2_permute', 0, { [`${name}_lo`]: value & 0xffff, [`${name}_hi`]: value >>> 16 });
    return f.caughtBy();
  }
  it('writes another word of the same element', async () => {
    const honest = CALL.run;
    const other = permuted(state)[at]! + P;
    const run = await runWith(program(state), CALL, (m) => {
      const next = honest(m);
      if (next !== undefined) writeWords(m, m.a0 + 4 * at, [other]);
      return next;
    });
    expect(withLimbs(run, `after${at}`, other)).toEqual(['range']);
  });
  it('permutes a word that is no element', async () => {
    const reducing = rowCall({ ...poseidon2Permute, run: ([words]) => [Uint32Array.from(permuted(reduced(words!)))] });
    const words = state.with(at, state[at]! + P);
    const run = await runWith(program(words), CALL, reducing.run);
    expect(withLimbs(run, `before${at}`, words[at]!)).toEqual(['range']);
  });
});

it('a run is proven with the set of hashes', async () => {
  const { pk } = await traceRun(guest(STATES));
  for await (const { record, siblings, statement } of recordShards(pk, [], ONE_SHARD)) {
    const { tables } = shardTables(pk, record, siblings);
    const proof = await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
    verifyShardTwice(pk.key, pk.vk, statement, proof);
    expect(pk.key.shapes[proof[0]!]!.set).toBe('hashes');
  }
});

it('a permutation takes at most 550 cells, memory included', () => {
  const { columns, interactions } = chipStatistics(
    machineKey().machine.chips.find(({ name }) => name === 'poseidon2_permute')!,
  );
  expect(columns + 2.5 * interactions).toBe(545.5);
});
