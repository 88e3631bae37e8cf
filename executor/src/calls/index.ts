/**
 * @module All system calls.
 */
import { ROW_OPERATIONS } from '../precompiles/index.ts';
import { poseidon2Permute } from '../precompiles/poseidon2.ts';
import type { SystemCall } from './call.ts';
import { type CallSet, createCallSet } from './call-set.ts';
import { commit } from './commit.ts';
import { commitDeferredProofs } from './commit-deferred.ts';
import { halt } from './halt.ts';
import { hintLen } from './hint-len.ts';
import { hintRead } from './hint-read.ts';
import { keccakPermute } from './keccak.ts';
import { multiplyWide } from './multiply-wide.ts';
import { rowCall } from './row-call.ts';
import { shaCompress } from './sha-compress.ts';
import { shaExtend, shaExtendBytes } from './sha-extend.ts';
import { enterUnconstrained, exitUnconstrained } from './unconstrained.ts';
import { write } from './write.ts';

export const CALLS: readonly SystemCall[] = [
  halt,
  write,
  enterUnconstrained,
  exitUnconstrained,
  commit,
  commitDeferredProofs,
  hintLen,
  hintRead,
  shaExtend,
  shaExtendBytes,
  shaCompress,
  keccakPermute,
  rowCall(poseidon2Permute),
  multiplyWide,
  ...ROW_OPERATIONS.map(rowCall),
];

/** What programs may call unless something else is said. */
export const STANDARD_CALLS: CallSet = createCallSet(CALLS);
