/** Metered segmentation: where runs are cut, and that each shard can be executed alone from its checkpoint. */

import { execute } from '@weft/executor/executor';
import type { ShardLimits } from '@weft/executor/observe/budget';
import { ChunkPool } from '@weft/executor/observe/record';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { CELL } from '@weft/executor/program/layout';
import { createProgram } from '@weft/executor/program/program';
import { type Checkpoint, replay } from '@weft/executor/shard/checkpoint';
import { type CutShard, segmentRun } from '@weft/executor/shard/segmentation';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { codeOf } from '@weft/primitives/testing';
import { costModel } from '@weft/rv32im/cost/cost';
import { setupProgram } from '@weft/rv32im/setup';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { describe, expect, it } from 'vitest';
import { EMPTY_DIGEST, everything, SYSCALL_INPUT } from '../support/programs.ts';
import { ONE_SHARD, recordShards } from '../support/shards.ts';
import { text } from '../support/values.ts';

/** With the sizes of shards to cut them into. */
const GUESTS: readonly (readonly [GuestName, Uint8Array, readonly number[]])[] = [
  ['loop', text('120000'), [19, 21]],
  ['compress', text('to be or not to be, that is the question. '.repeat(30)), [20]],
  ['sort-words', text('300'), [23]],
  ['matrix', text('24'), [19, 20]],
  ['recursion', text('1'), [22]],
  ['hash-chain', text('24'), [19, 22]],
  ['sha256-calls', new Uint8Array(40_000).fill(7), [21, 22, 24]],
];

async function cut(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  limits: { cells: number; fractions: number; steps?: number },
): Promise<CutShard[]> {
  const pk = await setupProgram(createProgram(elf));
  const slices: CutShard[] = [];
  const model = costModel(pk.key, pk.vk.preprocessed);
  for await (const slice of segmentRun(pk.program, stdin, { model, limits })) slices.push(slice);
  return slices;
}

