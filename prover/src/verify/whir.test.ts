/** The opening, on the kernels and on their oracle: what it accepts, and what it must not. */
import { add, type Ext, ONE, ZERO } from '@weft/primitives/field/ext';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { kernelsFor } from '@weft/primitives/kernel/kernels';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import {
  lowRateParameters,
  preprocessedParameters,
  type WhirParameters,
  witnessParameters,
} from '../protocol/parameters.ts';
import { inCoefficientOrder, LOG_PARTS } from '../protocol/stacking.ts';
import type { Commitment, OpeningSums } from '../prove/engine.ts';
import { commitVector, placeParts } from '../prove/kernel/commit.ts';
import { kernelEngine } from '../prove/kernel/engine.ts';
import { KernelOpening } from '../prove/kernel/opening.ts';
import { commitPlain, evaluatePlain, OracleOpening } from '../prove/oracle/opening.ts';
import { answerSamples, proveWhir } from '../prove/whir.ts';
import { ProverChannel } from '../transcript/channel.ts';
import { verifyOpening } from './opening.test-support.ts';

const { felt: random, ext: randomExt } = seeded(7);

type Opener = (parameters: WhirParameters, values: Uint32Array, point: readonly Ext[]) => Promise<Uint8Array>;

/** What is added to the truth. */
interface Lies {
  readonly claim: Ext;
  readonly answer: Ext;
}

const TRUE: Lies = { claim: ZERO, answer: ZERO };
const base = (x: number): Ext => [x, 0, 0, 0, 0];

/** Sends cap, claim and opening. */
async function open(
  parameters: WhirParameters,
  values: Uint32Array,
  point: readonly Ext[],
  { claim: lie, answer: answerLie }: Lies,
  commitment: Commitment,
  sums: OpeningSums,
): Promise<Uint8Array> {
  const channel = new ProverChannel(suite, kernelEngine.findNonce);
  channel.sendCap('cap', commitment, parameters.rounds[0]!.logCap);
  const evaluate = async (z: Ext): Promise<Ext> => add(evaluatePlain(Array.from(values, base), z), answerLie);
  const samples = await answerSamples(channel, 'w', parameters.rounds[0]!, { evaluate });
  channel.sendExt('claim', [add(evaluateBase(values, point), lie)]);
  await proveWhir(channel, parameters, 'w', commitment, sums, samples);
  return channel.bytes();
}

/** An opening on the kernels: the values are one column, whose cells stand part by part. */
const onKernels =
  (lie: Lies): Opener =>
  (parameters, values, point) => {
    const kernels = kernelsFor(suite).prepare();
    return kernels.exclusive(async () => {
      const variables = point.length;
      const cells = values.slice();
      for (const [place, i] of inCoefficientOrder([...values.keys()]).entries()) cells[i] = values[place]!;
      const [at, ordered] = [cells, values].map((words) => placeParts(kernels, words, variables)) as [number, number];
      const commitment = commitVector(kernels, parameters.rounds[0]!, ordered, 1);
      const column = { offset: 0, logHeight: variables, gamma: ONE };
      const rho = [...point.slice(LOG_PARTS), ...point.slice(0, LOG_PARTS)];
      const vector = { variables, cells: values.length, values: at };
      const sums = new KernelOpening(kernels, vector, rho, [column]);
      return await open(parameters, values, point, lie, commitment, sums);
    });
  };

const onOracle =
  (lie: Lies): Opener =>
  (parameters, values, point) =>
    open(
      parameters,
      values,
      point,
      lie,
      commitPlain(suite, parameters.rounds[0]!, values, 1),
      new OracleOpening(suite, values, eqTable(point)),
    );

/** With so many samples of the first round. */
function withSamples({ rounds, ...rest }: WhirParameters, count: number): WhirParameters {
  const [first, ...later] = rounds;
  return { rounds: [{ ...first!, outOfDomainSamples: count }, ...later], ...rest };
}

/** Proves f(point) = value, and says what the verifier thinks of it. */
async function verdict(
  parameters: WhirParameters,
  opener: Opener,
  mutate: (bytes: Uint8Array) => Uint8Array = (b) => b,
): Promise<string> {
  const first = parameters.rounds[0]!;
  const values = Uint32Array.from({ length: 2 ** first.variables }, random);
  const point = Array.from({ length: first.variables }, randomExt);
  const bytes = await opener(parameters, values, point);
  return reasonOf(() => verifyOpening(parameters, 'w', point, mutate(bytes)));
}

describe('WHIR', () => {
  it.each([
    ['witness, two rounds', witnessParameters(14)],
    ['witness, three rounds', witnessParameters(19)],
    ['sampled in the first round', lowRateParameters(14, 4)],
    ['sampled in the first round, with more rounds', lowRateParameters(18, 3)],
    ['program, final polynomial at once', preprocessedParameters(12)],
    ['program, one more round', preprocessedParameters(18)],
  ])('accepts honest openings: %s', async (_, parameters) => {
    expect(await verdict(parameters, onKernels(TRUE))).toBe('accepted');
  });
  it.each([
    ['witness', witnessParameters(14)],
    ['sampled', lowRateParameters(13, 5)],
    ['sampled twice', withSamples(lowRateParameters(14, 4), 2)],
    ['program', preprocessedParameters(12)],
  ])('the kernels open like their oracle: %s', async (_, parameters) => {
    const values = Uint32Array.from({ length: 2 ** parameters.rounds[0]!.variables }, random);
    const point = Array.from({ length: parameters.rounds[0]!.variables }, randomExt);
    const [kernels, oracle] = [onKernels(TRUE), onOracle(TRUE)];
    expect(await kernels(parameters, values, point)).toEqual(await oracle(parameters, values, point));
  });
  it('rejects a false claim', async () => {
    const lies: [WhirParameters, Ext][] = [
      [witnessParameters(14), [1, 0, 0, 0, 0]],
      [preprocessedParameters(12), [0, 0, 0, 1, 0]],
    ];
    for (const [parameters, lie] of lies)
      expect(await verdict(parameters, onKernels({ ...TRUE, claim: lie }))).toBe('opening');
  });
  it('rejects a false answer at a sample of the first round, and a false claim beside true answers', async () => {
    const parameters = lowRateParameters(14, 4);
    expect(parameters.rounds[0]).toMatchObject({ regime: { kind: 'johnson' }, outOfDomainSamples: 1 });
    for (const lie of [base(1), [0, 0, 0, 1, 0]] as Ext[]) {
      expect(await verdict(parameters, onKernels({ ...TRUE, answer: lie }))).toBe('opening');
      expect(await verdict(parameters, onOracle({ ...TRUE, answer: lie }))).toBe('opening');
      expect(await verdict(parameters, onKernels({ ...TRUE, claim: lie }))).toBe('opening');
      // A forger who lies twice cannot have the lies meet: the coefficient is drawn after both.
      expect(await verdict(parameters, onKernels({ claim: lie, answer: lie }))).toBe('opening');
    }
  });
  it('rejects trailing and missing bytes', async () => {
    const changed = (mutate: (b: Uint8Array) => Uint8Array): Promise<string> =>
      verdict(preprocessedParameters(10), onKernels(TRUE), mutate);
    expect(await changed((b) => Uint8Array.from([...b, 0]))).toBe('format');
    expect(await changed((b) => b.subarray(0, b.length - 4))).toBe('format');
  });
});
