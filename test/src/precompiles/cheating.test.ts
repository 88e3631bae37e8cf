/** Rows of field and curve arithmetic that claim what is not so; each must be caught by the check that is there for it. */
import { inverse, mul, P } from '@weft/primitives/field/base';
import { codeOf } from '@weft/primitives/testing';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import type { Formula } from '@weft/rv32im/precompiles/field/formula';
import { describe, expect, it } from 'vitest';
import {
  breaks,
  cellsOf,
  chipOf,
  type Event,
  eventsFor,
  FORMULAS,
  inputsFor,
  numberIn,
  numbersBelow,
  proveAndVerify,
  quotientIn,
  setNumber,
  setQuotient,
  smallInputs,
  traceOf,
  verdictOn,
} from '../support/formulas.ts';
import { passes } from '../support/rows.ts';

const p = BigInt(P);

const honest = (formula: Formula, seed = 1): Event => eventsFor(formula, inputsFor(formula, 1, seed))[0]!;

/**
 * Makes the last constraint of a congruence hold modulo p, by a change of less than p of a number that is subtracted in it once
 * and stands in no other.
 */
function settle(formula: Formula, event: Event, congruence: string, output: string): void {
  const chip = chipOf(formula);
  const { groups } = formula.system.congruences.find((c) => c.name === congruence)!;
  const value = (): number =>
    evaluateNodes(BASE_FIELD, chip.nodes, cellsOf(formula, event))[
      chip.constraints.find((c) => c.name === congruence)!.node
    ]!;
  // The constraint is the whole sum over the weight of the last group.
  let weight = BigInt(value());
  weight = (weight * 2n ** BigInt(formula.system.limbBits * groups.at(-1)!.first)) % p;
  const before = numberIn(event, output);
  const after = before + weight < formula.system.modulus ? before + weight : before + weight - p;
  setNumber(event, output, after);
  expect(value()).toBe(0);
}

/** A formula, one of its congruences and what that one gives. */
const GIVEN = [
  ['secp256k1_multiply', 'product', 'r'],
  ['bn254_multiply', 'product', 'r'],
  ['bls12381_add', 'sum', 'r'],
  ['bn254_quadratic_multiply', 'real', 'r0'],
  ['bn254_quadratic_multiply', 'imaginary', 'r1'],
  ['secp256k1_point_add', 'y', 'y3'],
  ['secp256r1_point_double', 'y', 'y3'],
  ['bls12381_point_add', 'y', 'y3'],
  ['bls12381_point_double', 'y', 'y3'],
  ['wide_part', 'part', 'low'],
  ['secp256k1_decompress', 'xx', 'xx'],
  ['uint256_multiply', 'product', 'r'],
] as const;

describe.each(GIVEN)('%s, congruence %s: a forged %s', (name, congruence, output) => {
  const formula = FORMULAS[name]!;
  const { modulus } = formula.system;

  it('that is wrong by a multiple of p leaves every constraint whole, and no window holds its carries', () => {
    for (let i = 1n; i <= 6n; i++) {
      const event = honest(formula, Number(i));
      const value = numberIn(event, output);
      const factor = (modulus / (7n * p)) * i + 1n;
      setNumber(event, output, value > modulus / 2n ? value - p * (factor / 2n) : value + p * (factor / 2n));
      expect(breaks(formula, cellsOf(formula, event))).toEqual(['sum']);
    }
  });
  it('that is any other number, settled modulo p, is caught by the carries alone', () => {
    const next = numbersBelow(modulus, 77);
    for (let i = 0; i < 6; i++) {
      const event = honest(formula, i + 1);
      setNumber(event, output, next());
      settle(formula, event, congruence, output);
      expect(breaks(formula, cellsOf(formula, event))).toEqual(['sum']);
    }
  });
  it('that another quotient would give is too large, or none', () => {
    const { quotient } = formula.system.congruences.find((c) => c.name === congruence)!;
    if (quotient === undefined) return;
    const event = honest(formula);
    const q = quotientIn(formula, event, congruence);
    for (const step of [1n, -1n]) {
      const value = numberIn(event, output) - step * modulus;
      if (value < 0n || value >> BigInt(formula.system.limbBits * formula.system.limbCount) !== 0n) continue;
      const forged = { ...event };
      setNumber(forged, output, value);
      setQuotient(formula, forged, congruence, q + step);
      const found = breaks(formula, cellsOf(formula, forged));
      expect(found.length).toBeGreaterThan(0);
      for (const broken of found) expect(broken).toMatch(new RegExp(`^sum$|^${output}_reduced`));
    }
  });
  it('for which the top of the quotient leaves its bounds is caught by their check', () => {
    const { quotient } = formula.system.congruences.find((c) => c.name === congruence)!;
    if (quotient === undefined) return;
    for (const top of [2 ** quotient.bits, P - 1]) {
      const event = honest(formula);
      event[`${quotient.name}_top`] = top;
      settle(formula, event, congruence, output);
      expect(breaks(formula, cellsOf(formula, event))).toContain(`range ${quotient.name}_top`);
    }
  });
  it('for which a limb leaves its bounds is caught by its check', () => {
    const chip = chipOf(formula);
    const size = 2 ** formula.system.limbBits;
    for (const [c, column] of chip.columns.entries()) {
      if (!/^(?!.*_at_).*_\d+$/.test(column.name)) continue;
      const number = column.name.replace(/_\d+$/, '');
      if (formula.system.limbBits === 16 && formula.inputs.includes(number)) continue;
      for (const value of [size, P - 1]) {
        const cells = cellsOf(formula, honest(formula));
        cells[c] = value;
        // Of two bytes that one lookup checks the first gives the name.
        const { misses } = verdictOn(formula, cells);
        const checked = misses.some((miss) =>
          chip.interactions[Number(miss.split(' ')[1])]!.tuple.some((id) => {
            const node = chip.nodes[id]!;
            return node.op === 'column' && node.column === c;
          }),
        );
        expect(checked, column.name).toBe(true);
      }
    }
  });
});

