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

/** Binds the highest variable. */
export function foldHalves(v: readonly Ext[], c: Ext): Ext[] {
  const n = v.length / 2;
  return Array.from({ length: n }, (_, i) => lerp(v[i]!, v[n + i]!, c));
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
