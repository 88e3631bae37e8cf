/**
 * @module Random and extreme values in kernel memory, for tests that hold kernels to their oracles.
 */
import { P } from '../field/base.ts';
import { add, type Ext, mul, ZERO } from '../field/ext.ts';
import { POSEIDON2_KOALABEAR as suite } from '../hash/suite.ts';
import { seeded } from '../testing.ts';
import { fromMontgomery, toMontgomery } from '../wasm/field.ts';
import { Kernels } from './kernels.ts';
import { VectorKernels } from './vectors.ts';

/** One set of kernels for all tests of a file. */
export const kernels: Kernels = new Kernels(suite).prepare();
const { memory, vectors } = kernels;

export const EDGES: readonly number[] = [0, 1, 2, P - 1, P - 2, 0xffff, 0x10000, 1 << 24, (1 << 30) + 7];
export const next = seeded(3).word;
/** A quarter of the values are extreme. */
export const random = (): number => (next() % 4 === 0 ? EDGES[next() % EDGES.length]! : next() % P);
export const randomExt = (): Ext => [random(), random(), random(), random(), random()];
export const randoms = (length: number): Ext[] => Array.from({ length }, randomExt);
export const LARGEST: Ext = [P - 1, P - 1, P - 1, P - 1, P - 1];

/** Writes base elements to fresh kernel memory. */
export function place(values: ArrayLike<number>): number {
  const at = memory.allocate(4 * values.length);
  memory.words.set(Array.from(values, toMontgomery), at / 4);
  return at;
}
export const read = (at: number, count: number): number[] =>
  Array.from(memory.words.subarray(at / 4, at / 4 + count), fromMontgomery);

/** Writes a vector of extension elements; lanes beyond its end are zero. */
export function placeExt(values: readonly Ext[], bytes: number = VectorKernels.bytes(values.length)): number {
  const at = memory.allocate(bytes);
  memory.words.fill(0, at / 4, (at + bytes) / 4);
  for (const [i, x] of values.entries()) vectors.set(at, i, x);
  return at;
}
export const readExt = (at: number, count: number): Ext[] =>
  Array.from({ length: count }, (_, i) => vectors.get(at, i));
export const dot = (a: readonly Ext[], b: readonly Ext[]): Ext => a.reduce((s, x, i) => add(s, mul(x, b[i]!)), ZERO);
