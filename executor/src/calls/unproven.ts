/**
 * @module Precompiles whose rows no table has yet, as calls of a run that nobody proves.
 */

import { OPERATIONS } from '../precompiles/index.ts';
import type { SystemCall } from './call.ts';
import { CALLS } from './index.ts';
import { precompile } from './precompile.ts';

const PROVEN = new Set(CALLS.map(({ code }) => code));

/** By their codes. */
export const UNPROVEN_CALLS: ReadonlyMap<number, SystemCall> = new Map(
  OPERATIONS.filter(({ code }) => !PROVEN.has(code)).map((operation) => [
    operation.code,
    precompile({ operation, tables: [], record: () => undefined }),
  ]),
);
