/**
 * Proofs of work of an opening. A changed nonce changes every later challenge, so that other checks may object; here the
 * prover itself leaves out the work of one step, and nothing else is wrong.
 */
import type { Ext } from '@weft/primitives/field/ext';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import type { WhirParameters } from '../protocol/parameters.ts';
import { oracleEngine } from '../prove/oracle/engine.ts';
import { commitPlain, evaluatePlain, OracleOpening } from '../prove/oracle/opening.ts';
import { answerSamples, proveWhir } from '../prove/whir.ts';
import { ProverChannel } from '../transcript/channel.ts';
import { verifyOpening } from './opening.test-support.ts';

const round = {
  logInverseRate: 1,
  regime: { kind: 'unique' as const },
  outOfDomainSamples: 1,
  queries: 3,
  queryGrinding: 5,
  foldGrinding: 4,
  logCap: 1,
};
const parameters: WhirParameters = {
  rounds: [
    { ...round, variables: 10, fold: 3 },
    { ...round, variables: 7, fold: 4, logInverseRate: 3 },
  ],
  finalVariables: 3,
};
/** Every fold of both rounds, and the queries of each. */
const WORKS = 3 + 1 + 4 + 1;

const { felt, ext } = seeded(81);
const values = Uint32Array.from({ length: 2 ** 10 }, felt);
const point = Array.from({ length: 10 }, ext);

/** The verdict on a true claim when the work numbered `skipped` is not done. */
async function verdict(skipped: number): Promise<{ reason: string; works: number }> {
  let works = 0;
  const channel = new ProverChannel(suite, (s, state, slot, bits) => {
    const nonce = oracleEngine.findNonce(s, state, slot, bits);
    if (works++ !== skipped) return nonce;
    // The lowest good nonce is found, so the one before it does not do.
    expect(nonce).toBeGreaterThan(0);
    return nonce - 1;
  });
  const commitment = commitPlain(suite, parameters.rounds[0]!, values, 1);
  channel.sendCap('cap', commitment, round.logCap);
  const coefficients = Array.from(values, (x): Ext => [x, 0, 0, 0, 0]);
  const evaluate = async (z: Ext): Promise<Ext> => evaluatePlain(coefficients, z);
  const samples = await answerSamples(channel, 'w', parameters.rounds[0]!, { evaluate });
  channel.sendExt('claim', [evaluateBase(values, point)]);
  await proveWhir(channel, parameters, 'w', commitment, new OracleOpening(suite, values, eqTable(point)), samples);
  return { reason: reasonOf(() => verifyOpening(parameters, 'w', point, channel.bytes())), works };
}

it('done in full, the opening is accepted', async () => {
  expect(await verdict(-1)).toEqual({ reason: 'accepted', works: WORKS });
});
it('left out at any one fold, or at any one drawing of queries, is the reason to reject', async () => {
  for (let k = 0; k < WORKS; k++) expect((await verdict(k)).reason, `work ${k}`).toBe('proof_of_work');
});
