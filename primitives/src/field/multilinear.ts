/**
 * @module Multilinear helpers. A vector of 2^n values is a polynomial in n variables; bit i of an index is variable i.
 * eq(r, x) is the product over i of r_i x_i + (1 - r_i)(1 - x_i).
 */
import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from './ext.ts';

/** eq(point, .) over the hypercube: 2^point.length values. */
export function eqTable(point: readonly Ext[]): Ext[] {
  let out: Ext[] = [ONE];
  for (const x of point) {
    const high = out.map((v) => mul(v, x));
    out = [...out.map((v, i) => sub(v, high[i]!)), ...high];
  }
  return out;
}

/** low + c (high - low). */
export function lerp(low: Ext, high: Ext, c: Ext): Ext {
  return add(low, mul(c, sub(high, low)));
}

/** Index i with a bit inserted at position `bit`. */
export function insertBit(i: number, bit: number, value: 0 | 1): number {
  return Math.floor(i / 2 ** bit) * 2 ** (bit + 1) + value * 2 ** bit + (i % 2 ** bit);
}

/** Binds one variable of a vector's values. */
export function bindVariable(v: readonly Ext[], variable: number, c: Ext): Ext[] {
  return Array.from({ length: v.length / 2 }, (_, i) =>
    lerp(v[insertBit(i, variable, 0)]!, v[insertBit(i, variable, 1)]!, c),
  );
}

/** Value at `point` of the multilinear polynomial with base-field `values`. */
export function evaluateBase(values: Uint32Array, point: readonly Ext[]): Ext {
  let sum: Ext = ZERO;
  for (const [x, weight] of eqTable(point).entries()) if (values[x] !== 0) sum = add(sum, mulBase(weight, values[x]!));
  return sum;
}

/** Value at `point` of the multilinear polynomial with extension `values`. */
export function evaluateExt(values: readonly Ext[], point: readonly Ext[]): Ext {
  return eqTable(point).reduce((sum, weight, x) => add(sum, mul(weight, values[x]!)), ZERO);
}
