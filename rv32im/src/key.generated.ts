/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  1828516953, 2061312318, 68357384, 347200469, 1889104469, 1589881516, 555170120, 328144310,
];
