/**
 * @module The batched zerocheck, verifier side. One sumcheck shows that every constraint vanishes on every row and that
 * the columns give the leaf claims of the GKR argument, at whose point it runs. A table of 2^h rows is constant in the
 * variables from h on.
 */

import { inverse as inverseFelt, neg } from '@weft/primitives/field/base';
import type { Chip } from '../air/chip.ts';
import { evaluateNodes } from '../air/evaluate.ts';
import type { Machine } from '../air/machine.ts';
import { fingerprintOf } from '../protocol/fingerprint.ts';
import { bindingOrder, type LeafClaim } from '../protocol/gkr.ts';
import type { ChipContext } from '../protocol/zerocheck.ts';
import type { Backend } from '../transcript/backend.ts';
import type { VerifierChannel } from '../transcript/channel.ts';

/** Challenges that turn all constraints and leaf claims into one sum. */
export interface BatchingChallenges<E> {
  /** Constraint c weighs constraintAlpha^c, c counting from 1 over all chips: no two share a power, none meets the bus terms. */
  readonly constraintAlpha: E;
  /** Numerators and denominators are joined as n + epsilon (d - 1). */
  readonly epsilon: E;
}

/** A cubic through its values at 0, 1, 2, 3, at `x`. */
function interpolateCubic<F, E>(b: Backend<F, E>, values: readonly E[], x: E): E {
  const shifted = [0, 1, 2, 3].map((k) => b.sub(x, b.constant(k)));
  const scales = [neg(inverseFelt(6)), inverseFelt(2), neg(inverseFelt(2)), inverseFelt(6)];
  let sum = b.constant(0);
  for (const [k, value] of values.entries()) {
    let term = b.mulBase(value, b.felt(scales[k]!));
    for (const [l, factor] of shifted.entries()) if (l !== k) term = b.mul(term, factor);
    sum = b.add(sum, term);
  }
  return sum;
}

/** Runs the sumcheck, its variables in {@link bindingOrder}. Returns its point (row bits, lowest first) and the value that the columns there must give. */
export function verifyZerocheckRounds<F, E>(
  channel: VerifierChannel<F, E>,
  rowBits: number,
  { point, children: [n0, n1, d0, d1] }: LeafClaim<E>,
  { epsilon }: BatchingChallenges<E>,
): { rho: E[]; claim: E } {
  const { backend: b, transcript } = channel;
  const joined = (n: E, d: E): E => b.add(n, b.mul(epsilon, b.sub(d, b.constant(1))));
  const [first, ...order] = bindingOrder(rowBits, 0) as [number, ...number[]];
  const rho = new Array<E>(rowBits);
  // GKR leaves a claim where the first variable is 0 and one where it is 1, and constraints vanish at both.
  const values = [joined(n0, d0), joined(n1, d1), ...channel.receiveExt('zerocheck/sumcheck', 2)];
  rho[first] = transcript.challenge('zerocheck/rho');
  let claim = interpolateCubic(b, values, rho[first]);
  for (const i of order) {
    const message = channel.receiveExt('zerocheck/sumcheck', 3);
    const r = point[i]!;
    // eq(r, X) is stripped, so (1 - r) g(0) + r g(1) = claim gives the value that is not sent.
    const inverse = b.inverse(b.sub(b.constant(1), r), 'zerocheck');
    const g0 = b.mul(b.sub(claim, b.mul(r, message[0]!)), inverse);
    rho[i] = transcript.challenge('zerocheck/rho');
    claim = interpolateCubic(b, [g0, ...message], rho[i]);
  }
  return { rho, claim };
}

interface FractionValue<E> {
  readonly numerator: E;
  readonly denominator: E;
}

/** n + epsilon (d - 1) for the fraction n / d, or for the sum of two; three products then, where n and d by themselves take four. */
function leafTerm<F, E>(b: Backend<F, E>, epsilon: E, x: FractionValue<E>, y: FractionValue<E> | undefined): E {
  if (y === undefined) return b.add(x.numerator, b.mul(epsilon, b.sub(x.denominator, b.constant(1))));
  const rest = b.sub(b.mul(x.numerator, y.denominator), epsilon);
  return b.add(rest, b.mul(x.denominator, b.add(y.numerator, b.mul(epsilon, y.denominator))));
}

/** Constraint part and bus part of one chip's summand, from its columns at one point. */
export function evaluateChip<F, E>(
  b: Backend<F, E>,
  chip: Chip,
  columns: readonly E[],
  context: ChipContext<E>,
): { constraints: E; buses: E } {
  const values = evaluateNodes(b, chip.nodes, columns);
  let constraints = b.constant(0);
  for (const [c, { node }] of chip.constraints.entries()) {
    constraints = b.add(constraints, b.mul(context.constraintWeights[c]!, values[node]!));
  }
  const fractions = chip.interactions.map(({ bus, sign, tuple, count }) => ({
    numerator: sign === 1 ? values[count]! : b.sub(b.constant(0), values[count]!),
    denominator: fingerprintOf(
      b,
      context.fingerprint,
      bus,
      tuple.map((t) => values[t]!),
      // The width of a range, say, which all checks of that width share.
      [...tuple.keys()].filter((j) => chip.nodes[tuple[j]!]!.op === 'constant'),
    ),
  }));
  let buses = b.constant(0);
  for (const [l, [i, j]] of chip.leaves.entries()) {
    const term = leafTerm(b, context.epsilon, fractions[i]!, j === undefined ? undefined : fractions[j]!);
    buses = b.add(buses, b.mul(context.leafWeights[l]!, term));
  }
  return { constraints, buses };
}

/** Distinct powers x^1, x^2, ... for all constraints of all chips. */
export function constraintPowers<F, E>(b: Backend<F, E>, machine: Machine, x: E): E[] {
  const out: E[] = [];
  let power = x;
  for (let c = 0; c < machine.constraintCount; c++) {
    out.push(power);
    power = b.mul(power, x);
  }
  return out;
}
