/** Eq tables against their oracle. */
import { expect, it } from 'vitest';
import { mul, ZERO } from '../field/ext.ts';
import { eqTable } from '../field/multilinear.ts';
import { eqTables, eqTablesBytes } from './eq.ts';
import { kernels, randoms } from './kernels.test-support.ts';

const { memory, fractions, vectors } = kernels;

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
