/**
 * @module WHIR, prover side; mirrors verify/whir. The committed vector is read as coefficients: with k the first fold,
 * column j of the codeword is the polynomial of the coefficients i 2^k + j, and one leaf is one row of all columns.
 */
import { type Ext, mul, powers } from '@weft/primitives/field/ext';
import { logRows, type WhirParameters, type WhirRound } from '../protocol/parameters.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import type { Commitment, OpeningSums } from './engine.ts';

/**
 * Draws the samples of a round when its commitment has been sent, and sends what the committed polynomial is at them.
 * @returns the samples.
 */
export async function answerSamples(
  channel: ProverChannel,
  label: string,
  { outOfDomainSamples }: WhirRound,
  committed: Pick<OpeningSums, 'evaluate'>,
): Promise<Ext[]> {
  if (outOfDomainSamples === 0) return [];
  const samples = channel.transcript.challenges(`${label}/out_of_domain`, outOfDomainSamples);
  const answers: Ext[] = [];
  for (const z of samples) answers.push(await committed.evaluate(z));
  channel.sendExt(`${label}/out_of_domain_answers`, answers);
  return samples;
}

/**
 * Proves the sum over x of f(x) W(x) that `sums` was made for.
 * @param samples - at which the polynomial was evaluated when it was committed to.
 */
export async function proveWhir(
  channel: ProverChannel,
  parameters: WhirParameters,
  label: string,
  commitment: Commitment,
  sums: OpeningSums,
  samples: readonly Ext[],
): Promise<void> {
  const { transcript } = channel;
  let current = commitment;
  if (samples.length > 0) {
    const gamma = transcript.challenge(`${label}/sample_gamma`);
    const coefficients = powers(gamma, samples.length).map((c) => mul(c, gamma));
    for (const [k, z] of samples.entries()) await sums.addPowers(z, coefficients[k]!);
  }
  const step = async (grinding: number): Promise<void> => {
    channel.sendExt(`${label}/sumcheck`, await sums.message());
    channel.grind(`${label}/fold_work`, grinding);
    await sums.bind(transcript.challenge(`${label}/alpha`));
  };
  for (const [i, round] of parameters.rounds.entries()) {
    for (let k = 0; k < round.fold; k++) await step(round.foldGrinding);
    const next = parameters.rounds[i + 1];
    let nextCommitment: Commitment | undefined;
    let drawn: Ext[] = [];
    if (next === undefined) {
      channel.sendExt(`${label}/final_polynomial`, await sums.coefficients());
    } else {
      nextCommitment = await sums.commit(next);
      channel.sendCap(`${label}/cap`, nextCommitment, next.logCap);
      drawn = await answerSamples(channel, label, next, sums);
    }
    channel.grind(`${label}/query_work`, round.queryGrinding);
    const bitLists = transcript.challengePositions(`${label}/positions`, round.queries, logRows(round));
    const positions = bitLists.map((bits) => bits.reduce((index, bit, k) => index + bit * 2 ** k, 0));
    await channel.openRows(current, positions, round.logCap);
    const gamma = transcript.challenge(`${label}/gamma`);
    const coefficients = powers(gamma, drawn.length + positions.length).map((c) => mul(c, gamma));
    for (const [k, z] of drawn.entries()) await sums.addPowers(z, coefficients[k]!);
    await sums.addRows(logRows(round), positions, coefficients.slice(drawn.length));
    if (nextCommitment !== undefined) current = nextCommitment;
  }
  for (let k = 0; k < parameters.finalVariables; k++) await step(0);
}
