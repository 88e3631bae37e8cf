/**
 * @module Filled tables, as the prover and the debuggers take them.
 */
import type { Chip } from './chip.ts';

/** A filled table. */
export interface Trace {
  readonly chip: Chip;
  readonly logHeight: number;
  /** Committed columns of 2^logHeight rows. */
  readonly columns: readonly Uint32Array[];
  /** Fixed columns of as many rows. */
  readonly fixed: readonly Uint32Array[];
}
