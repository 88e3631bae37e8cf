/** Products modulo a number of the row: what the executor computes has a row, and nothing else. */
import { numberOf } from '@weft/executor/precompiles/integers';
import { multiplyModular } from '@weft/executor/precompiles/uint256';
import { describe, expect, it } from 'vitest';
import {
  breaks,
  breaksWhereMarked,
  cellsOf,
  chipOf,
  digits,
  eventOf,
  eventsFor,
  FORMULAS,
  hasRow,
  numberIn,
  numbersBelow,
  verdictOn,
} from '../support/formulas.ts';

const formula = FORMULAS['uint256_multiply']!;
const { run } = multiplyModular;
const SIZE = 2n ** 256n;
const next = numbersBelow(SIZE, 23);

const wordsOf = (...numbers: readonly bigint[]): Uint32Array => Uint32Array.from(numbers.flatMap((x) => digits(x, 8)));

describe('a row', () => {
  it('is there for what the executor computes, and for nothing that it refuses', () => {
    const edges = [0n, 1n, 2n, 0xffffn, 2n ** 128n, 2n ** 255n, SIZE - 2n, SIZE - 1n, next()];
    let [rows, refused] = [0, 0];
    for (const a of edges) {
      for (const b of edges) {
        for (const m of edges) {
          const after = run([wordsOf(b, m), wordsOf(a)], { a0: 0, a1: 0, a2: 0, a3: 0 });
          expect(hasRow(formula, { a, b, m })).toBe(!('code' in after));
          if ('code' in after) {
            refused++;
            continue;
          }
          rows++;
          const [event] = eventsFor(formula, [{ a, b, m }]);
          expect(numberIn(event!, 'r')).toBe(numberOf(after[0]!));
        }
      }
    }
    expect(Math.min(rows, refused)).toBeGreaterThan(20);
  });
  it('of every edge breaks nothing', () => {
    for (const m of [0n, 1n, 2n ** 255n, SIZE - 1n, next()]) {
      for (const a of [0n, 1n, SIZE - 1n, next()]) {
        if (!hasRow(formula, { a, b: 3n, m })) continue;
        expect(breaks(formula, cellsOf(formula, eventsFor(formula, [{ a, b: 3n, m }])[0]!))).toEqual([]);
      }
    }
  });
});

/** That nothing but the order of remainder and modulus is left to notice, whatever is marked. */
function expectNotBelow(cells: readonly number[]): void {
  for (const found of breaksWhereMarked(formula, cells, 'r_below')) {
    expect(found.length).toBeGreaterThan(0);
    for (const broken of found) expect(broken).toMatch(/^r_below|^sum$/);
  }
}

describe('a remainder', () => {
  it('that is not below the modulus is caught whatever is marked', () => {
    const [a, b, m] = [next(), next() >> 4n, next() >> 3n];
    for (const more of [1n, 2n]) {
      const [quotient, r] = [(a * b) / m - more, ((a * b) % m) + more * m];
      const cells = cellsOf(formula, eventOf(formula, { a, b, m, quotient, r, whole: 0n }));
      expectNotBelow(cells);
    }
  });
  it('that is the modulus itself is caught', () => {
    const m = next();
    expectNotBelow(cellsOf(formula, eventOf(formula, { a: m, b: 5n, m, quotient: 4n, r: m, whole: 0n })));
  });
});

describe('2^256 in place of the modulus', () => {
  it('is caught where that is not 0', () => {
    const [a, b, m] = [next(), next(), next()];
    const [quotient, r] = [(a * b) / (m + SIZE), (a * b) % (m + SIZE)];
    expect(r < SIZE).toBe(true);
    const event = eventOf(formula, { a, b, m, quotient, r, whole: SIZE });
    expect(breaks(formula, cellsOf(formula, event))).toEqual(['whole_is_0']);
  });
  it('is needed where that is 0, even if the product is below it', () => {
    for (const quotient of [0n, 1n, next()]) {
      const event = eventOf(formula, { a: 3n, b: 5n, m: 0n, quotient, r: 15n, whole: 0n });
      const cells = cellsOf(formula, event);
      expectNotBelow(cells);
    }
  });
  it('every change of a row with modulus 0 is caught', () => {
    const chip = chipOf(formula);
    for (const [a, b] of [
      [next(), next()],
      [3n, 5n],
    ] as const) {
      const cells = cellsOf(formula, eventsFor(formula, [{ a, b, m: 0n }])[0]!);
      const { messages } = verdictOn(formula, cells);
      expect(messages).toBe('');
      for (const [c, column] of chip.columns.entries()) {
        if (c > 0) expect(breaks(formula, cells.with(c, (cells[c]! + 1) % 2 ** 24)), column.name).not.toEqual([]);
      }
    }
  });
  it('cannot stand in a row that is not real: its order would be asked for -1 times', () => {
    const cells = chipOf(formula).columns.map(({ name }) => (name === 'whole' ? 1 : 0));
    expect(breaks(formula, cells)).toContain('r_below_one');
  });
});
