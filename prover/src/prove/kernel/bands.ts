/**
 * @module How the layers of the tree of fractions lie in kernel memory: one band for all leaves of tables of one height of which as much is
 * used.
 */
import type { Ext } from '@weft/primitives/field/ext';
import type { Band } from '@weft/primitives/kernel/fractions';
import type { VectorKernels } from '@weft/primitives/kernel/vectors';
import { GROUP_BYTES, LANES } from '@weft/primitives/wasm/extension';

/** Leaves of tables of one height and of as many parts in use, and their place in some layer. */
export interface LayerBand extends Band {
  readonly leaves: readonly number[];
  /** log2 of the pairs of children in each array. */
  readonly logPairs: number;
  /** Groups of each array that are in use, the first ones. */
  readonly used: number;
  /** Denominators of each leaf's children in the others, if there are any; numerators are zero there. */
  readonly padding: readonly Ext[];
}

/** Groups of one array, which has one at least. */
export function groupsOf(logPairs: number): number {
  return Math.max(1, 2 ** logPairs / LANES);
}

/** Vectors of a power of two of groups would share cache sets: four more groups between them. */
export function strideOf(groups: number): number {
  return (groups + (groups >= 64 ? 4 : 0)) * GROUP_BYTES;
}

/** Bytes from one of a part's arrays to the next. */
export function bandStride(logPairs: number): number {
  return strideOf(groupsOf(logPairs));
}

/** Sets `groups` groups from `first` on of each leaf's arrays, which lie together: one element in the two of numerators, one in the others. */
export function fillArrays(
  vectors: VectorKernels,
  { base, stride, partBytes }: Band,
  [first, groups]: readonly [first: number, groups: number],
  leaves: readonly (readonly [numerator: Ext, denominator: Ext])[],
): void {
  for (const [part, [numerator, denominator]] of leaves.entries())
    for (let k = 0; k < 4; k++) {
      const at = base + part * partBytes + k * stride + first * GROUP_BYTES;
      vectors.fill(at, groups, k < 2 ? numerator : denominator);
    }
}
