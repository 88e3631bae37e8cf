/** Proofs whose first commitment is sampled out of domain: low rates, where a list of candidates is near the committed word. */
import { add, type Ext, inverse, mul, neg, ONE, sub } from '@weft/primitives/field/ext';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import {
  createMachineKey,
  type MachineKey,
  type Preprocessed,
  preprocess,
  proveTables,
  verifyBytes,
} from '@weft/prover';
import { lowRateParameters, preprocessedParameters, type WhirParameters } from '@weft/prover/protocol/parameters';
import type { ProvingEngine } from '@weft/prover/prove/engine';
import { kernelEngine } from '@weft/prover/prove/kernel/engine';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { Transcript, type TranscriptEntry } from '@weft/prover/transcript/transcript';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { verifyByCircuit } from '@weft/recursion';
import { proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { describe, expect, it } from 'vitest';
import { circuitOf, verifyTwice } from '../support/circuit.ts';
import { counterKey, counterMachine, counterProgram, counterTraces } from '../support/counter.ts';
import { addAt, DELTA, freeze } from '../support/frozen.ts';
import type { Instance } from '../support/instances.ts';

const keyFor = (witness: (variables: number) => WhirParameters): MachineKey =>
  createMachineKey(suite, counterMachine, [16], counterKey.use, { witness, preprocessed: preprocessedParameters });
const keyAt = (logInverseRate: number): MachineKey => keyFor((m) => lowRateParameters(m, logInverseRate));
/** With the first round changed, as no rule would choose it. */
function firstRound(key: MachineKey, change: object): MachineKey {
  const shapes = key.shapes.map((shape) => {
    const [first, ...later] = shape.witness.rounds;
    return { ...shape, witness: { ...shape.witness, rounds: [{ ...first!, ...change }, ...later] } };
  });
  return { ...key, shapes };
}
const setup = async (key: MachineKey, engine?: ProvingEngine): Promise<Preprocessed> =>
  await preprocess(key, { program: (await counterProgram()).columns[0]! }, engine);
async function prove(
  key: MachineKey,
  counts: readonly [number, number] = [129, 40],
  engine?: ProvingEngine,
): Promise<{ proof: Uint8Array; words: number[]; program: Preprocessed }> {
  const { traces, words } = counterTraces(counts);
  const program = await setup(key, engine);
  return { proof: await proveTables(key, program, traces, words, { engine }), words, program };
}

const key = keyAt(3);
const honest = await prove(key);
const judge = (proof: Uint8Array, under = key): string =>
  reasonOf(() => void verifyBytes(under, honest.program.key, honest.words, proof));

describe('kernels and oracle make the same proof, and it is accepted', () => {
  it.each([
    ['rate 1/4, one sample', keyAt(2)],
    ['rate 1/8, three samples', firstRound(key, { outOfDomainSamples: 3 })],
    ['rate 1/32, one sample', keyAt(5)],
  ])('%s', async (_, machineKey) => {
    const kernels = await prove(machineKey, [200, 3], kernelEngine);
    const oracle = await prove(machineKey, [200, 3], oracleEngine);
    expect(kernels.proof).toEqual(oracle.proof);
    expect(reasonOf(() => void verifyBytes(machineKey, kernels.program.key, kernels.words, kernels.proof))).toBe(
      'accepted',
    );
  });
});

it('a sample is drawn when the commitment is known, and answered before any other challenge', () => {
  const log: TranscriptEntry[] = [];
  verifyBytes(key, honest.program.key, honest.words, honest.proof, {
    transcript: (backend) => Object.assign(new Transcript<number, Ext>(backend), { log }),
  });
  const first = log.findIndex(({ kind }) => kind === 'challenge');
  expect(log.slice(first - 1, first + 3)).toEqual([
    { kind: 'observe', label: 'cap', count: 8 * 16 },
    { kind: 'challenge', label: 'witness/out_of_domain', count: 5 },
    { kind: 'observe', label: 'witness/out_of_domain_answers', count: 5 },
    { kind: 'challenge', label: 'bus/alpha', count: 5 },
  ]);
  // They join the claim by a challenge that is drawn when the claim is known, too.
  const gamma = log.findIndex(({ label }) => label === 'witness/sample_gamma');
  expect(log[gamma - 1]).toEqual({ kind: 'challenge', label: 'opening/gamma', count: 5 });
  expect(log[gamma + 1]).toEqual({ kind: 'observe', label: 'witness/sumcheck', count: 10 });
});

describe('of the answer', () => {
  /** Proves with a session that is another in `change`. */
  const cheating = (change: (value: Ext) => Ext): ProvingEngine => ({
    ...kernelEngine,
    session: (input, work) =>
      kernelEngine.session(input, (session) =>
        work(
          new Proxy(session, {
            get: (target, name) =>
              name === 'evaluate'
                ? async (z: Ext) => change(await target.evaluate(z))
                : (Reflect.get(target, name, target) as () => unknown).bind(target),
          }),
        ),
      ),
  });
  it('another value is no value of the witness, all else being honest', async () => {
    expect(
      judge(
        (
          await prove(
            key,
            [129, 40],
            cheating((x) => x),
          )
        ).proof,
      ),
    ).toBe('accepted');
    for (const lie of [ONE, [0, 0, 0, 0, 1] as Ext])
      expect(
        judge(
          (
            await prove(
              key,
              [129, 40],
              cheating((x) => add(x, lie)),
            )
          ).proof,
        ),
      ).toBe('opening');
  });
  it('a prover that leaves it out proves nothing, and neither does one that a key does not ask', async () => {
    const unasked = firstRound(key, { outOfDomainSamples: 0 });
    const without = await prove(unasked);
    expect(judge(without.proof, unasked)).toBe('accepted');
    expect(judge(without.proof)).not.toBe('accepted');
    expect(judge(honest.proof, unasked)).not.toBe('accepted');
  });
  it('its bytes are among those that every proof has', () => {
    expect(leastProofBytes(key)).toBe(leastProofBytes(firstRound(key, { outOfDomainSamples: 0 })) + 20);
  });
  it('a verifier that does not observe it hears the difference', () => {
    class Deaf extends Transcript<number, Ext> {
      override observe(name: string, values: readonly number[]): void {
        if (name !== 'witness/out_of_domain_answers') super.observe(name, values);
      }
    }
    const verdict = reasonOf(
      () =>
        void verifyBytes(key, honest.program.key, honest.words, honest.proof, {
          transcript: (backend) => new Deaf(backend),
        }),
    );
    expect(verdict).not.toBe('accepted');
  });
  it('a lie that recorded challenges allow is one that live challenges expose', () => {
    const instance: Instance = {
      ...honest,
      name: 'sampled',
      key,
      preprocessed: honest.program.key,
      verify: (bytes, words, hooks) => void verifyBytes(key, honest.program.key, words, bytes, hooks),
      others: async () => [],
    };
    const { attack, drawn, piecesOf } = freeze(instance);
    attack((bytes) => {
      addAt(bytes, piecesOf('witness/out_of_domain_answers')[0]!.at, [DELTA]);
      const claimChange = mul(drawn('witness/sample_gamma')[0]!, DELTA);
      const alpha = drawn('witness/alpha')[0]!;
      // alpha * claim change + (1 - 2 alpha) g0 change = 0.
      const change = neg(mul(mul(alpha, claimChange), inverse(sub(ONE, add(alpha, alpha)))));
      addAt(bytes, piecesOf('witness/sumcheck')[0]!.at, [change]);
    });
  });
});

describe('a circuit', () => {
  it('judges such proofs as the verifier does, by one record for all of them', async () => {
    const verify = (proof: Uint8Array, words: readonly number[]): string =>
      reasonOf(() =>
        verifyTwice(() => verifyBytes(key, honest.program.key, words, proof), key, honest.program.key, words, proof),
      );
    for (const counts of [
      [129, 40],
      [1, 0],
      [0, 300],
    ] as const) {
      const { proof, words } = await prove(key, counts);
      expect(verify(proof, words)).toBe('accepted');
    }
    const { logCap } = key.shapes[0]!.witness.rounds[0]!;
    // Shape, two heights, the cap: then the answer.
    const answer = 1 + 2 + 8 * 2 ** logCap;
    for (const word of [0, 1, 4]) {
      const bytes = honest.proof.slice();
      bytes[4 * (answer + word)]! ^= 1;
      expect(verify(bytes, honest.words)).not.toBe('accepted');
    }
  });
  it('is proven to accept one', async () => {
    const verifier = circuitOf(key, 0, honest.program.key.logHeights);
    const prover = await setupCircuit(verifier.program, suite);
    const run = verifyByCircuit(verifier, honest.program.key, honest.words, honest.proof);
    const lifted = await proveCircuit(prover, run);
    verifyBytes(prover.key, prover.preprocessed.key, run.inputs, lifted);
  });
});
