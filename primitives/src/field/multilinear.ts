/**
 * @module Multilinear helpers. A vector of 2^n values is a polynomial in n variables; bit i of an index is variable i.
 * eq(r, x) is the product over i of r_i x_i + (1 - r_i)(1 - x_i).
 */

import { add, type Ext, mul, mulBase, ONE, sub, ZERO } from './ext.ts';
import { addToExt, createExtVector, type ExtVector, getExt, setExt } from './ext-vector.ts';

/** eq(r, .) over the hypercube: 2^r.length values. */
export function eqTable(r: readonly Ext[], scale: Ext = ONE): ExtVector {
  const out = createExtVector(1 << r.length);
  setExt(out, 0, scale);
  for (let i = 0; i < r.length; i++) {
    const size = 1 << i;
    for (let x = 0; x < size; x++) {
      const value = getExt(out, x);
      const upper = mul(value, r[i]!);
      setExt(out, x + size, upper);
      setExt(out, x, sub(value, upper));
    }
  }
  return out;
}

/** Value at `point` of the multilinear polynomial with base-field `values`. */
export function evaluateBase(values: Uint32Array, point: readonly Ext[]): Ext {
  const eq = eqTable(point);
  let sum: Ext = ZERO;
  for (let x = 0; x < values.length; x++) if (values[x] !== 0) sum = add(sum, mulBase(getExt(eq, x), values[x]!));
  return sum;
}

/** Value at `point` of the multilinear polynomial with extension `values`. */
export function evaluateExt(values: ExtVector, point: readonly Ext[]): Ext {
  const eq = eqTable(point);
  const sum = createExtVector(1);
  for (let x = 0; x < values.length; x++) addToExt(sum, 0, mul(getExt(eq, x), getExt(values, x)));
  return getExt(sum, 0);
}
