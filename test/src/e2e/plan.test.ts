/** The plan of a run's shards: what a proof then has, and committed cells hardly more than tables need. */
import { createProgram } from '@weft/executor/program/program';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { FOLDING } from '@weft/recursion/rv32im/cost';
import { type ExtraWork, planMemoryLimit } from '@weft/rv32im/cost/cost';
import { riscvKeyFor } from '@weft/rv32im/key';
import { setupProgram } from '@weft/rv32im/setup';
import { planRun } from '@weft/rv32im/shard/plan';
import { type ShardStatistics, shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { estimateRun } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { recordShards } from '../support/shards.ts';
import { text } from '../support/values.ts';

const GB = 2 ** 30;

interface Case {
  readonly guest: GuestName;
  readonly input: Uint8Array;
  readonly memory: number;
  readonly extra?: ExtraWork;
  /** Cycles, and log2 of the shape's cells, of each shard; neighbours that are alike once. */
  readonly shards: readonly (readonly [number, number])[];
  readonly count: number;
  /** Committed cells over those of tables, of the whole run. */
  readonly ratio: number;
}

const CASES: readonly Case[] = [
  { guest: 'fibonacci', input: text('10'), memory: 4 * GB, shards: [[6592, 19]], count: 1, ratio: 1.25 },
  { guest: 'loop', input: text('250000'), memory: 4 * GB, shards: [[256_020, 23]], count: 1, ratio: 1.2 },
  // What is left over has the smallest shape that holds it.
  {
    ...{ guest: 'loop', input: text('1600000'), memory: 2 * GB, count: 2, ratio: 1.07 },
    shards: [
      [1_572_891, 25],
      [33_140, 20],
    ],
  },
  // 1,572,864 cycles: rows of no class are more than 2^18 + 2^17 or 2^17 + 2^16, which a few more would double.
  {
    ...{ guest: 'loop', input: text('4000000'), memory: 2 * GB, count: 3, ratio: 1.07 },
    shards: [
      [1_572_891, 25],
      [1_572_864, 25],
      [860_276, 24],
    ],
  },
  {
    ...{ guest: 'loop', input: text('4000000'), memory: 2 * GB, extra: FOLDING, count: 6, ratio: 1.05 },
    shards: [
      [786_459, 24],
      [786_432, 24],
      [73_844, 21],
    ],
  },
  {
    ...{ guest: 'sha256', input: new Uint8Array(40_000), memory: 2 * GB, count: 3, ratio: 1.06 },
    shards: [
      [1_275_295, 25],
      [1_275_225, 25],
      [616_355, 24],
    ],
  },
  {
    ...{ guest: 'sort-words', input: text('20000'), memory: 2 * GB, count: 2, ratio: 1.04 },
    shards: [
      [1_079_263, 25],
      [682_170, 25],
    ],
  },
  {
    ...{ guest: 'matrix', input: text('70'), memory: 2 * GB, count: 3, ratio: 1.05 },
    shards: [
      [1_169_396, 25],
      [1_185_911, 25],
      [532_269, 24],
    ],
  },
];

const machine = riscvKeyFor([]);

describe.each(CASES)('$guest with $memory bytes', ({ guest, input, memory, extra, shards, count, ratio }) => {
  it('is cut so', async () => {
    const { limits } = planMemoryLimit(machine.key, memory, extra);
    const plan = await planRun(createProgram(readGuest(guest)), machine, [input], { limits });
    const different = plan.filter(({ cycles }, i) => cycles !== plan[i - 1]?.cycles);
    expect(different.map(({ cycles, variables }) => [cycles, variables])).toEqual(shards);
    expect(plan.length).toBe(count);
    const sum = (of: 'cells' | 'committedCells'): number => plan.reduce((n, shard) => n + shard[of], 0);
    expect(sum('committedCells') / sum('cells')).toBeLessThan(ratio);
    const sizes = machine.key.shapes.map(({ variables }) => variables);
    for (const { variables, cells } of plan) expect(sizes.find((m) => cells <= 2 ** m)).toBe(variables);
  });
});

describe('a plan', () => {
  it.each([
    ['loop', text('100000'), 0.0025],
    ['sha256', new Uint8Array(3000), 0.025],
    ['recursion', text('2'), 0.05],
    // Permutations of the state that are alike are one.
    ['sort-words', text('3000'), 0.6],
  ] as const)('of %s has the shards of its proof, and hardly more cells', async (guest, input, tolerance) => {
    const pk = await setupProgram(createProgram(readGuest(guest)), machine);
    const limits = { cells: 2 ** 22, fractions: 2 ** 21 };
    const plan = await planRun(pk.program, machine, [input], { limits });
    const shards: ShardStatistics[] = [];
    for await (const { slice, record, siblings } of recordShards(pk, [input], limits)) {
      expect(slice.cycles).toBe(plan[shards.length]?.cycles);
      shards.push(await shardStatistics(pk, shardTables(pk, record, siblings)));
    }
    expect(plan.length).toBe(shards.length);
    for (const [i, { paddedCells, committedCells, variables }] of shards.entries()) {
      const planned = plan[i]!;
      expect(paddedCells).toBeLessThanOrEqual(planned.cells);
      expect(planned.cells).toBeLessThan((1 + tolerance) * paddedCells);
      expect(committedCells).toBeLessThanOrEqual(planned.committedCells);
      expect(variables).toBeLessThanOrEqual(planned.variables);
    }
  });

  it('ends shards where they are cheapest, not where they are full', async () => {
    const input = [text('70')];
    const program = createProgram(readGuest('matrix'));
    const limits = { cells: 2 ** 25, fractions: 2 ** 24 };
    const cells = async (overhead: number): Promise<number> => {
      const plan = await planRun(program, machine, input, { limits: { ...limits, overhead } });
      return plan.reduce((n, shard) => n + shard.committedCells, 0);
    };
    // As if a shard cost so much that it has to be as large as it can be.
    expect(await cells(0)).toBeLessThan(0.97 * (await cells(1e12)));
  });

  it('is that of an estimate, with the set of what the run calls', async () => {
    const { cycles, estimate } = await estimateRun(readGuest('sha256-calls'), [text('100')], { mode: 'core' });
    expect(estimate.plan.map(({ set }) => set)).toEqual(['sha256']);
    expect(estimate.plan.length).toBe(estimate.shards);
    expect(estimate.plan.reduce((n, shard) => n + shard.cycles, 0)).toBe(cycles);
    expect(estimate.plan.reduce((n, shard) => n + shard.committedCells, 0)).toBe(estimate.cells);
  });

  it('ends where the machine has no table for a call, however full the shard is by then', async () => {
    // Its calls come after more instructions than fill half of the smallest shape.
    const program = createProgram(readGuest('sha256-calls'));
    const limits = { cells: 2 ** 19, fractions: 2 ** 18 };
    const plan = planRun(program, machine, [text('100')], { limits });
    await expect(plan).rejects.toMatchObject({ code: 'SHARD_TOO_SMALL' });
  });

  it('stops when it is aborted, and refuses what is no limit', async () => {
    const program = createProgram(readGuest('loop'));
    const limits = { cells: 2 ** 22, fractions: 2 ** 21 };
    const stop = planRun(program, machine, [text('10000000')], { limits, signal: AbortSignal.timeout(5) });
    await expect(stop).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(planRun(program, machine, [], { limits: { ...limits, overhead: -1 } })).rejects.toThrow(RangeError);
    await expect(planRun(program, machine, [], {} as never)).rejects.toThrow(TypeError);
  });
});
