/** Field and curve arithmetic, against big integers and @noble/curves; what has no row; what a row costs. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ConstraintError } from '@weft/primitives';
import { chipStatistics, defineMachine, fillTables, machineTables } from '@weft/prover';
import { defineChip } from '@weft/prover/air/chip';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import { wordsOf } from '@weft/prover/kit/field/limbs';
import type { Values } from '@weft/prover/kit/field/witness';
import { edwardsAdd } from '@weft/rv32im/precompiles/field/edwards';
import { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '@weft/rv32im/precompiles/field/fields';
import { type Formula, formulaEvents } from '@weft/rv32im/precompiles/field/formula';
import { modular, quadratic } from '@weft/rv32im/precompiles/field/modular';
import { weierstrassAdd, weierstrassDouble } from '@weft/rv32im/precompiles/field/weierstrass';
import { describe, expect, it } from 'vitest';
import {
  breaks,
  chipOf,
  eventsFor,
  FORMULAS,
  inputsFor,
  numberIn,
  numbersBelow,
  proveAndVerify,
  traceOf,
} from '../support/formulas.ts';

/** The outputs of honest rows, none of which breaks anything. */
function run(formula: Formula, inputs: readonly Values[]): bigint[][] {
  const events = eventsFor(formula, inputs);
  const { columns } = traceOf(formula, events);
  for (const [row] of events.entries()) {
    expect(
      breaks(
        formula,
        columns.map((column) => column[row]!),
      ),
    ).toEqual([]);
  }
  return events.map((event) => formula.outputs.map((name) => numberIn(event, name)));
}

const mod = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;

describe.each([
  ['secp256k1', SECP256K1.modulus],
  ['BN254', BN254.modulus],
  ['BLS12-381', BLS12_381.modulus],
])('the field of %s', (_, m) => {
  const next = numbersBelow(m, 5);
  const most = 2n ** BigInt(32 * Math.ceil(m.toString(2).length / 32)) - 1n;
  const edges = [0n, 1n, 2n, m - 1n, m, m + 1n, most, next(), next()];
  const pairs = edges.flatMap((a) => edges.map((b) => ({ a, b })));
  const { multiply, add, subtract, invert } = modular(m);
  it('multiplies, adds, subtracts and inverts', () => {
    expect(run(multiply, pairs)).toEqual(pairs.map(({ a, b }) => [(a * b) % m]));
    expect(run(add, pairs)).toEqual(pairs.map(({ a, b }) => [(a + b) % m]));
    expect(run(subtract, pairs)).toEqual(pairs.map(({ a, b }) => [mod(a - b, m)]));
    const units = edges.filter((a) => a % m !== 0n);
    for (const [i, [r]] of run(
      invert,
      units.map((a) => ({ a })),
    ).entries()) {
      expect((r! * units[i]!) % m).toBe(1n);
      expect(r! < m).toBe(true);
    }
  });
  it('so does its quadratic extension', () => {
    const formulas = quadratic(m);
    const quads = pairs.map(({ a, b }, i) => ({ a0: a, a1: b, b0: edges[i % 9]!, b1: edges[(7 * i) % 9]! }));
    const expected = (f: (x: Values) => bigint[]): bigint[][] => quads.map((q) => f(q).map((x) => mod(x, m)));
    expect(run(formulas.multiply, quads)).toEqual(
      expected(({ a0, a1, b0, b1 }) => [a0! * b0! - a1! * b1!, a0! * b1! + a1! * b0!]),
    );
    expect(run(formulas.add, quads)).toEqual(expected(({ a0, a1, b0, b1 }) => [a0! + b0!, a1! + b1!]));
    expect(run(formulas.subtract, quads)).toEqual(expected(({ a0, a1, b0, b1 }) => [a0! - b0!, a1! - b1!]));
  });
});

describe('curves', () => {
  const scalars = [1n, 2n, 3n, 4n, 5n, 7n, 2n ** 64n + 1n, 2n ** 200n + 9n];
  it.each([
    ['secp256k1', SECP256K1, secp256k1.Point],
    ['secp256r1', SECP256R1, p256.Point],
    ['BN254', BN254, bn254.G1.Point],
    ['BLS12-381', BLS12_381, bls12_381.G1.Point],
  ] as const)('%s', (_, curve, point) => {
    const at = (k: bigint): [bigint, bigint] => {
      const { x, y } = point.BASE.multiply(k).toAffine();
      return [x, y];
    };
    const pairs = scalars.slice(1).map((k, i) => [k, scalars[i]!] as const);
    const sums = pairs.map(([k, l]) => {
      const [[x1, y1], [x2, y2]] = [at(k), at(l)];
      return { x1, y1, x2, y2 };
    });
    expect(run(weierstrassAdd(curve), sums)).toEqual(pairs.map(([k, l]) => at(k + l)));
    const points = scalars.map((k) => {
      const [x1, y1] = at(k);
      return { x1, y1 };
    });
    expect(run(weierstrassDouble(curve), points)).toEqual(scalars.map((k) => at(2n * k)));
  });
  it('Ed25519, equal and opposite points and the neutral one included', () => {
    const at = (k: bigint): [bigint, bigint] => {
      const { x, y } = (k === 0n ? ed25519.Point.ZERO : ed25519.Point.BASE.multiply(k)).toAffine();
      return [x, y];
    };
    const { n } = ed25519.Point.CURVE();
    const pairs = [
      ...scalars.map((k, i) => [k, scalars[(3 * i) % 8]!] as const),
      [5n, n - 5n],
      [0n, 3n],
      [0n, 0n],
    ] as const;
    const sums = pairs.map(([k, l]) => {
      const [[x1, y1], [x2, y2]] = [at(k), at(l)];
      return { x1, y1, x2, y2 };
    });
    expect(run(edwardsAdd(ED25519), sums)).toEqual(pairs.map(([k, l]) => at((k + l) % n)));
  });
});

