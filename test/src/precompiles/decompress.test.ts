/** Decompression: what the executor makes of a coordinate and a flag has a row, and nothing else. */

import { ED25519_NON_RESIDUE } from '@weft/executor/precompiles/curves';
import { ROW_OPERATIONS } from '@weft/executor/precompiles/index';
import { numberOf, power, squareRoot, wordsOf } from '@weft/executor/precompiles/integers';
import type { Operation } from '@weft/executor/precompiles/operation';
import { mul, P } from '@weft/primitives/field/base';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import { inverses, mod } from '@weft/prover/kit/field/integers';
import type { Values } from '@weft/prover/kit/field/witness';
import { BLS12_381, ED25519, SECP256K1, SECP256R1 } from '@weft/rv32im/precompiles/field/fields';
import type { Formula } from '@weft/rv32im/precompiles/field/formula';
import { describe, expect, it } from 'vitest';
import {
  breaks,
  breaksWhereMarked,
  cellsOf,
  chipOf,
  type Event,
  eventOf,
  eventsFor,
  FORMULAS,
  hasRow,
  inputsFor,
  numberIn,
  numbersBelow,
  quotientIn,
  setNumber,
  setQuotient,
  verdictOn,
} from '../support/formulas.ts';

/** Name of the operation, formula, and the names of what is given and what is found. */
const CALLS = [
  ['SECP256K1_DECOMPRESS', FORMULAS['secp256k1_decompress']!, 'x', 'y'],
  ['SECP256R1_DECOMPRESS', FORMULAS['secp256r1_decompress']!, 'x', 'y'],
  ['BLS12381_DECOMPRESS', FORMULAS['bls12381_decompress']!, 'x', 'y'],
  ['ED_DECOMPRESS', FORMULAS['ed25519_decompress']!, 'y', 'x'],
] as const;

function operationOf(name: string): Operation {
  return ROW_OPERATIONS.find((o) => o.name === name)!;
}

/** What the executor finds; `undefined` where the run would end. */
function executed(name: string, formula: Formula, given: bigint, flag: number): bigint | undefined {
  const size = (formula.system.limbBits * formula.system.limbCount) / 32;
  const after = operationOf(name).run([wordsOf(given, size)], { a0: 0, a1: flag, a2: 0, a3: 0 });
  return 'code' in after ? undefined : numberOf(after[0]!);
}

/** The lookup that ties the flag to what is found: of 7 bits, or the last of all. */
function missesOf(formula: Formula, cells: readonly number[]): number[] {
  const { broken, misses } = verdictOn(formula, cells);
  expect(broken).toEqual([]);
  return misses.map((miss) => Number(miss.split(' ')[1]));
}

/** The number of the parity check, or of the comparison, among a chip's lookups. */
const flagCheck = (formula: Formula): number => chipOf(formula).interactions.length - 1;

/** An honest row's numbers. */
const valuesFor = (formula: Formula, inputs: Values): Record<string, bigint> => ({
  ...inputs,
  ...formula.solve([inputs])[0]!,
});

describe.each(CALLS)('%s', (name, formula, given, found) => {
  const m = formula.system.modulus;
  const next = numbersBelow(m, 31);

  it('has a row for what the executor computes, and none for what it refuses', () => {
    const most = 2n ** BigInt(formula.system.limbBits * formula.system.limbCount) - 1n;
    const edges = [...Array.from({ length: 12 }, (_, i) => BigInt(i)), m - 3n, m - 2n, m - 1n];
    const unreduced = [m, m + 1n, m + 2n, m + 3n, m + 4n, most];
    let rows = 0;
    for (const value of [...edges, ...unreduced, ...Array.from({ length: 8 }, next)]) {
      for (const flag of [0, 1]) {
        const result = executed(name, formula, value, flag);
        const inputs = { [given]: value, sign: BigInt(flag) };
        expect(hasRow(formula, inputs)).toBe(result !== undefined);
        if (result === undefined) continue;
        rows++;
        const [event] = eventsFor(formula, [inputs]);
        expect(numberIn(event!, found)).toBe(result);
        expect(event!['sign']).toBe(flag);
        expect(breaks(formula, cellsOf(formula, event!))).toEqual([]);
      }
    }
    expect(rows).toBeGreaterThan(10);
  });

  it('the other root, and the other flag, are caught by what ties them alone', () => {
    // The parity that the flag is compared with, where that is a column of its own: whatever the prover says that it is.
    const odd = chipOf(formula).columns.findIndex((c) => c.name === 'parity_odd');
    for (const inputs of inputsFor(formula, 6)) {
      const values = valuesFor(formula, inputs);
      // Everything that depends on the sign follows it.
      const root = Object.fromEntries(
        Object.entries(values).map(([key, x]) => [key, [found, 'xy', 'dxy'].includes(key) ? mod(-x, m) : x]),
      );
      for (const forged of [root, { ...values, sign: 1n - values['sign']! }]) {
        const cells = cellsOf(formula, eventOf(formula, forged));
        if (odd >= 0) {
          expect(breaks(formula, cells)).toEqual(['parity']);
          cells[odd] = 1 - cells[odd]!;
        }
        expect(missesOf(formula, cells)).toEqual([flagCheck(formula)]);
      }
    }
  });

  it('any other number as a root, settled modulo p, is caught by the carries', () => {
    for (const inputs of inputsFor(formula, 4)) {
      const event = eventOf(formula, valuesFor(formula, inputs));
      // Of the same parity and on the same side, so that the flag has nothing to say.
      const forged = numberIn(event, found) ^ 0xff00_0000_fe00n;
      setNumber(event, found, forged);
      for (const { name: congruence } of formula.system.congruences) settleQuotient(formula, event, congruence);
      expect(breaks(formula, cellsOf(formula, event))).toEqual(['sum']);
    }
  });
});

