/** Where a formula divides 0 by 0, and numbers that stand for others: what a prover would choose if only one check were missing. */

import { P } from '@weft/primitives/field/base';
import { inverses, mod } from '@weft/prover/kit/field/integers';
import { edwardsAdd } from '@weft/rv32im/precompiles/field/edwards';
import { BN254 } from '@weft/rv32im/precompiles/field/fields';
import type { Formula } from '@weft/rv32im/precompiles/field/formula';
import { modular } from '@weft/rv32im/precompiles/field/modular';
import { weierstrassAdd, weierstrassDouble } from '@weft/rv32im/precompiles/field/weierstrass';
import { describe, expect, it } from 'vitest';
import { breaks, cellsOf, chipOf, type Event, eventOf, numbersBelow } from '../support/formulas.ts';

const m = BN254.modulus;
const next = numbersBelow(m, 9);

/** What is found with every value of a hint that a prover could try in a column. */
function withHint(formula: Formula, event: Event, column: string): string[] {
  const cells = cellsOf(formula, event);
  const at = chipOf(formula).columns.findIndex((c) => c.name === column);
  const found = [0, 1, 2, P - 1, 12345].map((hint) => breaks(formula, cells.with(at, hint)).join());
  return [...new Set(found)];
}

/** The rest of a sum or double, once the slope is chosen. */
function chosen(slope: bigint, x1: bigint, y1: bigint, x2: bigint): { slope: bigint; x3: bigint; y3: bigint } {
  const x3 = mod(slope * slope - x1 - x2, m);
  return { slope, x3, y3: mod(slope * (x1 - x3) - y1, m) };
}

describe("a slope of one's own choice", () => {
  const add = weierstrassAdd(BN254);
  const double = weierstrassDouble(BN254);
  it('for equal points is caught because their x must differ', () => {
    const event = eventOf(add, { x1: 1n, y1: 2n, x2: 1n, y2: 2n, ...chosen(next(), 1n, 2n, 1n) });
    expect(withHint(add, event, 'other_x_inverse')).toEqual(['other_x']);
  });
  it.each([
    ['x1', { x1: 1n + m, x2: 1n }],
    ['x2', { x1: 1n, x2: 1n + m }],
  ] as const)(
    'for equal points, one of which is written otherwise, is caught because %s must be reduced',
    (name, x) => {
      const event = eventOf(add, { ...x, y1: 2n, y2: 2n, ...chosen(next(), x.x1, 2n, x.x2) });
      const found = breaks(add, cellsOf(add, event));
      expect(found.length).toBeGreaterThan(0);
      for (const broken of found) expect(broken).toMatch(new RegExp(`^${name}_reduced|^sum$`));
      // Every mark that the prover could set: there is none for which nothing breaks.
      const cells = cellsOf(add, event);
      const first = chipOf(add).columns.findIndex((c) => c.name === `${name}_reduced_at_0`);
      for (let i = 0; i < 16; i++)
        expect(breaks(add, cells.with(first + i, 1)).filter((x) => x.startsWith(name) || x === 'sum')).not.toEqual([]);
    },
  );
  it('for (0, 0) doubled is caught because y1 must not be 0', () => {
    const event = eventOf(double, { x1: 0n, y1: 0n, ...chosen(next(), 0n, 0n, 0n) });
    expect(withHint(double, event, 'y1_not_0_inverse')).toEqual(['y1_not_0']);
  });
  it('for (0, modulus) doubled is caught because y1 must be reduced', () => {
    const event = eventOf(double, { x1: 0n, y1: m, ...chosen(next(), 0n, m, 0n) });
    const found = breaks(double, cellsOf(double, event));
    expect(found).toContain('y1_reduced_one');
    expect(found.filter((broken) => !/^y1_reduced|^sum$/.test(broken))).toEqual([]);
  });
});

describe("a coordinate of one's own choice", () => {
  // On curves whose d is a square, unlike Ed25519's, a denominator can be 0.
  it.each([
    ['1', -1n, 'y3', 'h_not_1'],
    ['-1', 1n, 'x3', 'h_not_minus_1'],
  ] as const)('where h is %s is caught because it must not be', (_, sign, free, check) => {
    const root = next();
    const d = mod(sign * inverses('root', [root * root], m)[0]!, m);
    const formula = edwardsAdd({ modulus: m, d });
    const [x1, x2] = [next(), next()];
    const [inverse1, inverse2] = inverses('x', [x1, x2], m) as [bigint, bigint];
    let [y1, y2] = [next(), 0n];
    // h = 1 with x1 x2 + y1 y2 = 0, or h = -1 with x1 y2 + x2 y1 = 0: then 0 = 0 says nothing of the coordinate.
    let first = x1;
    if (sign === -1n) {
      first = mod(root * inverse2, m);
      y2 = mod(-root * inverses('y1', [y1], m)[0]!, m);
    } else {
      y2 = mod(root * inverse1, m);
      y1 = mod(-root * inverse2, m);
    }
    const [xx, yy] = [mod(first * x2, m), mod(y1 * y2, m)];
    const xxyy = mod(xx * yy, m);
    const h = mod(d * xxyy, m);
    expect(h).toBe(sign === -1n ? 1n : m - 1n);
    const half = inverses('2', [2n], m)[0]!;
    const x3 = free === 'x3' ? next() : mod((first * y2 + x2 * y1) * half, m);
    const y3 = free === 'y3' ? next() : mod((xx + yy) * half, m);
    const event = eventOf(formula, { x1: first, y1, x2, y2, xx, yy, xxyy, h, x3, y3 });
    expect(withHint(formula, event, `${check}_inverse`)).toEqual([check]);
  });
});

describe('a result that is not reduced', () => {
  it('r + m is caught whatever is marked', () => {
    const { multiply } = modular(m);
    const [a, b] = [next(), next()];
    const event = eventOf(multiply, { a, b, r: ((a * b) % m) + m });
    const cells = cellsOf(multiply, event);
    const columns = chipOf(multiply).columns.map((c) => c.name);
    const first = columns.indexOf('r_reduced_at_0');
    const marked = (marks: readonly number[]): number[] => {
      const out = cells.slice();
      for (let i = 0; i < 16; i++) out[first + i] = marks.includes(i) ? 1 : 0;
      return out;
    };
    const choices = [[], ...Array.from({ length: 16 }, (_, i) => [i]), [15, 14], [0, 15]];
    for (const marks of choices) {
      const found = breaks(multiply, marked(marks));
      expect(found.length).toBeGreaterThan(0);
      for (const broken of found) expect(broken).toMatch(/^r_reduced|^sum$/);
    }
    // None, and two, are caught by the count of marks.
    for (const marks of [[], [15, 14]]) expect(breaks(multiply, marked(marks))).toContain('r_reduced_one');
  });
  it('so is the modulus itself, as 0', () => {
    const { add } = modular(m);
    const cells = cellsOf(add, eventOf(add, { a: 1n, b: m - 1n, r: m }));
    expect(breaks(add, cells)).toContain('r_reduced_one');
    // Nothing differs: wherever the mark stands, the modulus is not greater there.
    const first = chipOf(add).columns.findIndex((c) => c.name === 'r_reduced_at_0');
    for (let i = 0; i < 16; i++) expect(breaks(add, cells.with(first + i, 1))).toEqual(['sum']);
  });
});
