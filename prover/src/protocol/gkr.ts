/**
 * @module What both sides of LogUp-GKR agree on: the order of variables, and the claim that it leaves.
 */

/** Claims about the leaves: numerators and denominators at `point` (row bits first, then interaction bits). */
export interface LeafClaim<E> {
  readonly point: readonly E[];
  readonly numerator: E;
  readonly denominator: E;
}

/** Row bits that number the elements of a prover's group: they are bound last. */
export const LANE_BITS = 2;

/**
 * The order in which a layer of `variables` variables is bound: row bits from the third up, interaction bits from the lowest up, and
 * the first two row bits. Row bits are the lowest `variables - leafBits`. A table has all of its rows in the lowest bits, so that
 * none waits while bits beyond its height are bound.
 */
export function bindingOrder(variables: number, leafBits: number): number[] {
  const rows = Math.max(0, variables - leafBits);
  const lanes = Math.min(rows, LANE_BITS);
  return [
    ...Array.from({ length: variables - lanes }, (_, i) => lanes + i),
    ...Array.from({ length: lanes }, (_, i) => i),
  ];
}
