/**
 * @module Vectors of extension elements as five base-field planes: coefficient j of element i is `planes[j][i]`.
 * Unit-stride planes are what the folding loops stream over.
 */
import { add as fadd, sub as fsub, P } from './base.ts';
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

/**
 * Multiplication by one fixed element as the 5 x 5 matrix of its action, so that loops with a constant factor
 * (folding at a challenge) prepare it once. Row i gives coefficient i of the product.
 */
export function multiplicationMatrix(c: Ext): Float64Array {
  const [b0, b1, b2, b3, b4] = c;
  const b14 = fsub(b1, b4);
  const b03 = fsub(b0, b3);
  const b42 = fsub(b4, b2);
  const b314 = fadd(fsub(b3, b1), b4);
  return Float64Array.of(
    ...[b0, b4, b3, b2, b14],
    ...[b1, b0, b4, b3, b2],
    ...[b2, b14, b03, b42, b314],
    ...[b3, b2, b14, b03, b42],
    ...[b4, b3, b2, b14, b03],
  );
}

/** out[i] = low[i] + challenge * (high[i] - low[i]) for i < out.length; `out` may be `low`. */
export function foldHalvesInto(out: ExtVector, low: ExtVector, high: ExtVector, challenge: Ext): void {
  const m = multiplicationMatrix(challenge);
  const d = new Float64Array(DEGREE);
  const h = new Float64Array(DEGREE);
  for (let i = 0; i < out.length; i++) {
    for (let j = 0; j < DEGREE; j++) {
      const x = fsub(high.planes[j]![i]!, low.planes[j]![i]!);
      d[j] = x & 0xffff;
      h[j] = x >>> 16;
    }
    for (let j = 0; j < DEGREE; j++) {
      const k = j * DEGREE;
      const upper = (h[0]! * m[k]! + h[1]! * m[k + 1]! + h[2]! * m[k + 2]! + h[3]! * m[k + 3]! + h[4]! * m[k + 4]!) % P;
      const lower = d[0]! * m[k]! + d[1]! * m[k + 1]! + d[2]! * m[k + 2]! + d[3]! * m[k + 3]! + d[4]! * m[k + 4]!;
      out.planes[j]![i] = fadd((upper * 65536 + lower) % P, low.planes[j]![i]!);
    }
  }
}
