/** Which formulas are none of a call: rows that nobody could prove, or that would prove something else. */
import { type Operation, oneBit, type WordSpan } from '@weft/executor/precompiles/operation';
import { codeOf } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import { type ExpandedChip, formulaCall } from './call.ts';
import type { Formula } from './formula.ts';
import { modular } from './modular.ts';

const { multiply } = modular(2n ** 64n - 59n);
const [other, own]: [WordSpan, WordSpan] = [
  { pointer: 'a1', count: 2, access: 'read' },
  { pointer: 'a0', count: 2, access: 'update' },
];
const callOf = (
  spans: readonly WordSpan[],
  before: readonly (readonly string[])[],
  formula: Formula = multiply,
): ExpandedChip => {
  const plain: Operation = { name: 'PRODUCT', code: 0x170, spans, run: ([, a]) => [a!] };
  const operation = formula.flag === undefined ? plain : { ...plain, refuse: oneBit('PRODUCT') };
  return formulaCall({ operation, formula, before });
};
const both = [['b'], ['a']];

it.each<[string, readonly WordSpan[], readonly (readonly string[])[], Formula?]>([
  ['of words that hold no number', [{ ...other, count: 3 }, own], both],
  ['of numbers that have no words', [other, own], [['b', 'a'], []]],
  ['of a result that fills its words in part', [other, { ...own, count: 4 }], [['b'], ['a', 'a']]],
  ['of an input that is not in memory', [other, own], [['b'], []]],
  ['of one input twice', [other, own], [['b'], ['b']]],
  ['of a number that is no input', [other, own], [['b'], ['r']]],
  ['of a result in words that stay as they are', [other, { ...own, kept: 1 }], both],
  ['of a bit where a pointer is', [other, own], both, { ...multiply, flag: 'sign' }],
])('a call %s is refused', async (_, spans, before, formula = multiply) => {
  expect(await codeOf(() => callOf(spans, before, formula))).toBe('CALL');
});

it('one span may hold all numbers, and a1 a bit', () => {
  expect(() => callOf([other, own], both)).not.toThrow();
  expect(() => callOf([{ ...other, pointer: 'a0', count: 4 }, own], [['a', 'b'], []])).not.toThrow();
  const flagged = { ...multiply, flag: 'sign' };
  expect(() => callOf([{ ...other, pointer: 'a0', count: 4 }, own], [['a', 'b'], []], flagged)).not.toThrow();
});
