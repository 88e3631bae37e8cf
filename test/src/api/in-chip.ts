/** @module Calls inside the body of a chip, for rows of functions that are called there only. */
import * as prover from '@weft/prover';
import type { Argument } from './bad-values.ts';

/** A call inside the body of a chip: of a gadget, or of the builder. */
export const inChip =
  (work: (c: prover.ChipBuilder, ...args: never[]) => unknown) =>
  (...args: never[]): prover.Chip =>
    prover.defineChip('test', {}, (c) => void work(c, ...args));
/** Stands for a good value that only exists inside the chip. */
export const GOOD: unique symbol = Symbol('good');
export const inside = (...bad: readonly unknown[]): Argument => ({
  good: GOOD,
  bad: [undefined, null, 5, 'text', Number.NaN, {}, ...bad],
});
/** What a call inside a chip is given, or the good value that it stands for. */
export const or = <T>(given: unknown, good: T): T => (given === GOOD ? good : (given as T));
export const other: { expr?: prover.Expr; fill?: prover.Fill } = {};
prover.defineChip('other', {}, (c) => {
  // Enough nodes that numbers of this chip mean something else in another.
  for (let i = 0; i < 20; i++) other.expr = c.col(`x${i}`, (other.fill = c.event(`e${i}`)));
});
export const noExpr: readonly unknown[] = [undefined, null, 'text', Number.NaN, 0.5, {}, other.expr];
export const noFill: readonly unknown[] = [null, 'text', Number.NaN, 0.5, {}, other.fill];
/** A word as bytes. */
export const limbsOf = (c: prover.ChipBuilder, of: string): prover.LimbColumns => {
  const fills = [0, 8, 16, 24].map((by) => c.event(of).shr(by).and(255));
  const limbs = fills.map((fill, i) => c.col(`${of}_${i}`, fill));
  return { limbBits: 8, limbs, fills, low: limbs.map(() => 0), high: limbs.map(() => 255) };
};

/** What is wrong with a number's limbs. */
export const badLimbs: readonly object[] = [
  ...[4, 12, 32, 0, Number.NaN, '8', undefined, null].map((limbBits) => ({ limbBits })),
  ...[undefined, 5, {}, [1, 2, 3, 4], [null, null, null, null]].map((limbs) => ({ limbs })),
  ...[undefined, 5, {}, [], [1, 2, 3, 4]].map((fills) => ({ fills })),
];
