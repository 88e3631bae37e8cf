/**
 * @module The chips of system calls that have rows of their own: per call of the executor's `calls`, one file here and one
 * line in this list.
 */
import type { Chip } from '@weft/prover/air/chip';
import { hintRead } from './hint-read.ts';

/** What a call adds to the machine. */
export interface CallChips {
  /** Each may have a tail. */
  readonly chips: readonly Chip[];
}

export const CALLS: readonly CallChips[] = [{ chips: [hintRead] }];
