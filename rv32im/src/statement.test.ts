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
it('has a name for every word, one of several being numbered', () => {
  const numbered = (field: string, n: number): string[] => count(n, 0).map((i) => `${field}_${i}`);
  expect(STATEMENT_LAYOUT.words).toEqual([
    ...numbered('before', 8),
    ...numbered('after', 8),
    ...['startPc', 'endPc', 'endClock', 'exitLo', 'exitHi', 'committed'],
    ...numbered('digest', 16),
  ]);
});
it.each<[string, unknown, RegExp]>([
  ['nothing', null, /^statement must be a statement, got null$/],
  ['a number', 5, /^statement must be a statement, got 5$/],
  ['a field that is missing', { ...statement, startPc: undefined }, /^statement.startPc is missing$/],
  ['a list that is missing', { ...statement, digest: undefined }, /^statement.digest is missing$/],
  ['one element for a list', { ...statement, before: 5 }, /^statement.before must be an array, got 5$/],
  ['what only has a length', { ...statement, after: { length: 8 } }, /^statement.after must be an array/],
  ['a list too short', { ...statement, before: count(7, 1) }, /^statement.before must have 8 elements, got 7$/],
  ['a list too long', { ...statement, digest: count(17, 1) }, /^statement.digest must have 16 elements, got 17$/],
])('refuses by name: %s', (_, value, message) => {
  expect(() => statementWords(value as never)).toThrow(message);
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
