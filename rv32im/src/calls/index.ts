/**
 * @module The chips of system calls that have rows of their own: per call of the executor's `calls`, one file here and one
 * line in this list.
 */
import type { Chip } from '@weft/prover/air/chip';
import { hintRead } from './hint-read.ts';
import { keccak, keccakMemory } from './keccak.ts';
import { shaCompress, shaExtend, shaFinal } from './sha256.ts';

/** What a call adds to the machine. */
export interface CallChips {
  /** Each may have a tail. */
  readonly chips: readonly Chip[];
}

export const CALLS: readonly CallChips[] = [{ chips: [hintRead] }];

/** Precompiles that a shard has together or not at all. */
export interface Family {
  readonly name: string;
  /** Without tails, which would double the columns that a verifier of their set looks at. */
  readonly chips: readonly Chip[];
}

export const FAMILIES: readonly Family[] = [
  { name: 'sha256', chips: [shaExtend, shaCompress, shaFinal] },
  { name: 'keccak', chips: [keccak, keccakMemory] },
];
