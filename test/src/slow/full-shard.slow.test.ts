/** A full shard of 2^25 cells: its size on the wire and what its commitment costs per cycle. */
import { readGuest } from '@weft/guest-examples';
import { proveTables } from '@weft/prover/prove/prove';
import { verifyShard } from '@weft/rv32im/run/verify';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { expect, it } from 'vitest';
import { textInput } from '../golden/statistics.ts';
import { recordRun } from '../support/shards.ts';

it('sort + parser of 10^6 cycles: at most 36 committed cells per cycle, at most 420 KiB', async () => {
  const { pk, slice, record, siblings } = await recordRun(readGuest('sort-text'), [textInput(2000)]);
  const { cycles } = slice;
  const shard = shardTables(pk, record, siblings);
  const statistics = await shardStatistics(pk, shard);
  expect(statistics.variables).toBe(25);
  expect(statistics.committedCells / cycles).toBeLessThanOrEqual(36);
  const { tables, statement } = shard;
  const started = performance.now();
  const proof = await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement));
  const proven = performance.now();
  verifyShard(pk.key, pk.vk, statement, proof);
  const verified = performance.now();
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  process.stdout.write(
    `full shard: ${cycles} cycles, ${(statistics.committedCells / cycles).toFixed(1)} committed cells per cycle, ` +
      `proof ${(proof.length / 1024).toFixed(1)} KiB, prove ${seconds(proven - started)} s, verify ${(verified - proven).toFixed(0)} ms\n`,
  );
  expect(proof.length).toBeLessThanOrEqual(420 * 1024);
});
