/** Eq tables against their oracle. */
import { describe, expect, it } from 'vitest';
import { mul, ZERO } from '../field/ext.ts';
import { eqTable } from '../field/multilinear.ts';
import { eqVector, eqVectorBytes, pairTables, pairTablesBytes } from './eq.ts';
import { BLOCK_GROUPS } from './eq-table.ts';
import { LEAST_RUN } from './fractions.ts';
import { kernels, randoms } from './kernels.test-support.ts';
import { VectorKernels } from './vectors.ts';

const { memory, fractions, vectors } = kernels;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

it.each([0, 1, 2, 3, 9, 11])('a vector of eq over %i variables', (n) => {
  const point = randoms(n);
  const mark = memory.mark();
  const at = memory.allocate(eqVectorBytes(n));
  const { top } = memory.mark();
  const vector = eqVector(vectors, fractions, at, point);
  expect(vector + VectorKernels.bytes(2 ** n)).toBeLessThanOrEqual(top);
  const expected = eqTable(point);
  while (expected.length < 4) expected.push(ZERO);
  expect(expected.map((_, x) => vectors.get(vector, x))).toEqual(expected);
  memory.release(mark);
});

describe('weights of pairs of groups, by length', () => {
  const LENGTHS = [0, 1, 5, 7, 10, 13, 5];
  it.each([0, 1] as const)(
    'are eq of the coordinates above, as far as a length has them: %i before blocks',
    (first) => {
      const [lanes, point] = [randoms(4), randoms(13)];
      const at = memory.allocate(pairTablesBytes(LENGTHS, first));
      const tables = pairTables(vectors, fractions, at, lanes, point, LENGTHS, first);
      expect([...tables.keys()]).toEqual([0, 1, 5, 7, 10, 13]);
      for (const [length, weights] of tables) {
        expect(weights.length).toBe(length + 1);
        for (const [variable, { low, high }] of weights.entries()) {
          // What has been bound of blocks while this variable is.
          const bound = variable < first ? 0 : (variable - first) % Math.log2(BLOCK_GROUPS / LEAST_RUN);
          const perBlock = BLOCK_GROUPS / 2 / 2 ** bound;
          for (const [pair, expected] of eqTable(point.slice(variable + 1, length)).entries()) {
            const inBlock = 4 * (pair % perBlock);
            for (const [lane, weight] of lanes.entries()) {
              const got = mul(
                vectors.get(low, inBlock + lane),
                vectors.get(high, 4 * Math.floor(pair / perBlock) + lane),
              );
              expect(got).toEqual(mul(expected, weight));
            }
          }
        }
      }
    },
  );
  it.each([[[0]], [[3, 4, 5]], [range(21)], [[20]], [[9, 13, 17]]])('of %j stay within their bytes', (lengths) => {
    const mark = memory.mark();
    const bytes = Math.max(pairTablesBytes(lengths, 0), pairTablesBytes(lengths, 1));
    const at = memory.allocate(bytes + 4096);
    const beyond = memory.words.subarray((at + bytes) / 4, (at + bytes) / 4 + 1024).fill(0x7a7a7a7a);
    for (const first of [0, 1] as const)
      pairTables(vectors, fractions, at, randoms(4), randoms(Math.max(...lengths)), lengths, first);
    expect(beyond.every((x) => x === 0x7a7a7a7a)).toBe(true);
    memory.release(mark);
  });
});
