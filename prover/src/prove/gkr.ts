/**
 * @module LogUp-GKR, prover side; mirrors verify/gkr.
 */
import { type Ext, ONE, ZERO } from '@weft/primitives/field/ext';
import { lerp } from '@weft/primitives/field/multilinear';
import { bindingOrder, type LeafClaim } from '../protocol/gkr.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import type { Fraction, FractionTree } from './engine.ts';
import { childrenOf, halve, PlainLayer } from './layers.ts';

const EMPTY: Fraction = { numerator: ZERO, denominator: ONE };

/** Proves the sum of all fractions. */
export async function proveGkr(
  channel: ProverChannel,
  rowBits: number,
  leafBits: number,
  tree: FractionTree,
): Promise<LeafClaim<Ext>> {
  const { transcript } = channel;
  // jointLayers[j]: the interactions' sums after j halvings of their index.
  const jointLayers = [Array.from({ length: 2 ** leafBits }, (_, i) => tree.roots[i] ?? EMPTY)];
  for (let j = 1; j < leafBits; j++) jointLayers.push(halve(jointLayers[j - 1]!));
  const [left, right] = jointLayers[leafBits - 1]! as [Fraction, Fraction];
  channel.sendExt('gkr/top', [left.numerator, right.numerator, left.denominator, right.denominator]);
  let mu = transcript.challenge('gkr/mu');
  let point = [mu];
  let [p, q] = [lerp(left.numerator, right.numerator, mu), lerp(left.denominator, right.denominator, mu)];
  for (let variables = 1; variables < rowBits + leafBits; variables++) {
    const lambda = transcript.challenge('gkr/lambda');
    const next = point.slice();
    const layer =
      variables >= leafBits
        ? await tree.layer(variables - leafBits, lambda, point)
        : new PlainLayer(childrenOf(jointLayers[leafBits - 1 - variables]!, lambda), lambda, point);
    for (const i of bindingOrder(variables, leafBits)) {
      channel.sendExt('gkr/sumcheck', await layer.message(i));
      next[i] = transcript.challenge('gkr/rho');
      await layer.bind(i, next[i]!);
    }
    const children = await layer.finish();
    channel.sendExt('gkr/children', children);
    mu = transcript.challenge('gkr/mu');
    [p, q] = [lerp(children[0], children[1], mu), lerp(children[2], children[3], mu)];
    point = [mu, ...next];
  }
  return { point, numerator: p, denominator: q };
}
