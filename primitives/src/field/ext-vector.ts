/**
 * @module Vectors of extension elements as five base-field planes: coefficient j of element i is `planes[j][i]`.
 * Unit-stride planes are what the folding loops stream over.
 */
import { add as fadd } from './base.ts';
import { DEGREE, type Ext } from './ext.ts';

export interface ExtVector {
  readonly length: number;
  /** Five arrays of `length` canonical elements each. */
  readonly planes: readonly Uint32Array[];
}

/** A zero vector. */
export function createExtVector(length: number): ExtVector {
  const words = new Uint32Array(length * DEGREE);
  return { length, planes: Array.from({ length: DEGREE }, (_, j) => words.subarray(j * length, (j + 1) * length)) };
}

export function getExt(v: ExtVector, i: number): Ext {
  const p = v.planes;
  return [p[0]![i]!, p[1]![i]!, p[2]![i]!, p[3]![i]!, p[4]![i]!];
}

export function setExt(v: ExtVector, i: number, x: Ext): void {
  const p = v.planes;
  p[0]![i] = x[0];
  p[1]![i] = x[1];
  p[2]![i] = x[2];
  p[3]![i] = x[3];
  p[4]![i] = x[4];
}

/** Adds `x` to element `i`. */
export function addToExt(v: ExtVector, i: number, x: Ext): void {
  const p = v.planes;
  for (let j = 0; j < DEGREE; j++) p[j]![i] = fadd(p[j]![i]!, x[j]!);
}

/** The view of elements [start, end). */
export function viewExt(v: ExtVector, start: number, end: number): ExtVector {
  return { length: end - start, planes: v.planes.map((plane) => plane.subarray(start, end)) };
}

/** Embeds base elements. */
export function extVectorFromBase(values: Uint32Array): ExtVector {
  const out = createExtVector(values.length);
  out.planes[0]!.set(values);
  return out;
}
