/**
 * @module WHIR, verifier side (ePrint 2024/1586, section 5, in the interleaved form of docs/protocol.md). Checks that the
 * committed polynomial f satisfies sum over x of f(x) W(x) = claim, W being known to the verifier at any one point.
 */
import { mul as mulFelt, rootOfUnity } from '@weft/primitives/field/base';
import { DEGREE } from '@weft/primitives/field/ext';
import { logRows, type WhirParameters, type WhirRound } from '../protocol/parameters.ts';
import { tensor } from '../protocol/stacking.ts';
import type { Backend, TreeShape } from '../transcript/backend.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { assertOpened } from './merkle.ts';

/**
 * A later contribution to W: coefficient times the tensor (1, y)(1, y^2)(1, y^4)... over the variables from `start` on, y
 * being an out-of-domain sample or the domain point of a queried row.
 */
type PowerTerm<F, E> = { readonly coefficient: E; readonly start: number } & PowerPoint<F, E>;

type PowerPoint<F, E> = { readonly sample: E } | { readonly domain: F };

/** A value that the polynomial of some coefficients is said to have. */
type PointClaim<F, E> = PowerPoint<F, E> & { readonly value: E };

/** A value at an out-of-domain sample. */
export interface SampleClaim<E> {
  readonly sample: E;
  readonly value: E;
}

/** Draws the samples of a round when its commitment has been received, and receives what the committed polynomial is at them. */
export function receiveSamples<F, E>(
  channel: VerifierChannel<F, E>,
  label: string,
  { outOfDomainSamples }: WhirRound,
): SampleClaim<E>[] {
  if (outOfDomainSamples === 0) return [];
  const samples = channel.transcript.challenges(`${label}/out_of_domain`, outOfDomainSamples);
  const values = channel.receiveExt(`${label}/out_of_domain_answers`, outOfDomainSamples);
  return samples.map((sample, k) => ({ sample, value: values[k]! }));
}

/** The factors 1 - z_k + z_k y^(2^k) of a term. */
function termFactors<F, E>(b: Backend<F, E>, term: PowerTerm<F, E>, point: readonly E[]): E[] {
  const one = b.constant(1);
  if ('sample' in term) {
    let power = term.sample;
    return point.map((z) => {
      const factor = b.add(b.sub(one, z), b.mul(z, power));
      power = b.mul(power, power);
      return factor;
    });
  }
  let power = term.domain;
  return point.map((z) => {
    const factor = b.add(b.sub(one, z), b.mulBase(z, power));
    power = b.mulFelt(power, power);
    return factor;
  });
}

/** One degree-2 sumcheck step: the message is g(0) and the leading coefficient. Returns the next claim. */
function quadraticStep<F, E>(b: Backend<F, E>, claim: E, message: readonly E[], challenge: E): E {
  const [g0, leading] = message as [E, E];
  const g1 = b.sub(claim, g0);
  const middle = b.sub(b.sub(g1, g0), leading);
  return b.add(g0, b.mul(challenge, b.add(middle, b.mul(challenge, leading))));
}

/** The domain point of a row: positions count in bit-reversed order of the exponent. */
function domainPoint<F, E>(b: Backend<F, E>, position: readonly F[]): F {
  let y = b.felt(1);
  let power = rootOfUnity(position.length);
  for (let i = position.length - 1; i >= 0; i--) {
    y = b.mulFelt(y, b.selectFelt(position[i]!, b.felt(power), b.felt(1)));
    power = mulFelt(power, power);
  }
  return y;
}

function rowValues<F, E>(b: Backend<F, E>, row: readonly F[], isBase: boolean, weights: readonly E[]): E {
  if (isBase) return b.dotBase(weights, row);
  let value = b.constant(0);
  for (const [j, weight] of weights.entries())
    value = b.add(value, b.mul(weight, b.ext(row.slice(j * DEGREE, (j + 1) * DEGREE))));
  return value;
}

