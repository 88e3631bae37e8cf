/** Eq tables against their oracle. */
import { describe, expect, it } from 'vitest';
import { mul, ZERO } from '../field/ext.ts';
import { eqTable } from '../field/multilinear.ts';
import { eqTables, eqTablesBytes, pairTablesByLength, pairTablesByLengthBytes } from './eq.ts';
import { kernels, randoms } from './kernels.test-support.ts';

const { memory, fractions, vectors } = kernels;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

it.each([0, 1, 2, 5, 9, 11])('eq tables of all prefixes of %i variables', (n) => {
  const point = randoms(n);
  const tables = eqTables(vectors, fractions, memory.allocate(eqTablesBytes(n)), point);
  for (const [i, { low, high }] of tables.entries()) {
    const expected = eqTable(point.slice(0, i));
    for (const [x, value] of expected.entries()) {
      expect(mul(vectors.get(low, x % 512), vectors.get(high, x >> 9))).toEqual(value);
    }
    for (let x = expected.length; x < 4; x++) expect(vectors.get(low, x)).toEqual(ZERO);
  }
});

describe('weights of pairs of groups, by length', () => {
  const LENGTHS = [0, 1, 5, 7, 8, 11, 5];
  it('are eq of the coordinates above, as far as a length has them', () => {
    const [lanes, point] = [randoms(4), randoms(11)];
    const at = memory.allocate(pairTablesByLengthBytes(LENGTHS));
    const tables = pairTablesByLength(vectors, fractions, at, lanes, point, LENGTHS);
    expect([...tables.keys()]).toEqual([0, 1, 5, 7, 8, 11]);
    for (const [length, weights] of tables) {
      expect(weights.length).toBe(length + 1);
      for (const [variable, { low, high }] of weights.entries()) {
        // What is left of blocks while this variable is bound: the first one leaves vectors in one piece.
        const bound = variable === 0 ? 0 : (variable - 1) % 4;
        const perBlock = 64 / 2 ** bound;
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
  });
  it.each([[[0]], [[3, 4, 5]], [range(21)], [[20]], [[9, 13, 17]]])('of %j stay within their bytes', (lengths) => {
    const mark = memory.mark();
    const bytes = pairTablesByLengthBytes(lengths);
    const at = memory.allocate(bytes + 4096);
    const beyond = memory.words.subarray((at + bytes) / 4, (at + bytes) / 4 + 1024).fill(0x7a7a7a7a);
    pairTablesByLength(vectors, fractions, at, randoms(4), randoms(Math.max(...lengths)), lengths);
    expect(beyond.every((x) => x === 0x7a7a7a7a)).toBe(true);
    memory.release(mark);
  });
});
