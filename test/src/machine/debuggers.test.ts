/** The debuggers say where and what: chip, row, constraint and values; bus, tuple and parties. */

import * as asm from '@weft/executor/program/assembler';
import { checkBuses, checkConstraints } from '@weft/prover/air/check';
import { publicTuples } from '@weft/prover/air/statement';
import { STATEMENT_LAYOUT, statementWords } from '@weft/rv32im/statement';
import { beforeAll, expect, it } from 'vitest';
import { type Traced, trace } from '../support/traces.ts';

let run: Traced;
beforeAll(async () => {
  run = await trace([...asm.li(6, 5), ...asm.li(7, 3), asm.r('SUB', 8, 6, 7), ...asm.halt()]);
});

it('a broken constraint comes with chip, row, name, value and the row by column name', () => {
  const add = run.traces.find((t) => t?.chip.name === 'add')!;
  const columns = add.columns.map((c) => c.slice());
  const at = add.chip.columns.findIndex((c) => c.name === 'result_lo');
  columns[at]![0] = 7;
  const broken = checkConstraints([{ ...add, columns }]);
  expect(broken.map((b) => b.constraint)).toEqual(['sub_carry_lo', 'sub_carry_hi']);
  expect(broken[0]).toMatchObject({ chip: 'add', row: 0, columns: { is_sub: 1, a_lo: 5, b_lo: 3, result_lo: 7 } });
  expect(broken[0]!.value).not.toBe(0);
});

it('an unbalanced tuple comes with bus, elements, count and who sent or received it', () => {
  const traces = run.traces.flatMap((t) => {
    if (t === undefined) return [];
    if (t.chip.name !== 'ecall') return [t];
    const columns = t.columns.map((c) => c.slice());
    columns[t.chip.columns.findIndex((c) => c.name === 'pc')]![0]! += 4;
    return [{ ...t, columns }];
  });
  const tuples = checkBuses(traces, publicTuples(STATEMENT_LAYOUT, statementWords(run.statement)));
  const execution = tuples.filter((t) => t.bus === 'execution');
  expect(execution).toHaveLength(2);
  expect(execution.flatMap((t) => t.parties)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^-1 ecall\[0\]$/)]),
  );
  expect(execution[0]!.tuple).toHaveLength(2);
});
