/** What a shard proof says: every field is observed, read back and sent, each in its place. */
import { CELL } from '@weft/executor/program/layout';
import { publicTuples } from '@weft/prover/air/statement';
import { expect, it } from 'vitest';
import {
  type ShardStatement,
  STATEMENT_LAYOUT,
  STATEMENT_WORDS,
  shardStatement,
  statementOfWords,
  statementWords,
} from './statement.ts';

const count = (n: number, from: number): number[] => Array.from({ length: n }, (_, i) => from + i);
const statement: ShardStatement<number> = {
  before: count(8, 100),
  after: count(8, 200),
  startPc: 300,
  endPc: 301,
  endClock: 302,
  exitLo: 303,
  exitHi: 304,
  committed: 305,
  digest: count(16, 400),
};
const words = [...count(8, 100), ...count(8, 200), ...count(6, 300), ...count(16, 400)];

it('is observed in full and read back as it was', () => {
  expect(statementWords(statement)).toEqual(words);
  expect(words).toHaveLength(STATEMENT_WORDS);
  expect(statementOfWords(words)).toEqual(statement);
});
it('is sent in five numbered tuples that hold every word once', () => {
  const tuples = publicTuples(STATEMENT_LAYOUT, statementWords(statement));
  expect(tuples.map((t) => t.tuple)).toEqual([
    [0, ...count(8, 100)],
    [1, ...count(8, 200)],
    [2, ...count(6, 300), 0, 0],
    [3, ...count(8, 400)],
    [4, ...count(8, 408)],
  ]);
  expect(new Set(tuples.map((t) => `${t.sign} ${t.bus.name}`))).toEqual(new Set(['1 statement']));
});
it('takes every cell that a run makes public, both halves of each', () => {
  // What lies behind the last cell is nobody's.
  const registers = new Int32Array(CELL.count + 8).fill(1, CELL.count);
  registers[CELL.exitCode] = -2;
  for (let i = 0; i < 8; i++) {
    registers[CELL.digest + i] = 0x1000_0000 * (i + 1) + i;
    registers[CELL.committed + i] = i % 3 === 1 ? 1 : 0;
  }
  const end = { before: count(8, 1), after: count(8, 9), startPc: 17, endPc: 18, endClock: 19, registers };
  expect(shardStatement(end)).toEqual({
    before: count(8, 1),
    after: count(8, 9),
    startPc: 17,
    endPc: 18,
    endClock: 19,
    exitLo: 0xfffe,
    exitHi: 0xffff,
    committed: 0b10010010,
    digest: count(8, 0).flatMap((i) => [i, 0x1000 * (i + 1)]),
  });
  registers[CELL.committed] = 1;
  registers[CELL.committed + 7] = 0;
  expect(shardStatement(end).committed).toBe(0b00010011);
});