it('parts of a wide product', () => {
  const next = numbersBelow(2n ** 256n, 3);
  const most = 2n ** 256n - 1n;
  const formula = FORMULAS['wide_part']!;
  const [a, b] = [next(), Array.from({ length: 8 }, (_, i) => (i === 2 ? most : next()))];
  let [carry, total] = [0n, 0n];
  for (const [i, part] of b.entries()) {
    const [[low, high]] = run(formula, [{ a, b: part, carry }]) as [[bigint, bigint]];
    total += low << BigInt(256 * i);
    carry = high;
  }
  expect(total + (carry << 2048n)).toBe(a * b.reduce((x, part, i) => x + (part << BigInt(256 * i)), 0n));
  expect(run(formula, [{ a: most, b: most, carry: most }])).toEqual([[0n, most]]);
});

describe('there is no row', () => {
  const m = BN254.modulus;
  const add = weierstrassAdd(BN254);
  const double = weierstrassDouble(BN254);
  it.each([
    ['for equal points', add, { x1: 1n, y1: 2n, x2: 1n, y2: 2n }],
    ['for opposite points', add, { x1: 1n, y1: 2n, x2: 1n, y2: m - 2n }],
    ['for x beyond the modulus', add, { x1: m + 1n, y1: 2n, x2: 3n, y2: 2n }],
    ['for points of order 2', double, { x1: 5n, y1: 0n }],
    ['for (0, 0)', double, { x1: 0n, y1: 0n }],
    ['for y beyond the modulus', double, { x1: 1n, y1: m + 2n }],
    ['for the inverse of 0', modular(m).invert, { a: 0n }],
    ['for the inverse of the modulus', modular(m).invert, { a: m }],
    ['for numbers that are too long', modular(m).multiply, { a: 2n ** 256n, b: 1n }],
    ['for negative numbers', modular(m).multiply, { a: -1n, b: 1n }],
  ] as const)('%s', (_, formula, inputs) => {
    let code = '';
    try {
      formulaEvents(formula, [inputs]);
    } catch (error) {
      if (error instanceof ConstraintError) code = error.code;
    }
    expect(code).toBe('OPERAND');
  });
});

describe('tables', () => {
  it('take events that are packed, and numbers leave as words', () => {
    const formula = FORMULAS['bn254_multiply']!;
    const inputs = inputsFor(formula, 3);
    const chip = defineChip('formula', { events: 'formula' }, (c) => {
      const { r } = formula.system.constrain(c, c.bool('is_real', c.literal(1)));
      for (const [i, { lo, hi }] of wordsOf(r!).entries()) c.assertZero(`word_${i}`, lo.add(hi.mul(2 ** 16)));
    });
    const machine = defineMachine('packed', [chip]);
    const events = new Map([['formula', formulaEvents(formula, inputs)]]);
    const [trace] = fillTables(machineTables(machine, [], events).tables);
    for (const [row, event] of eventsFor(formula, inputs).entries()) {
      const cells = trace!.columns.map((column) => column[row]!);
      expect(cells).toEqual(traceOf(formula, [event]).columns.map((column) => column[0]!));
      const values = evaluateNodes(BASE_FIELD, chip.nodes, cells);
      const words = Array.from({ length: 8 }, (_, i) => BigInt(event[`r_${i}`]!) % 0x7f000001n);
      const found = words.map((_, i) => BigInt(values[chip.constraints.find((x) => x.name === `word_${i}`)!.node]!));
      expect(found).toEqual(words);
    }
  });
  it.each([
    'bls12381_add',
    'secp256k1_point_add',
    'bls12381_point_double',
    'ed25519_point_add',
    'wide_part',
    'bls12381_decompress',
    'ed25519_decompress',
    'uint256_multiply',
  ])('of %s are proven', async (name) => {
    const formula = FORMULAS[name]!;
    await proveAndVerify(formula, traceOf(formula, eventsFor(formula, inputsFor(formula, 5))));
  });
  it.each([
    ['secp256k1_multiply', 420],
    ['bn254_multiply', 420],
    ['bls12381_invert', 480],
    ['bls12381_add', 225],
    ['bn254_quadratic_multiply', 780],
    ['secp256k1_point_add', 1050],
    ['secp256r1_point_double', 900],
    ['bls12381_point_add', 1550],
    ['bls12381_point_double', 1370],
    ['ed25519_point_add', 1700],
    ['wide_part', 440],
    ['secp256k1_decompress', 560],
    ['secp256r1_decompress', 560],
    ['bls12381_decompress', 860],
    ['ed25519_decompress', 785],
    ['uint256_multiply', 460],
  ] as const)('a row of %s takes at most %i cells, a fraction being 2.5', (name, most) => {
    const { columns, interactions, degree } = chipStatistics(chipOf(FORMULAS[name]!));
    expect(columns + 2.5 * interactions).toBeLessThanOrEqual(most);
    expect(degree).toBeLessThanOrEqual(3);
  });
});
