/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  1101543318, 1936958800, 2026056197, 1463262791, 1004608353, 1995778000, 1965864520, 471385756,
];
