/**
 * @module What both sides of LogUp-GKR agree on: the order of variables, and the claim that it leaves.
 */

/** Claims about the leaves: numerators and denominators at `point` (row bits first, then interaction bits). */
export interface LeafClaim<E> {
  readonly point: readonly E[];
  readonly numerator: E;
  readonly denominator: E;
}

/**
 * The order in which a layer of `variables` variables is bound: row bits from the highest down, then interaction bits
 * from the highest down. Row bits are the lowest `variables - leafBits`.
 */
export function bindingOrder(variables: number, leafBits: number): number[] {
  const rows = Math.max(0, variables - leafBits);
  const order: number[] = [];
  for (let i = rows - 1; i >= 0; i--) order.push(i);
  for (let i = variables - 1; i >= rows; i--) order.push(i);
  return order;
}
