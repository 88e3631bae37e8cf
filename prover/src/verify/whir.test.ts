import { VerificationError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { add, type Ext, mul, mulBase, ZERO } from '@weft/primitives/field/ext';
import { getExt } from '@weft/primitives/field/ext-vector';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { describe, expect, it } from 'vitest';
import { programParameters, type WhirParameters, witnessParameters } from '../pcs/parameters.ts';
import { tensor } from '../pcs/stacking.ts';
import { commit, proveWhir } from '../prove/whir.ts';
import { ProverChannel, VerifierChannel } from '../transcript/channel.ts';
import { NativeBackend } from '../transcript/native.ts';
import { verifyWhir } from './whir.ts';

let seed = 7;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed % P;
};
const randomExt = (): Ext => [random(), random(), random(), random(), random()];

/** Proves and verifies f(point) = value, the claim being `lie` off. */
function roundTrip(parameters: WhirParameters, lie: Ext, mutate: (bytes: Uint8Array) => Uint8Array = (b) => b): void {
  const first = parameters.rounds[0]!;
  const values = Uint32Array.from({ length: 2 ** first.variables }, random);
  const point = Array.from({ length: first.variables }, randomExt);
  const channel = new ProverChannel(suite);
  const commitment = commit(suite, first, values, 1);
  channel.send('root', commitment.tree.root);
  const claim = add(evaluateBase(values, point), lie);
  channel.sendExt('claim', [claim]);
  proveWhir(channel, parameters, 'w', values, commitment, point.slice(0, 7), eqTable(point.slice(7)));
  const backend = new NativeBackend(suite, mutate(channel.bytes()), () => []);
  const verifier = new VerifierChannel(backend);
  const root = verifier.receive('root', 8);
  const [received] = verifier.receiveExt('claim', 1);
  verifyWhir(verifier, parameters, 'w', root, received!, (z) => {
    let product: Ext = [1, 0, 0, 0, 0];
    for (const [i, x] of point.entries()) {
      const [, high] = tensor(backend, [x]);
      const [, zHigh] = tensor(backend, [z[i]!]);
      const both = mul(high!, zHigh!);
      product = mul(product, add(add(backend.sub(backend.sub([1, 0, 0, 0, 0], high!), zHigh!), both), both));
    }
    return product;
  });
  backend.assertEnd();
}

function reasonOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof VerificationError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('WHIR', () => {
  it.each([
    ['witness, two rounds', witnessParameters(14)],
    ['witness, three rounds', witnessParameters(19)],
    ['program, final polynomial at once', programParameters(12)],
    ['program, one more round', programParameters(18)],
  ])('accepts honest openings: %s', (_, parameters) => {
    expect(reasonOf(() => roundTrip(parameters, ZERO))).toBe('accepted');
  });
  it('rejects a false claim', () => {
    expect(reasonOf(() => roundTrip(witnessParameters(14), [1, 0, 0, 0, 0]))).toBe('opening');
    expect(reasonOf(() => roundTrip(programParameters(12), [0, 0, 0, 1, 0]))).toBe('opening');
  });
  it('rejects trailing and missing bytes', () => {
    expect(reasonOf(() => roundTrip(programParameters(10), ZERO, (b) => Uint8Array.from([...b, 0])))).toBe('format');
    expect(reasonOf(() => roundTrip(programParameters(10), ZERO, (b) => b.subarray(0, b.length - 4)))).toBe('format');
  });
});

it('sums eq to one and weighs rows as tensors', () => {
  const point = [randomExt(), randomExt()];
  const table = eqTable(point);
  const backend = new NativeBackend(suite, new Uint8Array(), () => []);
  expect(tensor(backend, point)).toEqual([0, 1, 2, 3].map((i) => getExt(table, i)));
  expect(mulBase(point[0]!, 1)).toEqual(point[0]);
});

describe('parameters', () => {
  it('match the table of the design for 2^26 cells', () => {
    const { rounds, finalVariables } = witnessParameters(26);
    expect(rounds.map((r) => r.queries)).toEqual([261, 77, 33, 22]);
    expect(rounds.map((r) => (r.regime.kind === 'johnson' ? r.regime.multiplicity : r.regime.kind))).toEqual([
      'unique',
      8,
      3,
      1,
    ]);
    expect(finalVariables).toBe(4);
  });
});