describe('cuts', () => {
  it.each(GUESTS)('of %s hold what they reserve, and every shard runs alone', async (name, input, sizes) => {
    const pk = await setupProgram(createProgram(readGuest(name)));
    const plain = await execute(pk.program, [input]);
    for (const variables of sizes) {
      const limits = { cells: 2 ** variables, fractions: 2 ** (variables - 1) };
      let [cycles, shards, pc] = [0, 0, pk.program.entry];
      for await (const { slice, record, siblings, statement } of recordShards(pk, [input], limits)) {
        expect(record.final).toEqual(slice.final);
        expect([record.startPc, record.endPc]).toEqual([pc, slice.endPc]);
        const tables = shardTables(pk, record, siblings);
        expect(tables.statement).toEqual(statement);
        const { paddedCells } = await shardStatistics(pk, tables);
        expect(paddedCells).toBeLessThanOrEqual(slice.cells);
        expect(slice.cells).toBeLessThanOrEqual(limits.cells);
        cycles += slice.cycles;
        pc = slice.endPc;
        shards++;
      }
      expect(cycles).toBe(plain.cycles);
      if (variables === sizes[0]) expect(shards).toBeGreaterThan(1);
    }
  });
  it('follow from program, input and limits alone, and change nothing about the run', async () => {
    const elf = readGuest('compress');
    const input = [text('abcabcabd'.repeat(300))];
    const limits = { cells: 2 ** 19, fractions: 2 ** 18 };
    const first = await cut(elf, input, limits);
    expect(await cut(elf, input, limits)).toEqual(first);
    const other = await cut(elf, input, { cells: 2 ** 20, fractions: 2 ** 19 });
    expect(other.length).toBeLessThan(first.length);
    const sum = (slices: readonly CutShard[]): number => slices.reduce((n, s) => n + s.cycles, 0);
    expect(sum(other)).toBe(sum(first));
    expect(other.at(-1)!.final.subarray(-CELL.count)).toEqual(first.at(-1)!.final.subarray(-CELL.count));
  });
  it('close a full shard before the instruction that does not fit', async () => {
    const [first] = await cut(readGuest('loop'), [text('200000')], { cells: 2 ** 19, fractions: 2 ** 18 });
    // Filled but for one step of the table that stopped it.
    expect(first!.cells).toBeGreaterThan(0.8 * 2 ** 19);
  });
  it('count fractions as well as cells, and steps', async () => {
    const count = async (limits: ShardLimits): Promise<number> =>
      (await cut(readGuest('loop'), [text('100000')], limits)).length;
    expect(await count({ cells: 2 ** 25, fractions: 2 ** 24 })).toBe(1);
    expect(await count({ cells: 2 ** 25, fractions: 2 ** 19 })).toBeGreaterThan(1);
    expect(await count({ cells: 2 ** 21, fractions: 2 ** 24 })).toBeGreaterThan(1);
    expect(await count({ cells: 2 ** 25, fractions: 2 ** 24, steps: 50_000 })).toBe(3);
  });
  it('never fall into an unconstrained block, however long', async () => {
    const turns = 3000;
    const words = [
      ...asm.li(9, asm.DATA),
      ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
      asm.branch('BEQ', 5, 0, 4 * 8),
      ...asm.li(6, turns),
      asm.i('ADDI', 6, 6, -1),
      asm.branch('BNE', 6, 0, -4),
      asm.store('SW', 6, 9, 0),
      ...asm.call(SYSCALL.EXIT_UNCONSTRAINED).slice(-3),
      ...asm.halt(),
    ];
    const slices = await cut(asm.elf(words), [], { ...ONE_SHARD, steps: 2 });
    const rows = slices.reduce((n, s) => n + s.checkpoint.steps, 0);
    expect(rows).toBeLessThan(40);
    expect(slices.every((s) => s.checkpoint.steps <= 2)).toBe(true);
  });
  it('fall inside a HINT_READ of several megabytes, and between two COMMITs', async () => {
    const bytes = 3_000_001;
    const item = Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const words = [
      ...asm.call(SYSCALL.HINT_LEN),
      ...asm.call(SYSCALL.HINT_READ, 0x1000000, bytes),
      ...EMPTY_DIGEST.flatMap((word, i) => asm.call(SYSCALL.COMMIT, i, word)),
      ...asm.halt(),
    ];
    const slices = await cut(asm.elf(words), [item], { cells: 2 ** 23, fractions: 2 ** 22 });
    expect(slices.length).toBeGreaterThan(3);
    const program = createProgram(asm.elf(words));
    const progress = slices.map((s) => s.final[s.final.length - CELL.count + CELL.hintProgress]!);
    expect(progress.slice(0, 3).every((p) => p > 0 && p < bytes)).toBe(true);
    for (const { checkpoint, final } of [slices[0]!, slices[1]!, slices.at(-1)!])
      expect(replay(program, checkpoint, new ChunkPool()).final).toEqual(final);
    const single = await cut(asm.elf(words), [item], { ...ONE_SHARD, steps: 1_000_000 });
    const committed = single
      .at(-1)!
      .final.subarray(-CELL.count)
      .subarray(CELL.committed, CELL.committed + 8);
    expect([...committed]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });
  it('with no room for an instruction are refused', async () => {
    expect(await codeOf(() => cut(readGuest('loop'), [text('1')], { cells: 2 ** 17, fractions: 2 ** 17 }))).toBe(
      'SHARD_TOO_SMALL',
    );
  });
  it('of a run that traps, or does not end, end in the run’s own error', async () => {
    expect(await codeOf(() => cut(asm.elf([0]), [], ONE_SHARD))).toBe('ILLEGAL_INSTRUCTION');
    const program = createProgram(asm.elf([asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)]));
    const pk = await setupProgram(program);
    const model = costModel(pk.key, pk.vk.preprocessed);
    const endless = segmentRun(program, [], { model, limits: ONE_SHARD, maxCycles: 100_000 });
    expect(await codeOf(() => endless.next())).toBe('CYCLE_LIMIT');
  });
  it('stop when told to', async () => {
    const program = createProgram(asm.elf([asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)]));
    const pk = await setupProgram(program);
    const signal = AbortSignal.timeout(50);
    const limits = { cells: 2 ** 26, fractions: 2 ** 25 };
    const pass = segmentRun(program, [], { model: costModel(pk.key, pk.vk.preprocessed), limits, signal });
    const all = async (): Promise<void> => {
      for await (const _ of pass);
    };
    await expect(all()).rejects.toThrow(/timeout/i);
  });
});

