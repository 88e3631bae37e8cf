/**
 * @module Block operations on extension vectors: the loops that the GKR and zerocheck provers share. All work on the
 * first `count` elements.
 */

import { add as addFelt, mul as mulFelt, sub as subFelt } from '@weft/primitives/field/base';
import { add, DEGREE, type Ext, mul, sub } from '@weft/primitives/field/ext';
import { mulExtBlock } from '@weft/primitives/field/ext-kernel';
import { createExtVector, type ExtVector } from '@weft/primitives/field/ext-vector';
import { BLOCK_ROWS } from '../air/evaluate.ts';

/** out = a + b. */
export function addExtBlock(out: ExtVector, a: ExtVector, b: ExtVector, count: number): void {
  for (let j = 0; j < DEGREE; j++) {
    const [o, x, y] = [out.planes[j]!, a.planes[j]!, b.planes[j]!];
    for (let i = 0; i < count; i++) o[i] = addFelt(x[i]!, y[i]!);
  }
}

/** out = a - b. */
export function subExtBlock(out: ExtVector, a: ExtVector, b: ExtVector, count: number): void {
  for (let j = 0; j < DEGREE; j++) {
    const [o, x, y] = [out.planes[j]!, a.planes[j]!, b.planes[j]!];
    for (let i = 0; i < count; i++) o[i] = subFelt(x[i]!, y[i]!);
  }
}

/** out += weight * values, for base-field values. */
export function accumulateBase(out: ExtVector, weight: Ext, values: Uint32Array, count: number): void {
  for (let j = 0; j < DEGREE; j++) {
    const w = weight[j]!;
    if (w === 0) continue;
    const o = out.planes[j]!;
    for (let i = 0; i < count; i++) o[i] = addFelt(o[i]!, mulFelt(w, values[i]!));
  }
}

/** A vector that repeats one element, for products of a block with a constant. */
export function constantBlock(x: Ext): ExtVector {
  const out = createExtVector(BLOCK_ROWS);
  for (let j = 0; j < DEGREE; j++) out.planes[j]!.fill(x[j]!);
  return out;
}

/** Sum of a[i] * b[i]. `scratch` holds the products. */
export function dotExt(a: ExtVector, b: ExtVector, count: number, scratch: ExtVector): Ext {
  mulExtBlock(scratch, a, b, count);
  const sums = [0, 0, 0, 0, 0];
  for (let j = 0; j < DEGREE; j++) {
    const plane = scratch.planes[j]!;
    let sum = 0;
    for (let i = 0; i < count; i++) sum = addFelt(sum, plane[i]!);
    sums[j] = sum;
  }
  return [sums[0]!, sums[1]!, sums[2]!, sums[3]!, sums[4]!];
}

/** 1 - x. */
export function oneMinus(x: Ext): Ext {
  return sub([1, 0, 0, 0, 0], x);
}

/** Linear interpolation between `low` (at 0) and `high` (at 1). */
export function lerp(low: Ext, high: Ext, x: Ext): Ext {
  return add(low, mul(x, sub(high, low)));
}
