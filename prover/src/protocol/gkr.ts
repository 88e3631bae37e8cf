/**
 * @module What both sides of LogUp-GKR agree on: the order of variables, and the claim that it leaves.
 *
 * Fractions over rows and interactions are added up over one bit of their index after the other: row bits from the third up, the first two
 * row bits, then interaction bits from the lowest up. A layer's variables are the bits that are left: row bits, then interaction bits.
 */

/** Claims about the leaves. */
export interface LeafClaim<E> {
  /** Row bits first, then interaction bits. Nothing reads the coordinate of row bit {@link LANE_BITS}, by which children are told apart. */
  readonly point: readonly E[];
  /** Numerators, then denominators, where that bit is 0 and where it is 1. */
  readonly children: readonly [E, E, E, E];
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

/**
 * The one of a layer's variables that tells the children of the layer above apart. That layer leaves values where it is 0 and where it is
 * 1: if it is bound first, these are the first round polynomial's values there.
 */
export function childVariable(variables: number, leafBits: number): number {
  return variables - leafBits > LANE_BITS ? LANE_BITS : 0;
}
