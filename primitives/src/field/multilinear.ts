/**
 * @module Multilinear helpers. A vector of 2^n values is a polynomial in n variables; bit i of an index is variable i.
 * eq(r, x) is the product over i of r_i x_i + (1 - r_i)(1 - x_i).
 */

import { sub as subFelt } from './base.ts';
import { add, type Ext, mul, mulBase, ONE, ZERO } from './ext.ts';
import { scaleExtInto } from './ext-kernel.ts';
import { addToExt, createExtVector, type ExtVector, getExt, setExt, viewExt } from './ext-vector.ts';

/** eq(r, .) over the hypercube: 2^r.length values. */
export function eqTable(r: readonly Ext[], scale: Ext = ONE): ExtVector {
  const out = createExtVector(1 << r.length);
  setExt(out, 0, scale);
  for (const [i, x] of r.entries()) {
    const size = 1 << i;
    const [low, high] = [viewExt(out, 0, size), viewExt(out, size, 2 * size)];
    scaleExtInto(high, low, x);
    for (const [j, plane] of low.planes.entries()) {
      const upper = high.planes[j]!;
      for (let k = 0; k < size; k++) plane[k] = subFelt(plane[k]!, upper[k]!);
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
