/**
 * @module The batched zerocheck, prover side; mirrors verify/zerocheck.
 */
import { inverse as inverseFelt } from '@weft/primitives/field/base';
import { add, type Ext, inverse, mul, mulBase, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { bindingOrder } from '../protocol/gkr.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import type { ZerocheckSums } from './engine.ts';

/**
 * Proves that the tables' summands add up as claimed. Returns the point.
 * @param ends - what they add up to where the first variable is 0 and where it is 1.
 */
export async function proveZerocheck(
  channel: ProverChannel,
  point: readonly Ext[],
  ends: readonly [Ext, Ext],
  sums: ZerocheckSums,
): Promise<Ext[]> {
  const rho = new Array<Ext>(point.length);
  let [g0, g1] = ends;
  let current = ZERO;
  for (const [round, i] of bindingOrder(point.length, 0).entries()) {
    const [atOne, g2, cubic] = await sums.message(i);
    if (round > 0) {
      g1 = atOne;
      const r = point[i]!;
      g0 = mul(sub(current, mul(r, g1)), inverse(sub(ONE, r)));
    }
    // The third difference of a cubic is six times its leading coefficient.
    const g3 = add(sub(add(mulBase(cubic, 6), g0), mulBase(g1, 3)), mulBase(g2, 3));
    channel.sendExt('zerocheck/sumcheck', round === 0 ? [g2, g3] : [g1, g2, g3]);
    rho[i] = channel.transcript.challenge('zerocheck/rho');
    current = cubicAt([g0, g1, g2, g3], rho[i]!);
    await sums.bind(i, rho[i]!);
  }
  return rho;
}

/** The cubic through its values at 0, 1, 2, 3, at `x`, by Newton's forward differences. */
function cubicAt(values: readonly Ext[], x: Ext): Ext {
  let differences = values.slice();
  let result: Ext = ZERO;
  let binomial: Ext = ONE;
  for (let k = 0; k < 4; k++) {
    result = add(result, mul(binomial, differences[0]!));
    binomial = mulBase(mul(binomial, sub(x, [k, 0, 0, 0, 0])), inverseFelt(k + 1));
    differences = differences.slice(1).map((d, i) => sub(d, differences[i]!));
  }
  return result;
}
