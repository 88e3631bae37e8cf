/** Rows that stand for nothing are left out of sums: the same proofs as of tables of which the prover does not know them. */
import { readGuest } from '@weft/guest-examples';
import { PARTS, partsOf, usedOf } from '@weft/prover/prove/kernel/padding';
import { proveTables } from '@weft/prover/prove/prove';
import { riscvKeyFor } from '@weft/rv32im/key';
import { fillShard, shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { expect, it } from 'vitest';
import { textInput } from '../golden/statistics.ts';
import { recordRun } from '../support/shards.ts';
import { sameBytes, text } from '../support/values.ts';

it.each([
  ['loop', text('70000')],
  ['sort-text', textInput(120)],
] as const)('a run of %s', async (guest, stdin) => {
  const { pk, record, siblings } = await recordRun(readGuest(guest), [stdin], undefined, riscvKeyFor([]));
  const { tables, statement } = shardTables(pk, record, siblings);
  const groups = (logHeight: number): number => 2 ** (logHeight - 3);
  const isInPart = tables.map(
    (table) =>
      table !== undefined &&
      'events' in table &&
      usedOf(groups(table.logHeight), partsOf(table.events.count, table.logHeight)) < groups(table.logHeight),
  );
  expect(isInPart).toContain(true);
  // Both have whole lookup tables: the runs are too large for sparse ones.
  const { traces } = fillShard(pk, record, siblings);
  const prove = (of: Parameters<typeof proveTables>[2]) =>
    proveTables(pk.key, pk.preprocessed, of, statementWords(statement));
  expect(sameBytes(await prove(tables), await prove(traces))).toBe(true);
});

it('parts of a table', () => {
  expect([1, 128, 129, 2048].map((rows) => partsOf(rows, 11))).toEqual([1, 1, 2, PARTS]);
});
