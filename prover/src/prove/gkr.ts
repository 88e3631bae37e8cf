/**
 * @module LogUp-GKR, prover side; mirrors verify/gkr.
 */
import { type Ext, ONE, ZERO } from '@weft/primitives/field/ext';
import { bindingOrder, childVariable, type LeafClaim } from '../protocol/gkr.ts';
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
  let children: [Ext, Ext, Ext, Ext] = [left.numerator, right.numerator, left.denominator, right.denominator];
  channel.sendExt('gkr/top', children);
  let point = [ZERO];
  for (let variables = 1; variables < rowBits + leafBits; variables++) {
    const lambda = transcript.challenge('gkr/lambda');
    const newest = childVariable(variables, leafBits);
    const order = bindingOrder(variables, leafBits);
    if (order[0] !== newest) point[newest] = transcript.challenge('gkr/mu');
    const next = point.slice();
    const layer =
      variables >= leafBits
        ? await tree.layer(variables - leafBits, lambda, point)
        : new PlainLayer(childrenOf(jointLayers[leafBits - 1 - variables]!, lambda), lambda, point);
    for (const [round, i] of order.entries()) {
      const [atOne, leading] = await layer.message(i);
      channel.sendExt('gkr/sumcheck', round === 0 && i === newest ? [leading] : [atOne, leading]);
      next[i] = transcript.challenge('gkr/rho');
      await layer.bind(i, next[i]!);
    }
    children = await layer.finish();
    channel.sendExt('gkr/children', children);
    point = next.toSpliced(childVariable(variables + 1, leafBits), 0, ZERO);
  }
  return { point, children };
}
