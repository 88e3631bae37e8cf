/**
 * @module Chips of arithmetic. A result is no column: it is the expression that its row provides. Coefficients are columns
 * of the key, so that signs and constants cost no row of their own.
 */
import type { Expr } from '@weft/prover/air/expr';
import { DIGEST, defineRows, EXT, FELT, type RowChip } from './words.ts';

/** The product modulo x^5 + x^2 - 1, as `primitives/field/ext` has it. */
function multiplyExt(a: readonly Expr[], b: readonly Expr[]): Expr[] {
  const product: Expr[] = [];
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries()) {
      const term = x.mul(y);
      const sum = product[i + j];
      product[i + j] = sum === undefined ? term : sum.add(term);
    }
  // x^5 = 1 - x^2, the highest power first.
  for (let k = product.length - 1; k >= a.length; k--) {
    const high = product.pop()!;
    product[k - 5] = product[k - 5]!.add(high);
    product[k - 3] = product[k - 3]!.sub(high);
  }
  return product;
}

const scale = (a: readonly Expr[], factor: Expr): Expr[] => a.map((x) => x.mul(factor));
const addAll = (a: readonly Expr[], b: readonly Expr[]): Expr[] => a.map((x, i) => x.add(b[i]!));

/** q a b + s c */
const ext = defineRows('ext', {}, (c) => {
  const [x, y, z] = [c.extension('a'), c.extension('b'), c.extension('c')];
  const [atA, atB, atC, atOut] = [c.fixedCol('at_a'), c.fixedCol('at_b'), c.fixedCol('at_c'), c.fixedCol('at_out')];
  const [isReal, count, q, s] = [c.fixedCol('is_real'), c.fixedCol('count'), c.fixedCol('q'), c.fixedCol('s')];
  c.send(EXT, [atA, ...x], isReal);
  c.send(EXT, [atB, ...y], isReal);
  c.send(EXT, [atC, ...z], isReal);
  c.provide(EXT, [atOut, ...addAll(scale(multiplyExt(x, y), q), scale(z, s))], count);
});

/** q a + s b */
const linear = defineRows('linear', {}, (c) => {
  const [x, y] = [c.extension('a'), c.extension('b')];
  const [atA, atB, atOut] = [c.fixedCol('at_a'), c.fixedCol('at_b'), c.fixedCol('at_out')];
  const [isReal, count, q, s] = [c.fixedCol('is_real'), c.fixedCol('count'), c.fixedCol('q'), c.fixedCol('s')];
  c.send(EXT, [atA, ...x], isReal);
  c.send(EXT, [atB, ...y], isReal);
  c.provide(EXT, [atOut, ...addAll(scale(x, q), scale(y, s))], count);
});

/** q a f + s c for a base element f */
const extBase = defineRows('ext_base', {}, (c) => {
  const [x, f, z] = [c.extension('a'), c.felt('f').e, c.extension('c')];
  const [atA, atF, atC, atOut] = [c.fixedCol('at_a'), c.fixedCol('at_f'), c.fixedCol('at_c'), c.fixedCol('at_out')];
  const [isReal, count, q, s] = [c.fixedCol('is_real'), c.fixedCol('count'), c.fixedCol('q'), c.fixedCol('s')];
  c.send(EXT, [atA, ...x], isReal);
  c.send(FELT, [atF, f], isReal);
  c.send(EXT, [atC, ...z], isReal);
  c.provide(EXT, [atOut, ...addAll(scale(x, f.mul(q)), scale(z, s))], count);
});

/** q a b + s c on base elements */
const base = defineRows('base', {}, (c) => {
  const [x, y, z] = c.felts('x', 3).map(({ e }) => e) as [Expr, Expr, Expr];
  const [atA, atB, atC, atOut] = [c.fixedCol('at_a'), c.fixedCol('at_b'), c.fixedCol('at_c'), c.fixedCol('at_out')];
  const [isReal, count, q, s] = [c.fixedCol('is_real'), c.fixedCol('count'), c.fixedCol('q'), c.fixedCol('s')];
  c.send(FELT, [atA, x], isReal);
  c.send(FELT, [atB, y], isReal);
  c.send(FELT, [atC, z], isReal);
  c.provide(FELT, [atOut, x.mul(y).mul(q).add(z.mul(s))], count);
});

/** Five base words, one after another, become an extension word. */
const pack = defineRows('pack', {}, (c) => {
  const x = c.extension('x');
  const [atFelts, atOut, isReal, count] = [
    c.fixedCol('at_felts'),
    c.fixedCol('at_out'),
    c.fixedCol('is_real'),
    c.fixedCol('count'),
  ];
  for (const [i, coefficient] of x.entries()) c.send(FELT, [atFelts.add(i), coefficient], isReal);
  c.provide(EXT, [atOut, ...x], count);
});

/** Rows that share their weights in one row of `fold`. */
export const FOLD_LANES = 4;

/** Adds to each of four sums eight products of a weight and an element of an opened row, the weights being shared. */
const fold = defineRows('fold', {}, (c) => {
  const weights = Array.from({ length: 8 }, (_, j) => c.extension(`w${j}`));
  const lanes = Array.from({ length: FOLD_LANES }, (_, k) => ({
    values: c.felts(`x${k}`, 8).map(({ e }) => e),
    sum: c.extension(`sum${k}`),
  }));
  const [isReal, atWeights] = [c.fixedCol('is_real'), c.fixedCol('at_weights')];
  for (const [j, weight] of weights.entries()) c.send(EXT, [atWeights.add(j), ...weight], isReal);
  for (const [k, { values, sum }] of lanes.entries()) {
    const [atValues, atSum, atOut] = [`at_values_${k}`, `at_sum_${k}`, `at_out_${k}`].map((n) => c.fixedCol(n)) as [
      Expr,
      Expr,
      Expr,
    ];
    c.send(DIGEST, [atValues, ...values], isReal);
    c.send(EXT, [atSum, ...sum], isReal);
    const total = weights.reduce((all, weight, j) => addAll(all, scale(weight, values[j]!)), sum);
    c.provide(EXT, [atOut, ...total], c.fixedCol(`count_${k}`));
  }
});

/**
 * Adds to one sum eight products of a weight and a base word, each eight one after another. Where base words are provided by ones it
 * takes 6.6 cells a product, and fewer columns than `fold`.
 */
const dot = defineRows('dot', {}, (c) => {
  const weights = Array.from({ length: 8 }, (_, j) => c.extension(`w${j}`));
  const values = c.felts('x', 8).map(({ e }) => e);
  const sum = c.extension('sum');
  const [isReal, atWeights, atValues] = [c.fixedCol('is_real'), c.fixedCol('at_weights'), c.fixedCol('at_values')];
  const [atSum, atOut, count] = [c.fixedCol('at_sum'), c.fixedCol('at_out'), c.fixedCol('count')];
  for (const [j, weight] of weights.entries()) c.send(EXT, [atWeights.add(j), ...weight], isReal);
  for (const [j, value] of values.entries()) c.send(FELT, [atValues.add(j), value], isReal);
  c.send(EXT, [atSum, ...sum], isReal);
  const total = weights.reduce((all, weight, j) => addAll(all, scale(weight, values[j]!)), sum);
  c.provide(EXT, [atOut, ...total], count);
});

export const ARITHMETIC: Readonly<Record<'ext' | 'linear' | 'extBase' | 'base' | 'pack' | 'fold' | 'dot', RowChip>> = {
  ext,
  linear,
  extBase,
  base,
  pack,
  fold,
  dot,
};
