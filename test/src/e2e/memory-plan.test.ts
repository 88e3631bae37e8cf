/** The kernel memory that a proof takes is known before it starts. */
import { createProgram } from '@weft/executor/program/program';
import { readGuest } from '@weft/guest-examples';
import { kernelsFor } from '@weft/primitives/kernel/kernels';
import { KernelMemory } from '@weft/primitives/kernel/memory';
import { chooseShape } from '@weft/prover/protocol/key';
import { planMemory } from '@weft/prover/prove/kernel/plan';
import { proveTables } from '@weft/prover/prove/prove';
import { planMemoryLimit, workerBytes } from '@weft/rv32im/cost/cost';
import { machineKey } from '@weft/rv32im/key';
import { setupProgram } from '@weft/rv32im/setup';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { describe, expect, it } from 'vitest';
import { recordShards } from '../support/shards.ts';
import { traceRun } from '../support/traces.ts';
import { text } from '../support/values.ts';

it('bounds what is used, not by much', async () => {
  const { pk, traces, statement } = await traceRun(readGuest('sha256'), [new Uint8Array(300)]);
  const { memory } = kernelsFor(pk.key.suite).prepare();
  const base = memory.mark();
  const shape = chooseShape(
    pk.key,
    traces.map((t) => t?.logHeight),
  );
  const { peak } = planMemory(pk.key.suite, shape, traces);
  await proveTables(pk.key, pk.preprocessed, traces, statementWords(statement));
  expect(memory.peak - base.top).toBeLessThanOrEqual(peak);
  expect(memory.peak - base.top).toBeGreaterThan(0.6 * peak);
  // Everything has been taken back, and a second proof needs no more.
  expect(memory.mark()).toEqual(base);
  const before = memory.memory.buffer.byteLength;
  await proveTables(pk.key, pk.preprocessed, traces, statementWords(statement));
  expect(memory.memory.buffer.byteLength).toBe(before);
});

it('the plan of every shard is within what a memory limit counts on, whatever the guest', async () => {
  for (const [name, input] of [
    ['loop', '200000'],
    ['matrix', '36'],
    ['recursion', '1'],
    ['sparse', '1400000'],
    ['hash-chain', '40'],
  ] as const) {
    const pk = await setupProgram(createProgram(readGuest(name)));
    const limits = { cells: 2 ** 22, fractions: 2 ** 21 };
    let shards = 0;
    for await (const { record, siblings } of recordShards(pk, [text(input)], limits)) {
      const { tables } = shardTables(pk, record, siblings);
      const shape = chooseShape(
        pk.key,
        tables.map((t) => t?.logHeight),
      );
      expect(planMemory(pk.key.suite, shape, tables).peak).toBeLessThanOrEqual(workerBytes(22));
      if (++shards === 3) break;
    }
  }
});

describe('memory limits', () => {
  const key = machineKey();
  const MB = 2 ** 20;
  it.each([
    [435, 19, 1],
    [512, 22, 1],
    [1024, 23, 2],
    [2048, 25, 2],
    [4096, 25, 4],
    [16384, 25, 19],
  ])('%i MB: shards of 2^%i cells, at most %i workers', (megabytes, variables, maxWorkers) => {
    expect(planMemoryLimit(key, megabytes * MB)).toMatchObject({ variables, maxWorkers });
  });
  it('too low for any proof are refused', () => {
    expect(() => planMemoryLimit(key, 400 * MB)).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  });
});

it('more than WebAssembly can address is a typed error, and loses nothing', () => {
  const memory = KernelMemory.own();
  const at = memory.allocate(64);
  memory.words[at / 4] = 7;
  expect(() => memory.allocate(2 ** 33)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
  expect(() => memory.ensure(2 ** 32)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
  expect(memory.words[at / 4]).toBe(7);
  expect(memory.allocate(64)).toBe(at + 64);
});
