/**
 * @module LogUp-GKR, verifier side (ePrint 2023/1284). All fractions of all buses are leaves of one binary tree; each
 * layer is reduced to the one below by a sumcheck, down to a claim about the leaves' multilinear extensions. The number
 * of layers is the machine's, whatever the heights.
 */

import { bindingOrder, childVariable, type LeafClaim } from '../protocol/gkr.ts';
import type { Backend } from '../transcript/backend.ts';
import type { VerifierChannel } from '../transcript/channel.ts';

/** A quadratic, by its values at 0 and at 1 and its leading coefficient, at `x`. */
function quadraticAt<F, E>(b: Backend<F, E>, g0: E, g1: E, leading: E, x: E): E {
  const middle = b.sub(b.sub(g1, g0), leading);
  return b.add(g0, b.mul(x, b.add(middle, b.mul(x, leading))));
}

/**
 * g(challenge) for the quadratic g with (1 - r) g(0) + r g(1) = claim, from g(1) and its leading coefficient. The factor
 * eq(r, X) is stripped from g, which keeps the message at two elements.
 */
function strippedStep<F, E>(b: Backend<F, E>, claim: E, r: E, g1: E, leading: E, challenge: E): E {
  const inverse = b.inverse(b.sub(b.constant(1), r), 'gkr');
  const g0 = b.mul(b.sub(claim, b.mul(r, g1)), inverse);
  return quadraticAt(b, g0, g1, leading, challenge);
}

/**
 * @param publicSum - what the verifier's own tuples add to the sum of all fractions.
 * @throws {VerificationError} `bus_balance` when the fractions do not cancel, `gkr` when a layer does not reduce.
 */
export function verifyGkr<F, E>(
  channel: VerifierChannel<F, E>,
  rowBits: number,
  leafBits: number,
  publicSum: E,
): LeafClaim<E> {
  const { backend: b, transcript } = channel;
  let children = channel.receiveExt('gkr/top', 4) as [E, E, E, E];
  const [numerator, denominator] = addFractions(b, children);
  // A zero denominator could hide any numerator.
  const root = b.mul(numerator, b.inverse(denominator, 'gkr'));
  b.assertEqual(b.add(root, publicSum), b.constant(0), 'bus_balance', 'the sum of all bus fractions is zero');
  let point: E[] = [b.constant(0)];
  for (let variables = 1; variables < rowBits + leafBits; variables++) {
    const lambda = transcript.challenge('gkr/lambda');
    const [p0, p1, q0, q1] = children;
    const [g0, g1] = [b.add(p0, b.mul(lambda, q0)), b.add(p1, b.mul(lambda, q1))];
    const newest = childVariable(variables, leafBits);
    const order = bindingOrder(variables, leafBits);
    const next = point.slice();
    let claim: E;
    if (order[0] === newest) {
      // Both values are claims already: none is a combination of them at a point, so the message is what they leave open.
      const [leading] = channel.receiveExt('gkr/sumcheck', 1) as [E];
      next[newest] = transcript.challenge('gkr/rho');
      claim = quadraticAt(b, g0, g1, leading, next[newest]);
      order.shift();
    } else {
      point[newest] = transcript.challenge('gkr/mu');
      claim = b.add(g0, b.mul(point[newest], b.sub(g1, g0)));
    }
    for (const i of order) {
      const [atOne, leading] = channel.receiveExt('gkr/sumcheck', 2) as [E, E];
      next[i] = transcript.challenge('gkr/rho');
      claim = strippedStep(b, claim, point[i]!, atOne, leading, next[i]);
    }
    children = channel.receiveExt('gkr/children', 4) as [E, E, E, E];
    const [sum, product] = addFractions(b, children);
    b.assertEqual(claim, b.add(sum, b.mul(lambda, product)), 'gkr', `layer ${variables} follows from the one below`);
    point = next.toSpliced(childVariable(variables + 1, leafBits), 0, b.constant(0));
  }
  return { point, children };
}

/** p0/q0 + p1/q1 from (p0, p1, q0, q1), not reduced. */
function addFractions<F, E>(b: Backend<F, E>, [p0, p1, q0, q1]: readonly [E, E, E, E]): [E, E] {
  return [b.add(b.mul(p0, q1), b.mul(p1, q0)), b.mul(q0, q1)];
}
