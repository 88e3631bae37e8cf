/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  974248165, 530635683, 211042464, 1403015998, 333293193, 1220289484, 270334992, 1837166070,
];
