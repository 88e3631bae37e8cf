/**
 * @module Limits of a run that its caller sets.
 */

/** Cycles, when the caller names no limit. */
const DEFAULT_MAX_CYCLES = 2 ** 32;
/** Bytes of each kind of output, when the caller names no limit: 64 MiB. */
const DEFAULT_MAX_OUTPUT = 2 ** 26;
/** One array must be able to hold the public values. */
const LARGEST_OUTPUT = 2 ** 31;

/** How far a run may go; part of the options of every pass. */
export interface RunLimits {
  /**
   * Cycles that the run may take, HALT and unconstrained blocks included, and the work of hooks as about the cycles that take as long; 2^32
   * by default. A run that needs exactly as many halts, in every pass.
   */
  readonly maxCycles?: number | undefined;
  /**
   * Bytes that the guest may write, by default 64 MiB, at most 2 GiB: this many of public values, as many to standard output
   * and standard error together, and as many of hints of its own.
   */
  readonly maxOutput?: number | undefined;
}

/** @throws {RangeError} when a limit is no number of cycles or bytes. */
export function runLimits(options: RunLimits): { readonly maxCycles: number; readonly maxOutput: number } {
  const { maxCycles = DEFAULT_MAX_CYCLES, maxOutput = DEFAULT_MAX_OUTPUT } = options;
  if (!Number.isSafeInteger(maxCycles) || maxCycles < 1)
    throw new RangeError(`maxCycles is ${maxCycles}; a positive integer is needed`);
  if (!Number.isSafeInteger(maxOutput) || maxOutput < 0 || maxOutput > LARGEST_OUTPUT)
    throw new RangeError(`maxOutput is ${maxOutput}; an integer from 0 to ${LARGEST_OUTPUT} is needed`);
  return { maxCycles, maxOutput };
}
