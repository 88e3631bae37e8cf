/**
 * @module Values that tests put in, change and compare.
 */
import { P } from '@weft/primitives/field/base';

/** The least memory that proves anything, so that shards are small; one worker fits. */
export const LEAST_MEMORY: number = 435 * 2 ** 20;

/** An input item. */
export const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/** Field elements, of which the one at `k` is another. */
export const bump = (x: readonly number[], k = 0): number[] => x.map((v, i) => (i === k ? (v + 1) % P : v));

/** For proofs: the test runner's own comparison takes seconds for a megabyte. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
