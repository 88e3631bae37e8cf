/**
 * @module LogUp-GKR, verifier side (ePrint 2023/1284). All fractions of all buses are leaves of one binary tree; each
 * layer is reduced to the one below by a sumcheck, down to a claim about the leaves' multilinear extensions. The number
 * of layers is the machine's, whatever the heights.
 */

import { bindingOrder, type LeafClaim } from '../protocol/gkr.ts';
import type { Backend } from '../transcript/backend.ts';
import type { VerifierChannel } from '../transcript/channel.ts';

/**
 * g(challenge) for the quadratic g with (1 - r) g(0) + r g(1) = claim, from g(1) and its leading coefficient. The factor
 * eq(r, X) is stripped from g, which keeps the message at two elements.
 */
function strippedStep<F, E>(b: Backend<F, E>, claim: E, r: E, g1: E, leading: E, challenge: E): E {
  const inverse = b.inverse(b.sub(b.constant(1), r), 'gkr');
  const g0 = b.mul(b.sub(claim, b.mul(r, g1)), inverse);
  const middle = b.sub(b.sub(g1, g0), leading);
  return b.add(g0, b.mul(challenge, b.add(middle, b.mul(challenge, leading))));
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
  const top = channel.receiveExt('gkr/top', 4) as [E, E, E, E];
  const [numerator, denominator] = addFractions(b, top);
  // A zero denominator could hide any numerator.
  const root = b.mul(numerator, b.inverse(denominator, 'gkr'));
  b.assertEqual(b.add(root, publicSum), b.constant(0), 'bus_balance', 'the sum of all bus fractions is zero');
  let mu = transcript.challenge('gkr/mu');
  let point = [mu];
  let [p, q] = atChild(b, top, mu);
  for (let variables = 1; variables < rowBits + leafBits; variables++) {
    const lambda = transcript.challenge('gkr/lambda');
    let claim = b.add(p, b.mul(lambda, q));
    const next = point.slice();
    for (const i of bindingOrder(variables, leafBits)) {
      const [g1, leading] = channel.receiveExt('gkr/sumcheck', 2) as [E, E];
      const rho = transcript.challenge('gkr/rho');
      claim = strippedStep(b, claim, point[i]!, g1, leading, rho);
      next[i] = rho;
    }
    const children = channel.receiveExt('gkr/children', 4) as [E, E, E, E];
    const [sum, product] = addFractions(b, children);
    b.assertEqual(claim, b.add(sum, b.mul(lambda, product)), 'gkr', `layer ${variables} follows from the one below`);
    mu = transcript.challenge('gkr/mu');
    [p, q] = atChild(b, children, mu);
    point = [mu, ...next];
  }
  return { point, numerator: p, denominator: q };
}

/** p0/q0 + p1/q1 from (p0, p1, q0, q1), not reduced. */
function addFractions<F, E>(b: Backend<F, E>, [p0, p1, q0, q1]: readonly [E, E, E, E]): [E, E] {
  return [b.add(b.mul(p0, q1), b.mul(p1, q0)), b.mul(q0, q1)];
}

function atChild<F, E>(b: Backend<F, E>, [p0, p1, q0, q1]: readonly [E, E, E, E], mu: E): [E, E] {
  return [b.add(p0, b.mul(mu, b.sub(p1, p0))), b.add(q0, b.mul(mu, b.sub(q1, q0)))];
}
