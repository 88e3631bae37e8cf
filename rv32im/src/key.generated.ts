/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  459302551, 1299453287, 819886493, 873280764, 842508299, 1005290609, 2129778849, 1087402350,
];