describe('carries at the end of their window', () => {
  it.each(['bn254_multiply', 'bls12381_add', 'secp256r1_point_double'])('%s: one step beyond is a miss', (name) => {
    const formula = FORMULAS[name]!;
    const chip = chipOf(formula);
    const cells = cellsOf(formula, honest(formula));
    const values = evaluateNodes(BASE_FIELD, chip.nodes, cells);
    const sums = chip.interactions.filter((i) => i.bus.name === 'range' && chip.nodes[i.tuple[0]!]!.op !== 'column');
    const groups = formula.system.congruences.flatMap((c) => c.groups.filter((g) => g.carry !== undefined));
    for (const [k, { carry }] of groups.entries()) {
      const at = values[sums[k]!.tuple[0]!]!;
      expect(at).toBeLessThan(2 ** carry!.bits);
      expect(values[sums[k]!.tuple[1]!]).toBe(carry!.bits);
      for (const target of [2 ** carry!.bits, P - 1]) {
        // Any cell on which the carry depends linearly takes it there.
        let moved = false;
        for (const [c] of chip.columns.entries()) {
          const more = cells.with(c, (cells[c]! + 1) % P);
          const slope = (evaluateNodes(BASE_FIELD, chip.nodes, more)[sums[k]!.tuple[0]!]! - at + P) % P;
          if (slope === 0 || c === 0) continue;
          const step = mul((target - at + P) % P, inverse(slope));
          const forged = cells.with(c, (cells[c]! + step) % P);
          if (evaluateNodes(BASE_FIELD, chip.nodes, forged)[sums[k]!.tuple[0]!] !== target) continue;
          moved = true;
          const index = chip.interactions.indexOf(sums[k]!);
          expect(verdictOn(formula, forged).misses).toContain(`range ${index}`);
          break;
        }
        expect(moved).toBe(true);
      }
    }
  });
});

/** Rows of another kind than any that inputs have by chance: a modulus of 0, which is 2^256. */
function furtherEvents(formula: Formula): Event[] {
  return formula === FORMULAS['uint256_multiply'] ? eventsFor(formula, [{ a: 2n ** 255n + 7n, b: 11n, m: 0n }]) : [];
}

describe.each(Object.entries(FORMULAS))('%s', (_, formula) => {
  it('no change of one cell passes, and every constraint and lookup catches one', () => {
    const chip = chipOf(formula);
    const broken = new Set<string>();
    const survivors: string[] = [];
    for (const event of [...eventsFor(formula, [smallInputs(formula)]), honest(formula), ...furtherEvents(formula)]) {
      const cells = cellsOf(formula, event);
      const before = verdictOn(formula, cells);
      expect([before.broken, before.misses]).toEqual([[], []]);
      for (const [c, column] of chip.columns.entries()) {
        // `is_real` decides whether the row counts at all.
        if (c === 0) continue;
        for (const change of new Set(
          [cells[c]! + 1, cells[c]! + P - 1, cells[c]! + 2 ** 16, P - 1, 2].map((x) => x % P),
        )) {
          if (change === cells[c]) continue;
          const after = verdictOn(formula, cells.with(c, change));
          for (const name of [...after.broken, ...after.misses]) broken.add(name);
          if (passes(before, after)) survivors.push(column.name);
        }
      }
      for (const name of verdictOn(formula, cells.with(0, 2)).broken) broken.add(name);
      expect(passes(before, verdictOn(formula, cells.with(0, 2)))).toBe(false);
    }
    expect([...new Set(survivors)]).toEqual([]);
    expect(chip.constraints.map((c) => c.name).filter((name) => !broken.has(name))).toEqual([]);
    const lookups = chip.interactions.map((i, index) => `${i.bus.name} ${index}`);
    expect(lookups.filter((name) => !broken.has(name))).toEqual([]);
  });
});

describe('proofs of forged tables are rejected', () => {
  const formula = FORMULAS['secp256k1_point_add']!;
  it('where a carry leaves its window, because lookups do not balance', async () => {
    const event = honest(formula);
    setNumber(event, 'y3', numberIn(event, 'y3') + (numberIn(event, 'y3') > 2n ** 255n ? -p : p));
    const trace = traceOf(formula, [event]);
    expect(await codeOf(() => proveAndVerify(formula, trace))).toBe('bus_balance');
  });
  it('where a congruence does not hold, because constraints do not', async () => {
    const trace = traceOf(formula, [honest(formula)]);
    const at = chipOf(formula).columns.findIndex((c) => c.name === 'other_x_inverse');
    trace.columns[at]![0] = (trace.columns[at]![0]! + 1) % P;
    expect(await codeOf(() => proveAndVerify(formula, trace))).toBe('zerocheck');
  });
});
