/**
 * @module What both sides of the zerocheck agree on: with which weights a chip's constraints and leaves are summed.
 */
import type { Fingerprint } from './fingerprint.ts';

/** What the summand of a chip depends on; a leaf's weight is eq of its index with the GKR point. */
export interface ChipContext<E> {
  readonly leafWeights: readonly E[];
  readonly constraintWeights: readonly E[];
  readonly epsilon: E;
  readonly fingerprint: Fingerprint<E>;
}
