/**
 * @module WHIR, prover side; mirrors verify/whir. The committed vector is read as coefficients: with k the first fold,
 * column j of the codeword is the polynomial of the coefficients i 2^k + j, and one leaf is one row of all columns.
 */
import { type Ext, mul, powers } from '@weft/primitives/field/ext';
import { logRows, type WhirParameters } from '../protocol/parameters.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import type { Commitment, OpeningSums } from './engine.ts';

/** Proves the sum over x of f(x) W(x) that `sums` was made for. */
export async function proveWhir(
  channel: ProverChannel,
  parameters: WhirParameters,
  label: string,
  commitment: Commitment,
  sums: OpeningSums,
): Promise<void> {
  const { transcript } = channel;
  let current = commitment;
  const step = async (grinding: number): Promise<void> => {
    channel.sendExt(`${label}/sumcheck`, await sums.message());
    channel.grind(`${label}/fold_work`, grinding);
    await sums.bind(transcript.challenge(`${label}/alpha`));
  };
  for (const [i, round] of parameters.rounds.entries()) {
    for (let k = 0; k < round.fold; k++) await step(round.foldGrinding);
    const next = parameters.rounds[i + 1];
    let nextCommitment: Commitment | undefined;
    let samples: Ext[] = [];
    if (next === undefined) {
      channel.sendExt(`${label}/final_polynomial`, await sums.coefficients());
    } else {
      nextCommitment = await sums.commit(next);
      channel.sendCap(`${label}/cap`, nextCommitment, next.logCap);
      samples = transcript.challenges(`${label}/out_of_domain`, next.outOfDomainSamples);
      const answers: Ext[] = [];
      for (const z of samples) answers.push(await sums.evaluate(z));
      channel.sendExt(`${label}/out_of_domain_answers`, answers);
    }
    channel.grind(`${label}/query_work`, round.queryGrinding);
    const drawn = transcript.challengePositions(`${label}/positions`, round.queries, logRows(round));
    const positions = drawn.map((bits) => bits.reduce((index, bit, k) => index + bit * 2 ** k, 0));
    await channel.openRows(current, positions, round.logCap);
    const gamma = transcript.challenge(`${label}/gamma`);
    const coefficients = powers(gamma, samples.length + positions.length).map((c) => mul(c, gamma));
    for (const [k, z] of samples.entries()) await sums.addPowers(z, coefficients[k]!);
    await sums.addRows(logRows(round), positions, coefficients.slice(samples.length));
    if (nextCommitment !== undefined) current = nextCommitment;
  }
  for (let k = 0; k < parameters.finalVariables; k++) await step(0);
}
