/** Uses of words are read off a chip's graph, and chips in which the key does not decide them are refused. */
import { defineChip } from '@weft/prover/air/chip';
import type { Expr } from '@weft/prover/air/expr';
import { expect, it } from 'vitest';
import { FELT } from '../machine/words.ts';
import { wordUses } from './uses.ts';

interface Columns {
  /** Committed, the last being `x`; `x` and `bit` are 0 or 1 where `constrain` says so. */
  readonly bit: Expr;
  readonly x: Expr;
  /** Fixed, the first being `at`. */
  readonly at: Expr;
  readonly flag: Expr;
}
type Builder = Parameters<Parameters<typeof defineChip>[2]>[0];

const usesOf = (body: (c: Builder, columns: Columns) => void) =>
  wordUses(
    defineChip('chip', { fixed: { kind: 'preprocessed' } }, (c) => {
      const [bit, x] = [c.col('bit'), c.col('x')];
      body(c, { bit, x, at: c.fixedCol('at'), flag: c.fixedCol('flag') });
    }),
  );

it('reads addresses, offsets, choices and counts', () => {
  expect(
    usesOf((c, { bit, x, at, flag }) => {
      c.assertBool('bit', bit);
      c.assertBool('x', x);
      c.send(FELT, [at.add(3), x], flag);
      c.send(FELT, [at.add(bit.mul(flag)).add(x.mul(flag).mul(4)), x], flag);
      c.provide(FELT, [at, x], flag);
      c.provide(FELT, [flag, bit], x.mul(at));
    }),
  ).toEqual([
    { bus: 'felt', isSend: true, at: 0, offset: 3, choice: [], count: 1, isFree: false },
    {
      bus: 'felt',
      isSend: true,
      at: 0,
      offset: 0,
      choice: [
        { bit: 1, flag: 1, weight: 4 },
        { bit: 0, flag: 1, weight: 1 },
      ],
      count: 1,
      isFree: false,
    },
    { bus: 'felt', isSend: false, at: 0, offset: 0, choice: [], count: 1, isFree: false },
    { bus: 'felt', isSend: false, at: 1, offset: 0, choice: [], count: 0, isFree: true },
  ]);
});

/** A choice by `bit` that this constraint says to be one. */
const chosenBy = (constraint: (columns: Columns) => Expr) => (c: Builder, columns: Columns) => {
  const { bit, x, at, flag } = columns;
  c.assertZero('bit', constraint(columns));
  c.send(FELT, [at.add(bit.mul(flag)), x], flag);
};

const refused: [string, (c: Builder, columns: Columns) => void][] = [
  ["the prover's address", (c, { x, flag }) => c.send(FELT, [x, x], flag)],
  ["another of the prover's columns as an address", (c, { bit, x, flag }) => c.send(FELT, [bit, x], flag)],
  ['an address that is a product', (c, { x, at, flag }) => c.send(FELT, [at.mul(flag), x], flag)],
  ["the prover's count", (c, { x, at }) => c.send(FELT, [at, x], x)],
  ['a count that is a sum', (c, { x, at, flag }) => c.send(FELT, [at, x], flag.add(1))],
  ['a read as often as the prover says', (c, { x, at, flag }) => c.send(FELT, [at, x], x.mul(flag))],
  ['a count that is a product of the key', (c, { x, at, flag }) => c.provide(FELT, [at, x], at.mul(flag))],
  ['a count of a sum', (c, { bit, x, at, flag }) => c.provide(FELT, [at, x], bit.add(x).mul(flag))],
  [
    'a choice by what is no bit',
    (c, { x, at, flag, bit }) => {
      c.assertBool('x', x);
      c.send(FELT, [at.add(bit.mul(flag)), x], flag);
    },
  ],
  ['x (x - 2) as a bit', chosenBy(({ bit }) => bit.mul(bit.sub(2)))],
  ['x (x - y) as a bit', chosenBy(({ bit, x }) => bit.mul(bit.sub(x)))],
  ['x (y - 1) as a bit', chosenBy(({ bit, x }) => bit.mul(x.sub(1)))],
  ['x (x + 1) as a bit', chosenBy(({ bit }) => bit.mul(bit.add(1)))],
  ['y (x - 1) as a bit', chosenBy(({ bit, x }) => x.mul(bit.sub(1)))],
  ['x - (x - 1) as a bit', chosenBy(({ bit }) => bit.add(bit.sub(1)))],
  [
    'a choice without a flag',
    (c, { bit, x, at, flag }) => {
      c.assertBool('bit', bit);
      c.send(FELT, [at.add(bit), x], flag);
    },
  ],
  [
    'a choice by a sum',
    (c, { bit, x, at, flag }) => {
      c.assertBool('sum', bit.add(x));
      c.send(FELT, [at.add(bit.add(x).mul(flag)), x], flag);
    },
  ],
  [
    "a choice by the key's own bit",
    (c, { x, at, flag }) => {
      c.assertBool('at', at);
      c.send(FELT, [flag.add(at.mul(flag)), x], flag);
    },
  ],
  [
    'a choice whose weight is no number',
    (c, { bit, x, at, flag }) => {
      c.assertBool('bit', bit);
      c.send(FELT, [at.add(bit.mul(flag).mul(at)), x], flag);
    },
  ],
  [
    'a choice whose flag is no column',
    (c, { bit, x, at, flag }) => {
      c.assertBool('bit', bit);
      c.send(FELT, [at.add(bit.add(flag).mul(2)), x], flag);
    },
  ],
  [
    'a chosen address that is provided',
    (c, { bit, x, at, flag }) => {
      c.assertBool('bit', bit);
      c.provide(FELT, [at.add(bit.mul(flag)), x], flag);
    },
  ],
];

it.each(refused)('refuses %s', (_, body) => {
  expect(() => usesOf(body)).toThrow('chip chip: the key does not decide an address or a count');
});
