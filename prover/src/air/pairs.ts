/**
 * @module Which interactions of a chip share a leaf of the fraction tree.
 */
import type { Interaction, Leaf } from './chip.ts';

/**
 * Joins linear interactions in pairs: n1/d1 + n2/d2 = (n1 d2 + n2 d1) / (d1 d2) has degree 2, well below what the zerocheck
 * takes, and halves the tree of fractions. The others stay alone.
 */
export function pairInteractions(interactions: readonly Interaction[], degrees: readonly number[]): Leaf[] {
  const leaves: Leaf[] = [];
  let waiting: number | undefined;
  for (const i of interactions.keys()) {
    if (degrees[i]! > 1) {
      leaves.push([i]);
    } else if (waiting === undefined) {
      waiting = i;
    } else {
      leaves.push([waiting, i]);
      waiting = undefined;
    }
  }
  if (waiting !== undefined) leaves.push([waiting]);
  return leaves;
}
