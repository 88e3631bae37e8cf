/** KECCAK_PERMUTE: what guests get, what a cheating prover does not. */
import { keccakP } from '@noble/hashes/sha3.js';
import { KECCAK_ROWS } from '@weft/executor/calls/keccak';
import { execute } from '@weft/executor/executor';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { MAX_GAP, MEMORY_END } from '@weft/executor/program/layout';
import { createProgram } from '@weft/executor/program/program';
import { P } from '@weft/primitives/field/base';
import { codeOf, seeded } from '@weft/primitives/testing';
import { chipStatistics } from '@weft/prover';
import type { Chip } from '@weft/prover/air/chip';
import { createMachineKey } from '@weft/prover/protocol/key';
import { preprocess } from '@weft/prover/prove/preprocess';
import { proveTables } from '@weft/prover/prove/prove';
import { FAMILIES } from '@weft/rv32im/calls/index';
import { precompileCall } from '@weft/rv32im/chips/precompile';
import { machineKey } from '@weft/rv32im/key';
import { programTable } from '@weft/rv32im/program';
import { type ProvingKey, setupProgram } from '@weft/rv32im/setup';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { beforeAll, describe, expect, it } from 'vitest';
import { Forgery } from '../support/forged-traces.ts';
import { permuteWords, STATE } from '../support/keccak.ts';
import { judge, passes } from '../support/rows.ts';
import { expectWords, storeWords } from '../support/sha.ts';
import { ONE_SHARD, recordShards } from '../support/shards.ts';
import { findings, type Traced, trace } from '../support/traces.ts';
import { verifyShardTwice } from '../support/twice.ts';

const [keccak, keccakMemory] = FAMILIES.find(({ name }) => name === 'keccak')!.chips as [Chip, Chip];

const { word } = seeded(7);
const randomState = (): number[] => Array.from({ length: 50 }, word);
const call = (address: number = STATE): number[] => asm.call(SYSCALL.KECCAK_PERMUTE, address, 0);

/** As everybody does, so many times. */
function permuted(words: readonly number[], times: number = 1): number[] {
  const state = Uint32Array.from(words);
  for (let i = 0; i < times; i++) keccakP(state);
  return [...state];
}

const STATES: readonly number[][] = [
  new Array<number>(50).fill(0),
  new Array<number>(50).fill(2 ** 32 - 1),
  Array.from({ length: 50 }, (_, i) => (i === 49 ? 2 ** 31 : 0)),
  randomState(),
  randomState(),
];

const run = (words: readonly number[]) => execute(createProgram(asm.elf([...words, ...asm.halt(0)])), []);

describe('a guest', () => {
  it('permutes a state as everybody does', async () => {
    for (const state of STATES) {
      const { exitCode, rows } = await run([...permuteWords(state), ...expectWords(STATE, permuted(state))]);
      expect(exitCode).toBe(0);
      expect(rows).toMatchObject({ precompile: 1, keccak: 100, keccak_memory: 2 });
    }
  });
  it.each<[string, number[], string]>([
    ['a state that is not at a multiple of 4', call(STATE + 2), 'MISALIGNED_ACCESS'],
    ['a state beyond memory', call(MEMORY_END - 196), 'MEMORY_RANGE'],
    ['a state at null', call(0), 'NULL_POINTER'],
    ['a state in the code', call(asm.TEXT - 196), 'STORE_TO_CODE'],
    ['a second argument', asm.call(SYSCALL.KECCAK_PERMUTE, STATE, 4), 'SYSCALL_ARGUMENT'],
  ])('is stopped for %s', async (_, words, code) => {
    expect(await codeOf(() => run(words))).toBe(code);
  });
});