/**
 * @param commitment - its cap.
 * @param zeros - elements at the start of its rows that are zeros off the wire.
 * @param sampled - out of the domain of the first commitment, when it was received.
 * @param weightAt - evaluates W at a point of all variables, lowest first.
 * @throws {VerificationError} `opening`, `merkle` or `proof_of_work` (native backend).
 */
export function verifyWhir<F, E>(
  channel: VerifierChannel<F, E>,
  parameters: WhirParameters,
  label: string,
  commitment: readonly (readonly F[])[],
  zeros: TreeShape['zeros'],
  initialClaim: E,
  sampled: readonly SampleClaim<E>[],
  weightAt: (point: readonly E[]) => E,
): void {
  const { backend: b, transcript } = channel;
  const point: E[] = [];
  const terms: PowerTerm<F, E>[] = [];
  let cap = commitment;
  let claim = initialClaim;
  let finalPolynomial: E[] = [];
  /** Joins claims about the polynomial that is left to the claim that there is. */
  const join = (gamma: E, claims: readonly PointClaim<F, E>[]): void => {
    let coefficient = gamma;
    for (const { value, ...at } of claims) {
      terms.push({ coefficient, start: point.length, ...at });
      claim = b.add(claim, b.mul(coefficient, value));
      coefficient = b.mul(coefficient, gamma);
    }
  };
  // Of several candidates for the first commitment, the answers leave one: the claim has to be about that.
  if (sampled.length > 0) join(transcript.challenge(`${label}/sample_gamma`), sampled);
  const step = (grinding: number): E => {
    const message = channel.receiveExt(`${label}/sumcheck`, 2);
    channel.checkProofOfWork(`${label}/fold_work`, grinding);
    const foldAlpha = transcript.challenge(`${label}/alpha`);
    claim = quadraticStep(b, claim, message, foldAlpha);
    point.push(foldAlpha);
    return foldAlpha;
  };
  for (const [i, round] of parameters.rounds.entries()) {
    const weights = tensor(
      b,
      Array.from({ length: round.fold }, () => step(round.foldGrinding)),
    );
    const next = parameters.rounds[i + 1];
    let nextCap: F[][] = [];
    let samples: SampleClaim<E>[] = [];
    if (next === undefined) {
      finalPolynomial = channel.receiveExt(`${label}/final_polynomial`, 2 ** parameters.finalVariables);
    } else {
      nextCap = channel.receiveCap(`${label}/cap`, commitment[0]!.length, next.logCap);
      samples = receiveSamples(channel, label, next);
    }
    channel.checkProofOfWork(`${label}/query_work`, round.queryGrinding);
    const positions = transcript.challengePositions(`${label}/positions`, round.queries, logRows(round));
    const rowWidth = 2 ** round.fold * (i === 0 ? 1 : DEGREE);
    const tree = { logRows: logRows(round), logCap: round.logCap, rowWidth, zeros: i === 0 ? zeros : 0 };
    const opened = b.readRows(tree, positions);
    assertOpened(b, cap, positions, opened, label);
    const queried = positions.map((position, q) => ({
      domain: domainPoint(b, position),
      value: rowValues(b, opened[q]!.row, i === 0, weights),
    }));
    // Of the next commitment, or of the final polynomial: the values that it has to have are claims about it alike.
    join(transcript.challenge(`${label}/gamma`), [...samples, ...queried]);
    cap = nextCap;
  }
  const finalPoint = Array.from({ length: parameters.finalVariables }, () => step(0));
  let weight = weightAt(point);
  for (const term of terms) {
    const factors = termFactors(b, term, point.slice(term.start));
    weight = b.add(
      weight,
      factors.reduce((product, factor) => b.mul(product, factor), term.coefficient),
    );
  }
  let value = b.constant(0);
  for (const [x, eq] of tensor(b, finalPoint).entries()) value = b.add(value, b.mul(eq, finalPolynomial[x]!));
  b.assertEqual(claim, b.mul(weight, value), 'opening', `${label}: the final sumcheck claim`);
}
