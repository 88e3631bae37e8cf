/** Systems, calls and bounds from which no row would follow, or a wrong one: all are refused when they are made. */
import type { Operation, WordSpan } from '@weft/executor/precompiles/operation';
import { codeOf } from '@weft/primitives/testing';
import { defineChip } from '@weft/prover/air/chip';
import { type CongruenceOptions, Congruences } from '@weft/prover/kit/field/congruences';
import { limbColumns, rangeLimbs } from '@weft/prover/kit/field/limbs';
import { assertBelow } from '@weft/prover/kit/field/relation';
import { formulaCall } from '@weft/rv32im/precompiles/field/call';
import type { Formula } from '@weft/rv32im/precompiles/field/formula';
import { modular } from '@weft/rv32im/precompiles/field/modular';
import { expect, it } from 'vitest';

const sumFormula = (modulus: bigint, assumed: readonly string[]): Formula => ({
  system: new Congruences({
    modulus,
    numbers: { a: 'any', b: 'any', r: 'any' },
    congruences: { sum: [{ a: { a: 1, b: 1, r: -1 } }] },
    assumed,
  }),
  inputs: ['a', 'b'],
  outputs: ['r'],
  solve: (inputs) => inputs.map(({ a, b }) => ({ a: a!, b: b!, r: (a! + b!) % modulus })),
});

const spans: readonly WordSpan[] = [
  { pointer: 'a1', count: 2, access: 'read' },
  { pointer: 'a0', count: 2, access: 'update' },
];
const operation: Operation = { name: 'SUM', code: 0x170, spans, run: ([, a]) => [a!] };
const MODULUS = 2n ** 64n - 59n;

it('a sum modulo the size of its numbers', async () => {
  expect(await codeOf(() => sumFormula(2n ** 64n, ['a', 'b']))).toBe('CONGRUENCES');
});

it('results whose limbs nobody checks', async () => {
  const formula = sumFormula(MODULUS, ['a', 'b', 'r']);
  expect(await codeOf(() => formulaCall({ operation, formula, before: [['b'], ['a']] }))).toBe('CALL');
  // Nor hints: what is assumed is what memory holds.
  const { system, solve } = sumFormula(MODULUS, ['a', 'b']);
  const one: Formula = { system, inputs: ['a'], outputs: ['r'], solve };
  const unary: Operation = { ...operation, spans: spans.slice(1) };
  expect(await codeOf(() => formulaCall({ operation: unary, formula: one, before: [['a']] }))).toBe('CALL');
});

it.each([-1n, 2n ** 32n + 5n])('a constant of %i, which no number is, is nothing to differ from', (constant) => {
  const options = {
    modulus: 2n ** 32n - 5n,
    numbers: { h: 'reduced' },
    congruences: { zero: [{ a: { h: 1 }, b: 0n }] },
    distinct: { d: ['h', constant] },
  } as const;
  expect(() => new Congruences(options)).toThrow();
});

it('a number of three bytes is not below 1000 because its lower two are', () => {
  const define = () =>
    defineChip('odd', { events: 'odd' }, (c) => {
      const real = c.bool('is_real', c.literal(1));
      const x = limbColumns(c, 'x', 8, 3);
      rangeLimbs(c, 8, x.limbs, real);
      assertBelow(c, 'below', x, [1000], [1000], real);
    });
  expect(define).toThrow();
});

it('a call that changes words at two places: one result would be both', async () => {
  const twice: Operation = {
    ...operation,
    spans: [
      { pointer: 'a0', count: 2, access: 'update' },
      { pointer: 'a1', count: 2, access: 'update' },
    ],
    run: ([a, b]) => [a!, b!],
  };
  const formula = modular(MODULUS).multiply;
  expect(await codeOf(() => formulaCall({ operation: twice, formula, before: [['a'], ['b']] }))).toBe('CALL');
});

it('a call that refuses arguments, as no row does', async () => {
  const refuse: Operation['refuse'] = ({ a1 }) => (a1 === 0 ? undefined : { code: 'SYSCALL_ARGUMENT', reason: 'a1' });
  const unary: Operation = { ...operation, spans: spans.slice(1), refuse };
  const { invert } = modular(MODULUS);
  expect(await codeOf(() => formulaCall({ operation: unary, formula: invert, before: [['a']] }))).toBe('CALL');
  const flagged: Formula = { ...invert, flag: 'sign' };
  // A row with a bit refuses all but 0 and 1, no more and no less.
  for (const other of [unary, { ...unary, refuse: () => undefined }])
    expect(await codeOf(() => formulaCall({ operation: other, formula: flagged, before: [['a']] }))).toBe('CALL');
});

it.each([[{ kind: 'reducd' }], [{ kind: 'reduced', distnct: { d: ['r', 0n] } }]])(
  'what is misspelt is refused: %o',
  ({ kind, ...more }) => {
    const options = {
      modulus: MODULUS,
      numbers: { a: 'any', r: kind },
      congruences: { same: [{ a: { a: 1, r: -1 } }] },
      ...more,
    };
    expect(() => new Congruences(options as unknown as CongruenceOptions)).toThrow();
  },
);
