/**
 * @module How kernels read eq tables: as two factors, of which the lower stays in the first-level cache.
 */

/** Groups of the lower factor, which share one weight of the upper. */
export const LOW_GROUPS = 128;

/** An eq table in two factors: the lower covers up to 2^9 elements, the upper has one element per run of those. */
export interface EqTable {
  readonly low: number;
  readonly high: number;
}

/** Groups of a block of an array whose variables are bound from the lowest up. */
export const BLOCK_GROUPS = 128;

/** Eq tables for a message over such arrays: a group of weights for each pair of groups of a block, and one for each block. */
export interface PairWeights {
  readonly low: number;
  readonly high: number;
}