describe('limits and traps, in the plain run, in the pass that cuts, and in shards of few steps', () => {
  type Limits = { readonly maxCycles?: number; readonly maxOutput?: number };
  /** How each pass ends: cycles, or message and details of its error. */
  async function ends(file: Uint8Array, stdin: readonly Uint8Array[], limits: Limits): Promise<unknown[]> {
    const pk = await setupProgram(createProgram(file));
    const model = costModel(pk.key, pk.vk.preprocessed);
    const passes = [ONE_SHARD, { ...ONE_SHARD, steps: 3 }].map((shards) => async (): Promise<number> => {
      const pass = segmentRun(pk.program, stdin, { model, limits: shards, ...limits });
      for (let next = await pass.next(); ; next = await pass.next()) if (next.done === true) return next.value.cycles;
    });
    const runs = [async () => (await execute(pk.program, stdin, limits)).cycles, ...passes];
    return Promise.all(
      runs.map((run) => run().catch((error) => [error.constructor.name, error.code, error.message, error.details])),
    );
  }
  const block = [...asm.li(6, 40), asm.i('ADDI', 6, 6, -1), asm.branch('BNE', 6, 0, -4), asm.store('SW', 6, 9, 0)];
  const programs: readonly (readonly [string, number, number, readonly number[], readonly Uint8Array[]])[] = [
    ['a straight line', 12, 12, [asm.FENCE, asm.FENCE, asm.FENCE, ...asm.halt()], []],
    [
      'a hot loop, some slices long',
      2 + 2 * 20_000 + 9,
      2 + 2 * 20_000 + 9,
      [...asm.li(6, 20_000), asm.i('ADDI', 6, 6, -1), asm.branch('BNE', 6, 0, -4), ...asm.halt()],
      [],
    ],
    [
      'an unconstrained block, whose cycles count',
      2 + 9 + (1 + 83 + 9) + 1 + 9,
      2 + 9 + 1 + 9,
      [
        ...asm.li(9, asm.DATA),
        ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
        asm.branch('BEQ', 5, 0, 4 * (1 + block.length + 9)),
        ...block,
        ...asm.call(SYSCALL.EXIT_UNCONSTRAINED),
        ...asm.halt(),
      ],
      [],
    ],
    [
      'a HINT_READ of 250 words, which is one cycle',
      9 + 9,
      9 + 9,
      [...asm.call(SYSCALL.HINT_READ, asm.DATA, 999), ...asm.halt()],
      [new Uint8Array(999)],
    ],
  ];
  it.each(programs)('%s: as many cycles as it needs, and not one less', async (_, needed, proven, words, stdin) => {
    expect(await ends(asm.elf(words), stdin, { maxCycles: needed })).toEqual([proven, proven, proven]);
    for (const maxCycles of [needed - 1, Math.floor(needed / 2), 1]) {
      const [plain, ...others] = await ends(asm.elf(words), stdin, { maxCycles });
      expect(plain).toMatchObject([
        'ExecutionError',
        'CYCLE_LIMIT',
        expect.stringContaining(`${maxCycles} cycles`),
        {},
      ]);
      for (const other of others) expect(other).toEqual(plain);
    }
  });
  it.each([
    ['a jump to the end of the address space', [...asm.li(6, -12), asm.jalr(0, 6, 0)], 'pc 0xfffffff4, cycle 12'],
    ['a null pointer', [asm.load('LW', 7, 0, 0)], 'null pointer'],
    ['a WRITE of 256 MiB', asm.call(SYSCALL.WRITE, 3, asm.DATA, 2 ** 28), '67108864 bytes of public values'],
    ['output', asm.call(SYSCALL.WRITE, 2, asm.DATA, 2 ** 26 + 1), '67108864 bytes of output'],
    ['no input', asm.call(SYSCALL.HINT_READ, asm.DATA, -1), 'input item 2, but 1 was given'],
  ])('%s', async (_, words, message) => {
    const [plain, ...others] = await ends(
      asm.elf([...asm.call(SYSCALL.HINT_READ, asm.DATA, 4), ...words]),
      [new Uint8Array(4)],
      {},
    );
    expect(plain).toMatchObject(['ExecutionError', expect.any(String), expect.stringContaining(message), {}]);
    for (const other of others) expect(other).toEqual(plain);
  });
  it('that are no numbers are refused', async () => {
    for (const limits of [
      { maxCycles: Number.NaN },
      { maxCycles: 0 },
      { maxCycles: 1.5 },
      { maxOutput: -1 },
      { maxOutput: Number.NaN },
    ])
      for (const end of await ends(asm.elf(asm.halt()), [], limits))
        expect((end as readonly unknown[])[0]).toBe('RangeError');
  });
});

describe('checkpoints', () => {
  it.each([1, 7, 100, 999, 2500])('every %i steps give back the run', async (steps) => {
    const pk = await setupProgram(createProgram(everything()));
    const whole = await execute(pk.program, SYSCALL_INPUT);
    let [cycles, shards] = [0, 0];
    for await (const { slice, record } of recordShards(pk, SYSCALL_INPUT, { ...ONE_SHARD, steps })) {
      expect(record.endPc).toBe(slice.endPc);
      if (record.final.some((w, i) => w !== slice.final[i])) throw new Error(`shard ${slice.index} ends elsewhere`);
      cycles += slice.cycles;
      if (++shards === 400) return;
    }
    expect(cycles).toBe(whole.cycles);
  });
  it('that are damaged are refused', async () => {
    const elf = readGuest('loop');
    const [{ checkpoint }] = (await cut(elf, [text('1000')], ONE_SHARD)) as [CutShard];
    const program = createProgram(elf);
    const attempt = (change: Partial<Checkpoint>): Promise<string> =>
      codeOf(() => replay(program, { ...checkpoint, ...change }, new ChunkPool()));
    expect(await attempt({})).toBe('none');
    expect(await attempt({ leaves: checkpoint.leaves.slice(1) })).toBe('CHECKPOINT');
    expect(await attempt({ leaves: checkpoint.leaves.slice(0, 3), words: checkpoint.words.slice(0, 24) })).toBe(
      'CHECKPOINT',
    );
    expect(await attempt({ leaves: checkpoint.leaves.toReversed() })).toBe('CHECKPOINT');
    expect(await attempt({ leaves: checkpoint.leaves.map((l, i) => (i === 1 ? checkpoint.leaves[0]! : l)) })).toBe(
      'CHECKPOINT',
    );
    expect(await attempt({ steps: checkpoint.steps + 1 })).toBe('CHECKPOINT');
    expect(await attempt({ pc: 0 })).toBe('PC_OUTSIDE_CODE');
  });
});
