/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [
  999752990, 1847147396, 73622284, 1570925225, 1641525664, 391187054, 277337185, 646286554,
];