describe('traces', () => {
  const expectHonest = async (words: readonly number[], label: string = ''): Promise<void> => {
    const { traces, statement } = await trace([...words, ...asm.halt(0)]);
    expect(findings(traces, statement), label).toEqual({ constraints: [], tuples: [] });
  };
  it('of one call are honest, of any state', async () => {
    for (const state of STATES) await expectHonest(permuteWords(state));
  });
  it('of several calls are, with states that overlap and one that ends where memory does', async () => {
    const end = MEMORY_END - 200;
    await expectHonest([
      ...permuteWords(randomState()),
      ...call(),
      ...call(STATE + 4),
      ...permuteWords(randomState(), end),
    ]);
  });
  it('are when words are used again just before, at and after the gap that a row checks', async () => {
    // The loop takes two cycles a turn; everything else is a handful.
    for (let turns = MAX_GAP / 8 - 4; turns <= MAX_GAP / 8; turns++) {
      const loop = [...asm.li(6, turns), asm.i('ADDI', 6, 6, -1), asm.branch('BNE', 6, 0, -4)];
      await expectHonest([...permuteWords(randomState()), ...loop, ...call()], `${turns} turns`);
    }
  });
  it('are cut where a table is full, not within a call', async () => {
    const back = -4 * (call().length + 1);
    const loop = [...asm.li(20, 400), ...call(), asm.i('ADDI', 20, 20, -1), asm.branch('BNE', 20, 0, back)];
    const words = [...storeWords(STATE, randomState()), ...loop, ...asm.halt(0)];
    const pk = await setupProgram(createProgram(asm.elf(words)));
    const counts: number[] = [];
    for await (const { record } of recordShards(pk, [], { cells: 2 ** 26, fractions: 2 ** 25 }))
      counts.push(record.events[KECCAK_ROWS.events]!.count);
    // 327 calls of a hundred rows fit 2^15.
    expect(counts).toEqual([32_700, 7_300]);
  });
});

/** A proving key whose one shape has the chips of this family and no other. */
async function familyKey(pk: ProvingKey): Promise<ProvingKey> {
  const { machine, suite, use } = machineKey();
  const others = FAMILIES.filter(({ name }) => name !== 'keccak').flatMap(({ chips }) => chips);
  const chips = machine.chips.filter((chip) => !others.includes(chip)).map(({ name }) => name);
  const key = createMachineKey(suite, machine, [{ name: 'keccak', chips, sizes: [20] }], use);
  const preprocessed = await preprocess(key, { program: programTable(pk.program) });
  return { ...pk, key, preprocessed, vk: { ...pk.vk, preprocessed: preprocessed.key } };
}

describe('a proof', () => {
  const program = [
    ...permuteWords(STATES[3]!),
    ...call(),
    ...expectWords(STATE, permuted(STATES[3]!, 2)),
    ...asm.halt(0),
  ];
  it('of a run that permutes holds, and none of another digest', async () => {
    const pk = await familyKey(await setupProgram(createProgram(asm.elf(program))));
    let shards = 0;
    for await (const { record, siblings, statement } of recordShards(pk, [], ONE_SHARD)) {
      const { tables } = shardTables(pk, record, siblings);
      const words = statementWords(statement);
      verifyShardTwice(pk.key, pk.vk, statement, await proveTables(pk.key, pk.preprocessed, tables, words));
      shards++;
    }
    expect(shards).toBe(1);
  });
  it('of a word that the permutation does not make does not', async () => {
    const honest = await trace(program);
    const pk = await familyKey(honest.pk);
    const f = new Forgery({ ...honest, pk });
    f.set('keccak_memory', 0, { after3_lo: f.column('keccak_memory', 'after3_lo')[0]! ^ 1 });
    expect(await f.verdict()).toBe('bus_balance');
  });
});

