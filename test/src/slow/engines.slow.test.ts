/** The real machine: proofs by the kernels and by their oracle are the same bytes. */

import { readGuest } from '@weft/guest-examples';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { proveTables } from '@weft/prover/prove/prove';
import { statementWords } from '@weft/rv32im/statement';
import { expect, it } from 'vitest';
import { traceRun } from '../support/traces.ts';
import { text } from '../support/values.ts';

it('fibonacci, n = 10', async () => {
  const { pk, traces, statement } = await traceRun(readGuest('fibonacci'), [text('10')]);
  const prove = (engine?: typeof oracleEngine) =>
    proveTables(pk.key, pk.preprocessed, traces, statementWords(statement), { engine });
  expect(await prove()).toEqual(await prove(oracleEngine));
});
