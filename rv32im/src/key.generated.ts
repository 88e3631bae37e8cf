/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  315417244, 854989054, 455986046, 1074132053, 276618188, 601696796, 1691705950, 1723758188,
];
