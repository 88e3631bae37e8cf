/** The opening, on the kernels and on their oracle: what it accepts, and what it must not. */
import { add, type Ext, ONE, ZERO } from '@weft/primitives/field/ext';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { kernelsFor } from '@weft/primitives/kernel/kernels';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { preprocessedParameters, type WhirParameters, witnessParameters } from '../protocol/parameters.ts';
import type { Commitment, OpeningSums } from '../prove/engine.ts';
import { commitVector } from '../prove/kernel/commit.ts';
import { kernelEngine } from '../prove/kernel/engine.ts';
import { KernelOpening } from '../prove/kernel/opening.ts';
import { commitPlain, OracleOpening } from '../prove/oracle/opening.ts';
import { proveWhir } from '../prove/whir.ts';
import { ProverChannel } from '../transcript/channel.ts';
import { verifyOpening } from './opening.test-support.ts';

const { felt: random, ext: randomExt } = seeded(7);

type Opener = (parameters: WhirParameters, values: Uint32Array, point: readonly Ext[]) => Promise<Uint8Array>;

/** Sends cap, claim and opening. */
async function open(
  parameters: WhirParameters,
  values: Uint32Array,
  point: readonly Ext[],
  lie: Ext,
  commitment: Commitment,
  sums: OpeningSums,
): Promise<Uint8Array> {
  const channel = new ProverChannel(suite, kernelEngine.findNonce);
  channel.sendCap('cap', commitment, parameters.rounds[0]!.logCap);
  channel.sendExt('claim', [add(evaluateBase(values, point), lie)]);
  await proveWhir(channel, parameters, 'w', commitment, sums);
  return channel.bytes();
}

/** An opening on the kernels: the values are one column. */
const onKernels =
  (lie: Ext): Opener =>
  (parameters, values, point) => {
    const kernels = kernelsFor(suite).prepare();
    return kernels.exclusive(async () => {
      const at = kernels.memory.allocate(4 * values.length);
      kernels.memory.words.set(values, at / 4);
      kernels.hash.toMontgomery(at, values.length);
      const commitment = commitVector(kernels, parameters.rounds[0]!, at, 1);
      const column = { offset: 0, logHeight: point.length, gamma: ONE };
      const sums = new KernelOpening(kernels, at, values.length, point.length, point, [column]);
      return await open(parameters, values, point, lie, commitment, sums);
    });
  };

const onOracle =
  (lie: Ext): Opener =>
  (parameters, values, point) =>
    open(
      parameters,
      values,
      point,
      lie,
      commitPlain(suite, parameters.rounds[0]!, values, 1),
      new OracleOpening(suite, values, eqTable(point)),
    );

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
    ['program, final polynomial at once', preprocessedParameters(12)],
    ['program, one more round', preprocessedParameters(18)],
  ])('accepts honest openings: %s', async (_, parameters) => {
    expect(await verdict(parameters, onKernels(ZERO))).toBe('accepted');
  });
  it.each([
    ['witness', witnessParameters(14)],
    ['program', preprocessedParameters(12)],
  ])('the kernels open like their oracle: %s', async (_, parameters) => {
    const values = Uint32Array.from({ length: 2 ** parameters.rounds[0]!.variables }, random);
    const point = Array.from({ length: parameters.rounds[0]!.variables }, randomExt);
    const [kernels, oracle] = [onKernels(ZERO), onOracle(ZERO)];
    expect(await kernels(parameters, values, point)).toEqual(await oracle(parameters, values, point));
  });
  it('rejects a false claim', async () => {
    const lies: [WhirParameters, Ext][] = [
      [witnessParameters(14), [1, 0, 0, 0, 0]],
      [preprocessedParameters(12), [0, 0, 0, 1, 0]],
    ];
    for (const [parameters, lie] of lies) expect(await verdict(parameters, onKernels(lie))).toBe('opening');
  });
  it('rejects trailing and missing bytes', async () => {
    const changed = (mutate: (b: Uint8Array) => Uint8Array): Promise<string> =>
      verdict(preprocessedParameters(10), onKernels(ZERO), mutate);
    expect(await changed((b) => Uint8Array.from([...b, 0]))).toBe('format');
    expect(await changed((b) => b.subarray(0, b.length - 4))).toBe('format');
  });
});
