/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  1006105634, 1169863513, 1689483542, 814427708, 1214638300, 549198237, 681687234, 2054588633,
];
