/** Bounds derived by the gadget, against bounds derived from the chips that it makes. */
import { ConstraintError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { describe, expect, it } from 'vitest';
import { type Chip, defineChip } from '../../air/chip.ts';
import { RANGE } from '../buses.ts';
import { carryWindow, groupPositions } from './bounds.ts';
import { type CongruenceOptions, Congruences, type Term } from './congruences.ts';
import { bounds, evaluate, integers, type Polynomial, polynomialsOf, scaled, sum } from './polynomials.test-support.ts';

const SECP256K1 = 2n ** 256n - 2n ** 32n - 977n;
const BN254 = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
const BLS12_381 = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;

const product: readonly Term[] = [{ a: { a: 1 }, b: { b: 1 } }, { a: { r: -1 } }];
const tangent: readonly Term[] = [{ a: { b: 2 }, b: { r: 1 } }, { a: { a: -3 }, b: { a: 1 } }, { constant: 3n }];
const difference: readonly Term[] = [{ a: { a: 1, b: -1, r: -1 } }];
const chord: readonly Term[] = [{ a: { r: 1 }, b: { a: 1, b: -1 } }, { a: { a: 1 }, b: 5n ** 90n }, { a: { b: 7 } }];
const numbers = { a: 'any', b: 'hint', r: 'reduced' } as const;

const chipOf = (system: Congruences): Chip =>
  defineChip('system', {}, (c) => {
    system.constrain(c, c.bool('real', c.literal(1)));
  });

/** What range checks, byte checks and bits of a frozen chip say of its columns, where column 0, `real`, is 1. */
function columnBounds(chip: Chip): (column: number) => readonly [bigint, bigint] {
  const known = new Map<number, readonly [bigint, bigint]>([[0, [1n, 1n]]]);
  for (const { bus, tuple } of chip.interactions) {
    const checked = bus === RANGE ? tuple.slice(0, 1) : tuple;
    for (const id of checked) {
      const [node, bits] = [chip.nodes[id]!, chip.nodes[tuple[1]!]!];
      if (node.op !== 'column') continue;
      const top = bus === RANGE && bits.op === 'constant' ? 2n ** BigInt(bits.value) - 1n : 255n;
      known.set(node.column, [0n, top]);
    }
  }
  for (const { name } of chip.constraints) {
    const column = chip.columns.findIndex((c) => `${c.name}_is_bool` === name);
    if (column > 0) known.set(column, [0n, 1n]);
  }
  return (column) => {
    const found = known.get(column);
    if (found === undefined) throw new RangeError(`nothing bounds ${chip.columns[column]!.name}`);
    return found;
  };
}

/** Carries of a congruence, as polynomials, and how their windows are declared; the last one is 0 and has none. */
function carriesOf(chip: Chip, system: Congruences): Map<string, { carries: Polynomial[]; last: Polynomial }> {
  // Of range checks, those of carries alone are of sums; `reduced` checks come behind all of them.
  const sums = chip.interactions.filter((i) => i.bus === RANGE && chip.nodes[i.tuple[0]!]!.op !== 'column');
  const polynomials = polynomialsOf(
    chip,
    sums.map((i) => i.tuple[0]!),
  );
  const found = new Map<string, { carries: Polynomial[]; last: Polynomial }>();
  let next = 0;
  for (const { name, groups } of system.congruences) {
    const carries = groups.slice(0, -1).map(({ carry }) => {
      const bits = chip.nodes[sums[next]!.tuple[1]!]!;
      expect(bits).toEqual({ op: 'constant', value: carry!.bits });
      return sum(polynomials[next++]!, new Map([['0', BigInt(carry!.least)]]));
    });
    const constraint = chip.constraints.find((c) => c.name === name)!;
    found.set(name, { carries, last: polynomialsOf(chip, [constraint.node])[0]! });
  }
  return found;
}

const SYSTEMS: readonly (readonly [string, CongruenceOptions])[] = [
  ...[SECP256K1, BN254, BLS12_381].flatMap((modulus) =>
    Object.entries({ product, tangent, chord }).map(
      ([name, terms]) =>
        [`${name} of ${modulus.toString(16)}`, { modulus, numbers, congruences: { [name]: terms } }] as const,
    ),
  ),
  ...[SECP256K1, BLS12_381, 97n].map(
    (modulus) =>
      [`difference modulo ${modulus.toString(16)}`, { modulus, numbers, congruences: { difference } }] as const,
  ),
  [
    'a product without modulus',
    {
      modulus: 2n ** 256n,
      numbers: { a: 'any', b: 'any', r: 'any', s: 'any' },
      equalities: { product: [{ a: { a: 1 }, b: { b: 1 } }, { a: { r: -1 } }, { a: { s: -1 }, b: 2n ** 256n }] },
    },
  ],
  [
    'a product with a factor to which a bit adds 2^256',
    {
      modulus: 2n ** 256n,
      numbers: { a: 'any', b: 'any', r: 'any' },
      bits: { high: 256, low: 0 },
      equalities: { product: [{ a: { a: -1 }, b: { b: 1, high: 1 } }, { a: { r: 1, low: -3 } }] },
    },
  ],
];

describe.each(SYSTEMS)('%s', (_, options) => {
  const system = new Congruences(options);
  const chip = chipOf(system);
  const bound = columnBounds(chip);

  it('no group and carry of the frozen chip can differ by p', () => {
    for (const [name, { carries, last }] of carriesOf(chip, system)) {
      const { groups } = system.congruences.find((c) => c.name === name)!;
      let [before, low, high]: [Polynomial, bigint, bigint] = [new Map(), 0n, 0n];
      for (const [k, { size, carry }] of groups.entries()) {
        const base = 2n ** BigInt(system.limbBits * size);
        // The group's own sum: small integers, or it is not what its carry was made from.
        const group = integers(sum(carry === undefined ? last : scaled(carries[k]!, base), before, -1n));
        for (const coefficient of group.values())
          expect(coefficient < 2n ** 26n && coefficient > -(2n ** 26n)).toBe(true);
        const [from, to] = bounds(group, bound);
        const [least, most] =
          carry === undefined ? [0n, 0n] : [BigInt(carry.least), BigInt(carry.least + 2 ** carry.bits - 1)];
        expect(to + high - base * least).toBeLessThan(P);
        expect(base * most - from - low).toBeLessThan(P);
        // Every carry of in-range limbs is in the window: no honest row is refused.
        if (carry !== undefined) {
          expect(least * base).toBeLessThanOrEqual(from + low + base);
          expect((most + 1n) * base).toBeGreaterThan(to + high - base);
        }
        [before, low, high] = [carries[k] ?? before, least, most];
      }
    }
  });

  it('the groups are the congruence, whatever the limbs are', () => {
    // Any integers: the groups with their weights are one polynomial, and so is the congruence.
    const columns = chip.columns.map((_, i) => (i === 0 ? 1n : BigInt((i * 7919 + 13) % 1009) - 300n));
    const limbBits = BigInt(system.limbBits);
    const number = (name: string, count: number): bigint =>
      Array.from({ length: count }, (_, i) => {
        const column = chip.columns.findIndex((c) => c.name === `${name}_${i}`);
        return columns[column]! << (limbBits * BigInt(i));
      }).reduce((a, b) => a + b, 0n);
    const valueAt = (name: string): bigint => {
      const k = system.bits[name];
      if (k === undefined) return number(name, system.limbCount);
      return columns[chip.columns.findIndex((c) => c.name === name)]! << BigInt(k);
    };
    const linear = (a: Readonly<Record<string, number>>): bigint =>
      Object.entries(a).reduce((x, [name, k]) => x + BigInt(k) * valueAt(name), 0n);
    for (const [name, { carries, last }] of carriesOf(chip, system)) {
      const { groups, terms, quotient } = system.congruences.find((c) => c.name === name)!;
      let [before, total]: [Polynomial, bigint] = [new Map(), 0n];
      for (const [k, { first, size, carry }] of groups.entries()) {
        const base = 2n ** BigInt(system.limbBits * size);
        const group = integers(sum(carry === undefined ? last : scaled(carries[k]!, base), before, -1n));
        total += evaluate(group, columns) << (limbBits * BigInt(first));
        before = carries[k] ?? before;
      }
      let expected = 0n;
      for (const term of terms) {
        if ('constant' in term) expected += term.constant;
        else
          expected +=
            linear(term.a) * (term.b === undefined ? 1n : typeof term.b === 'bigint' ? term.b : linear(term.b));
      }
      if (quotient !== undefined) {
        const top = columns[chip.columns.findIndex((c) => c.name === `${quotient.name}_top`)]! + BigInt(quotient.least);
        const q = number(quotient.name, quotient.count) + (top << (limbBits * BigInt(quotient.count)));
        expected -= q * system.modulus;
      }
      expect(total).toBe(expected);
    }
  });
});

describe('carry windows', () => {
  it('hold all honest carries and are safe, or there is none', () => {
    let found = 0;
    for (let i = 0; i < 1000; i++) {
      const base = [2 ** 8, 2 ** 16][i % 2]!;
      const low = -Math.floor((((i * 7919) % 997) / 997) * P * 1.1);
      const high = Math.floor((((i * 104729) % 991) / 991) * P * 1.1);
      const carry = carryWindow(low, high, base);
      const [first, last] = [Math.ceil(low / base), Math.floor(high / base)];
      if (carry === undefined) {
        // No start of a window of so many bits would do.
        const values = 2 ** Math.max(1, Math.ceil(Math.log2(last - first + 1)));
        const fits = (s: number): boolean =>
          s <= first && s + values > last && high - base * s < P && base * (s + values - 1) - low < P;
        let any = false;
        if (values <= 2 ** 16) for (let s = last - values + 1; s <= first; s++) any ||= fits(s);
        expect(any).toBe(false);
        continue;
      }
      found++;
      const most = carry.least + 2 ** carry.bits - 1;
      expect(carry.bits).toBeLessThanOrEqual(16);
      expect(carry.least).toBeLessThanOrEqual(first);
      expect(most).toBeGreaterThanOrEqual(last);
      expect(high - base * carry.least).toBeLessThan(P);
      expect(base * most - low).toBeLessThan(P);
    }
    expect(found).toBeGreaterThan(100);
  });
  it('shift down where the sum leans to one side', () => {
    // 46000 honest carries, and 2^16 of them from the first on would reach p.
    const [low, high] = [0, 46_000 * 2 ** 15];
    expect(carryWindow(low, high, 2 ** 15)).toEqual({ least: 65_025 - 2 ** 16, bits: 16 });
  });
  it('do not shift so far that the other end reaches p', () => {
    // 32349 honest carries take 2^15; the window has to start at -255, from where the greatest sum is 1.003 p away.
    expect(carryWindow(0, Math.floor(0.995 * P), 2 ** 16)).toBeUndefined();
    expect(carryWindow(0, Math.floor(0.992 * P), 2 ** 16)).toEqual({ least: -255, bits: 15 });
  });
  it('of the last group there is none, and it stays below p', () => {
    expect(groupPositions('x', { low: [-5], high: [P - 1] }, 8, 2)).toEqual([{ first: 0, size: 1 }]);
    for (const [low, high] of [
      [0, P],
      [-P, 0],
      [0, Number.NaN],
    ] as const)
      expect(() => groupPositions('x', { low: [low], high: [high] }, 8, 2)).toThrow(ConstraintError);
  });
});

describe('a system is refused', () => {
  const code = (options: CongruenceOptions): string => {
    try {
      chipOf(new Congruences(options));
      return 'accepted';
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      return error.code;
    }
  };
  const modulus = SECP256K1;
  it.each([
    ['when a sum of products reaches p', { modulus: 2n ** 2048n / 3n, numbers, congruences: { product } }, 'BOUND'],
    [
      'when factors are too large',
      { modulus, numbers, congruences: { product: [{ a: { a: 300 }, b: { b: 300 } }] } },
      'BOUND',
    ],
    [
      'when squares of differences reach p',
      { modulus, numbers, congruences: { difference }, distinct: { a_not_b: ['a', 'b'] } },
      'BOUND',
    ],
    ['for a number that is none', { modulus, numbers, congruences: { sum: [{ a: { c: 1 } }] } }, 'CONGRUENCES'],
    ['for a bit within a limb', { modulus, numbers, bits: { bit: 4 }, congruences: { product } }, 'CONGRUENCES'],
    ['for a bit named as a number is', { modulus, numbers, bits: { b: 8 }, congruences: { product } }, 'CONGRUENCES'],
    ['for a modulus that is none', { modulus: 1n, numbers, congruences: { product } }, 'CONGRUENCES'],
    ['when bytes would go unchecked', { modulus, numbers, congruences: { product }, assumed: ['a'] }, 'CONGRUENCES'],
    [
      'when the modulus is beyond what a number can be compared with',
      { modulus: 2n ** 256n, numbers, congruences: { product } },
      'CONGRUENCES',
    ],
    [
      'when a name is used twice',
      { modulus, numbers, congruences: { r_reduced_at_0: product }, equalities: { r_reduced_at_0: product } },
      'CHIP',
    ],
  ] as const)('%s', (_, options, expected) => {
    expect(code(options)).toBe(expected);
  });
});