/** Makes the last constraint of a congruence hold modulo p, by a change of less than p of its quotient. */
function settleQuotient(formula: Formula, event: Event, congruence: string): void {
  const chip = chipOf(formula);
  const { system } = formula;
  const { node } = chip.constraints.find((c) => c.name === congruence)!;
  const value = (): number => evaluateNodes(BASE_FIELD, chip.nodes, cellsOf(formula, event))[node]!;
  const { groups } = system.congruences.find((c) => c.name === congruence)!;
  const weight = Number(power(2n, BigInt(system.limbBits * groups.at(-1)!.first), BigInt(P)));
  const [step] = inverses('the modulus', [system.modulus], BigInt(P));
  const change = mul(mul(value(), weight), Number(step));
  const before = quotientIn(formula, event, congruence);
  setQuotient(formula, event, congruence, before + BigInt(change));
  expect(value()).toBe(0);
}

/** That nothing but one number's being reduced is left to notice, whatever is marked. */
function expectUnreduced(formula: Formula, values: Values, number: string): void {
  const cells = cellsOf(formula, eventOf(formula, values));
  expect(verdictOn(formula, cells).misses.map((miss) => Number(miss.split(' ')[1]))).not.toContain(flagCheck(formula));
  for (const found of breaksWhereMarked(formula, cells, `${number}_reduced`)) {
    expect(found.length).toBeGreaterThan(0);
    for (const broken of found) expect(broken).toMatch(new RegExp(`^${number}_reduced|^sum$`));
  }
}

describe('numbers that are not reduced are caught by their check alone:', () => {
  it('x + m in place of x has the other parity', () => {
    const formula = FORMULAS['ed25519_decompress']!;
    const { modulus: m, d } = ED25519;
    let rows = 0;
    for (let x = 1n; x < 20n; x++) {
      // Quotients have room for the square of a number just above the modulus: of x that is small.
      const [inverse] = inverses('1 - d x^2', [1n - d * x * x], m);
      const y = squareRoot(mod((1n + x * x) * inverse!, m), m, ED25519_NON_RESIDUE);
      if (y === undefined) continue;
      rows++;
      const [odd, xy] = [(x + m) % 2n, mod(x * y, m)];
      expectUnreduced(formula, { x: x + m, y, sign: odd, xy, dxy: mod(d * xy, m) }, 'x');
    }
    expect(rows).toBeGreaterThan(0);
  });
  it('y + m in place of y = 2 is the greater one', () => {
    expectUnreduced(FORMULAS['bls12381_decompress']!, { x: 0n, xx: 0n, y: BLS12_381.modulus + 2n, sign: 1n }, 'y');
  });
  it('y + m in place of a small y has the other parity', () => {
    const { modulus: m, b } = SECP256K1;
    // A cube root is a power, as m is 7 modulo 9.
    const points = Array.from({ length: 20 }, (_, i) => BigInt(i + 1))
      .map((y) => ({ x: power(mod(y * y - b, m), (m + 2n) / 9n, m), y }))
      .filter(({ x, y }) => mod(x ** 3n + b - y * y, m) === 0n);
    expect(points.length).toBeGreaterThan(0);
    for (const { x, y } of points)
      expectUnreduced(FORMULAS['secp256k1_decompress']!, { x, y: y + m, xx: mod(x * x, m), sign: (y + m) % 2n }, 'y');
  });
  it.each([
    ['secp256k1', FORMULAS['secp256k1_decompress']!, SECP256K1.modulus, 'x'],
    ['secp256r1', FORMULAS['secp256r1_decompress']!, SECP256R1.modulus, 'x'],
    ['BLS12-381', FORMULAS['bls12381_decompress']!, BLS12_381.modulus, 'x'],
    ['Ed25519', FORMULAS['ed25519_decompress']!, ED25519.modulus, 'y'],
  ])('what is given to %s, plus the modulus', (_, formula, m, given) => {
    const small = Array.from({ length: 20 }, (_, i) => ({ [given]: BigInt(i), sign: 1n })).find((x) =>
      hasRow(formula, x),
    )!;
    const values = valuesFor(formula, small);
    expectUnreduced(formula, { ...values, [given]: values[given]! + m }, given);
  });
});

describe('x = 0 on Ed25519', () => {
  const formula = FORMULAS['ed25519_decompress']!;
  const { modulus } = ED25519;
  it.each([1n, modulus - 1n])('y = %s: both flags have a row, in which 0 is even', (y) => {
    for (const sign of [0n, 1n]) {
      const cells = cellsOf(formula, eventOf(formula, valuesFor(formula, { y, sign })));
      expect(breaks(formula, cells)).toEqual([]);
      const at = chipOf(formula).columns.findIndex((c) => c.name === 'parity_odd');
      expect(missesOf(formula, cells.with(at, 1))).toEqual([flagCheck(formula)]);
    }
  });
  it('the modulus in place of 0 is odd, and caught as not reduced', () => {
    expectUnreduced(formula, { ...valuesFor(formula, { y: 1n, sign: 1n }), x: modulus }, 'x');
  });
});