describe('a cheating prover', () => {
  let honest: Traced;
  beforeAll(async () => {
    honest = await trace([3, 4, 2].flatMap((i) => permuteWords(STATES[i]!)).concat(asm.halt(0)));
  });
  const forge = (): Forgery => new Forgery(honest);
  const table = (f: Forgery, chip: Chip): readonly Uint32Array[] => f.traces.find((t) => t?.chip === chip)!.columns;

  it.each([
    // First, middle and last states, all groups, and a row that stands for nothing.
    [keccak, [0, 1, 46, 99, 196, 300]],
    [keccakMemory, [0, 1, 3, 6]],
  ] as const)('changes no cell unnoticed', (chip, rows) => {
    const { columns, fixed } = honest.traces.find((t) => t?.chip === chip)!;
    const survivors: string[] = [];
    const broken = new Set<string>();
    let tried = 0;
    for (const row of rows) {
      const cells = columns.map((c) => c[row]!);
      const besides = fixed.map((c) => c[row]!);
      const verdict = (changed: readonly number[]) => judge(honest.pk, chip, [...changed, ...besides]);
      const before = verdict(cells);
      expect([before.broken, before.misses]).toEqual([[], []]);
      for (const [c, { name }] of chip.columns.entries()) {
        for (const change of new Set([0, 1, cells[c]! + 1, cells[c]! + P - 1, cells[c]! + 65536].map((x) => x % P))) {
          if (change === cells[c]) continue;
          tried++;
          const after = verdict(cells.with(c, change));
          for (const what of [...after.broken, ...after.misses]) broken.add(what);
          if (passes(before, after)) survivors.push(`${name} of row ${row}`);
        }
      }
    }
    expect(tried).toBeGreaterThan(3 * chip.columns.length * rows.length);
    expect(survivors).toEqual([]);
    // Every constraint and every lookup is live.
    for (const { name } of chip.constraints) expect(broken).toContain(name);
    for (const [i, { bus, sign }] of chip.interactions.entries())
      if (bus.kind === 'lookup' && sign === 1) expect(broken).toContain(`${bus.name} ${i}`);
  });
  it('leaves no row out and repeats none', () => {
    for (const row of [0, 3, 4, 50, 95, 96, 99]) {
      const without = forge();
      for (const column of table(without, keccak)) column[row] = 0;
      expect(without.caughtBy(), `row ${row}`).toContain('keccak_group');
      const twice = forge();
      for (const column of table(twice, keccak)) column[300 + (row % 4)] = column[row]!;
      expect(twice.caughtBy(), `row ${row}`).toContain('keccak_group');
    }
    for (const row of [0, 1]) {
      const without = forge();
      for (const column of table(without, keccakMemory)) column[row] = 0;
      expect(without.caughtBy()).toEqual(expect.arrayContaining(['keccak_group', 'keccak_halves', 'memory']));
      const twice = forge();
      for (const column of table(twice, keccakMemory)) column[6 + row] = column[row]!;
      expect(twice.caughtBy()).toEqual(expect.arrayContaining(['keccak_group', 'keccak_halves', 'memory']));
    }
  });
  it('answers no call twice, with all rows of it', () => {
    const f = forge();
    for (const column of table(f, keccak)) column.copyWithin(300, 0, 100);
    for (const column of table(f, keccakMemory)) column.copyWithin(6, 0, 2);
    expect(f.caughtBy()).toEqual(['call', 'memory']);
  });
  it('moves no row to the place of another group, and none of memory to that of the other half', () => {
    const f = forge();
    for (const column of table(f, keccak)) [column[40], column[41]] = [column[41]!, column[40]!];
    expect(f.caughtBy()).toEqual(expect.arrayContaining(['keccak_group', 'keccak_parity', 'keccak_rho_0']));
    const halves = forge();
    for (const column of table(halves, keccakMemory)) [column[0], column[1]] = [column[1]!, column[0]!];
    expect(halves.caughtBy()).toEqual(expect.arrayContaining(['keccak_group', 'memory']));
  });
  it('exchanges no rows of two calls', () => {
    for (const row of [0, 45, 98]) {
      const f = forge();
      // Clocks stay, so that only the bits tell.
      for (const [c, column] of table(f, keccak).entries())
        if (keccak.columns[c]!.name !== 'clk') [column[row], column[row + 100]] = [column[row + 100]!, column[row]!];
      expect(f.caughtBy(), `row ${row}`).toContain('keccak_parity');
    }
  });
  it('has no other code, time or pointer', () => {
    for (const name of ['code_lo', 'code_hi', 'clk', 'a_word', 'a_hi', 'b_lo', 'b_hi']) {
      const f = forge();
      f.set('precompile', 0, { [name]: f.column('precompile', name)[0]! + 1 });
      expect(f.caughtBy(), name).toContain('call');
    }
    for (const [row, bus] of [
      [0, 'call'],
      [1, 'keccak_halves'],
    ] as const) {
      for (const name of ['clk', 'pointer']) {
        const f = forge();
        f.set('keccak_memory', row, { [name]: f.column('keccak_memory', name)[row]! + 1 });
        expect(f.caughtBy(), name).toContain(bus);
      }
    }
    const late = forge();
    const time = late.column('keccak', 'clk')[0]! + 1;
    for (let row = 0; row < 100; row++) late.set('keccak', row, { clk: time });
    expect(late.caughtBy()).toEqual(['keccak_group']);
  });
  it('writes at no time but that of the call', () => {
    for (const ahead of [0, 1, 3]) {
      const f = forge();
      f.set('keccak_memory', 1, { previous7: f.column('keccak_memory', 'clk')[1]! + 3 + ahead });
      expect(f.caughtBy()).toEqual(['memory', 'range']);
    }
  });
});

it('a permutation takes at most 95,000 cells, its call and memory included, in at most 910 columns a row', () => {
  const price = (chip: Chip): number => {
    const { columns, interactions } = chipStatistics(chip);
    expect(columns).toBeLessThanOrEqual(910);
    return columns + 2.5 * interactions;
  };
  expect(price(precompileCall) + 100 * price(keccak) + 2 * price(keccakMemory)).toBe(93_195.5);
});
