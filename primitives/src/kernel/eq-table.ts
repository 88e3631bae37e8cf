/**
 * @module How kernels read eq tables: as two factors, of which the lower stays in the cache.
 */

/** Groups of a block of an array whose variables are bound from the lowest up: what is left of one is read in long runs. */
export const BLOCK_GROUPS = 2048;

/** Eq tables for a message over such arrays: a group of weights for each pair of groups of a block, and one for each block. */
export interface PairWeights {
  readonly low: number;
  readonly high: number;
}
