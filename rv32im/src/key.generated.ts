/**
 * @module What is known of the machine's key without making it. Written by `pnpm keys`.
 */
import type { Digest } from '@weft/primitives/hash/modes';

/** Binds everything that proofs of shards rest on. */
export const MACHINE_DIGEST: Digest = [488913987, 1815536528, 959882505, 1518436911, 1747995118, 101307404, 1571985937, 1240841622];
