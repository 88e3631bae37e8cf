/** Cuts at every single instruction of a program, and long runs cut at many budgets. */

import { execute } from '@weft/executor/executor';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { proveTables } from '@weft/prover/prove/prove';
import { checkChain, verifyShard } from '@weft/rv32im/run/verify';
import { setupProgram } from '@weft/rv32im/setup';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { fillShard, shardTables } from '@weft/rv32im/shard/tables';
import type { ShardStatement } from '@weft/rv32im/statement';
import { statementWords } from '@weft/rv32im/statement';
import { describe, expect, it } from 'vitest';
import { everyInstruction, everySyscall, SYSCALL_INPUT } from '../support/programs.ts';
import { ONE_SHARD, recordShards } from '../support/shards.ts';
import { findings } from '../support/traces.ts';
import { text } from '../support/values.ts';

it('a shard for every single one of 2,000 instructions', async () => {
  const words = [
    ...everyInstruction([0x80000000, 0xffff, 7, 1, 0xffffffff, 0x7fffffff]),
    ...everySyscall(),
    ...asm.halt(5),
  ];
  const pk = await setupProgram(createProgram(asm.elf(words, { lowMemory: true })));
  const run = await execute(pk.program, SYSCALL_INPUT);
  const statements: ShardStatement<number>[] = [];
  let checked = 0;
  for await (const { slice, record, siblings, statement } of recordShards(pk, SYSCALL_INPUT, {
    ...ONE_SHARD,
    steps: 1,
  })) {
    statements.push(statement);
    // All tables of every sixteenth; the tree and the statement of all.
    if (slice.index % 16 > 0) {
      expect(shardTables(pk, record, siblings).statement).toEqual(statement);
      continue;
    }
    const filled = fillShard(pk, record, siblings);
    expect(filled.statement).toEqual(statement);
    expect(findings(filled.traces, statement)).toEqual({ constraints: [], tuples: [] });
    checked++;
  }
  expect(checkChain(pk.vk, statements, run.publicValues)).toBe(5);
  expect(statements.length).toBeGreaterThan(2000);
  expect(checked).toBeGreaterThan(120);
});

const prose = text(
  Array.from({ length: 6000 }, (_, i) => `${['warp', 'weft', 'loom', 'shed'][(i * i + 3) % 4]} ${i % 97} `).join(''),
);
const LONG: readonly (readonly [GuestName, Uint8Array])[] = [
  ['compress', prose],
  ['sort-words', text('1000000')],
  ['matrix', text('180')],
  ['recursion', text('20')],
  ['sparse', text('20000000')],
  ['hash-chain', text('4000')],
];

describe('long runs', () => {
  it.each(LONG)(
    '%s: at every budget the same run, in shards that run alone, hold their budget and verify',
    async (name, input) => {
      const pk = await setupProgram(createProgram(readGuest(name)));
      const plain = await execute(pk.program, [input]);
      expect(plain.cycles).toBeGreaterThan(2e6);
      expect(plain.cycles).toBeLessThan(7e7);
      for (const variables of name === 'sort-words' ? [24, 25] : [22, 24, 25]) {
        const limits = { cells: 2 ** variables, fractions: 2 ** (variables - 1) };
        const statements: ShardStatement<number>[] = [];
        let [cycles, proven] = [0, 0];
        // Full checks of some shards: the first, and by and by others.
        const step = Math.ceil((plain.cycles * 40) / 2 ** variables / 6);
        for await (const { slice, record, siblings, statement } of recordShards(pk, [input], limits)) {
          statements.push(statement);
          cycles += slice.cycles;
          if (record.final.some((w, i) => w !== slice.final[i])) throw new Error(`shard ${slice.index} ends elsewhere`);
          if (slice.index % step > 0) continue;
          const tables = shardTables(pk, record, siblings);
          expect(tables.statement).toEqual(statement);
          expect((await shardStatistics(pk, tables)).paddedCells).toBeLessThanOrEqual(slice.cells);
          if (slice.index % (3 * step) > 0) continue;
          const proof = await proveTables(pk.key, pk.preprocessed, tables.tables, statementWords(statement));
          verifyShard(pk.key, pk.vk, statement, proof);
          proven++;
        }
        expect(cycles).toBe(plain.cycles);
        expect(checkChain(pk.vk, statements, plain.publicValues)).toBe(plain.exitCode);
        expect(proven).toBeGreaterThan(0);
        process.stdout.write(
          `${name}: ${cycles} cycles, 2^${variables}: ${statements.length} shards, ${proven} proven\n`,
        );
      }
    },
  );
});
