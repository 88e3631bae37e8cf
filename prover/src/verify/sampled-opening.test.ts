/**
 * A toy forgery of a first commitment that two polynomials are near to (docs/adr/0016). Half of the rows are those of f, half
 * those of g. Whoever may open it as either says what suits the challenges that came meanwhile.
 */
import { mul as mulFelt, P } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { checkWhirParameters, logListSize, type WhirParameters } from '../protocol/parameters.ts';
import type { Commitment } from '../prove/engine.ts';
import { oracleEngine } from '../prove/oracle/engine.ts';
import { commitPlain, evaluatePlain, OracleOpening } from '../prove/oracle/opening.ts';
import { answerSamples, proveWhir } from '../prove/whir.ts';
import { ProverChannel, VerifierChannel } from '../transcript/channel.ts';
import { NativeBackend } from '../transcript/native.ts';
import { receiveSamples, type SampleClaim, verifyWhir } from './whir.ts';

type Ext = ext.Ext;
type Felts = Uint32Array<ArrayBuffer>;
const { felt: random, ext: randomExt } = seeded(16);

const VARIABLES = 10;
const ROWS = 64;
/** One query, so that a forger has a chance worth measuring: each candidate has half of the rows. */
const AGREEMENT = 1 / 2;

function parameters(outOfDomainSamples: number): WhirParameters {
  const round = {
    variables: VARIABLES,
    fold: 7,
    logInverseRate: 3,
    regime: { kind: 'johnson' as const, multiplicity: 3 },
    outOfDomainSamples,
    queries: 1,
    queryGrinding: 0,
    foldGrinding: 0,
    logCap: 1,
  };
  return { rounds: [round], finalVariables: 3 };
}
const [round] = parameters(1).rounds;

/** f in the rows before the middle, g in those after it. */
function commitToBoth(f: Felts, g: Felts): Commitment {
  let other: Felts | undefined;
  commitPlain(suite, round!, g, 1, (codeword) => {
    other = codeword.slice();
  });
  return commitPlain(suite, round!, f, 1, (codeword) => {
    const middle = codeword.length / 2;
    codeword.set(other!.subarray(middle), middle);
  });
}

function frobenius(x: Ext): Ext {
  let power = ext.ONE;
  for (const bit of P.toString(2)) {
    power = ext.mul(power, power);
    if (bit === '1') power = ext.mul(power, x);
  }
  return power;
}

/** Another polynomial over the base field with the value of f at z. */
function equalAt(f: Felts, z: Ext): Felts {
  // The product of X minus the conjugates of z has coefficients in the base field.
  let minimal = [ext.ONE];
  let conjugate = z;
  for (let k = 0; k < 5; k++) {
    const times = minimal.map((c) => ext.neg(ext.mul(c, conjugate)));
    minimal = [ext.ZERO, ...minimal].map((c, i) => ext.add(c, times[i] ?? ext.ZERO));
    conjugate = frobenius(conjugate);
  }
  const g = f.slice();
  for (let at = 0; at + 5 < g.length; at++) {
    const scale = random();
    for (const [i, [c]] of minimal.entries()) g[at + i] = (g[at + i]! + mulFelt(scale, c)) % P;
  }
  return g;
}

const valueAt = (values: Felts, z: Ext): Ext => evaluatePlain(Array.from(values, ext.fromBase), z);

interface Received {
  readonly cap: number[][];
  readonly sampled: readonly SampleClaim<Ext>[];
}
/** When the sample is drawn, on either side. */
interface Order {
  send(channel: ProverChannel, commitment: Commitment, f: Felts): Promise<Ext[]>;
  receive(channel: VerifierChannel<number, Ext>): Received;
}

const receiveCap = (channel: VerifierChannel<number, Ext>): number[][] =>
  channel.receiveCap('cap', suite.digestLength, round!.logCap);
/** As the protocol has it, for so many samples. */
const afterCap = (samples: number): Order => ({
  send: async (channel, commitment, f) => {
    channel.sendCap('cap', commitment, round!.logCap);
    const evaluate = async (z: Ext): Promise<Ext> => valueAt(f, z);
    return await answerSamples(channel, 'w', parameters(samples).rounds[0]!, { evaluate });
  },
  receive: (channel) => {
    const cap = receiveCap(channel);
    return { cap, sampled: receiveSamples(channel, 'w', parameters(samples).rounds[0]!) };
  },
});
const SAMPLED = afterCap(1);
const LEFT_OUT = afterCap(0);
const BEFORE_CAP: Order = {
  send: async (channel, commitment, f) => {
    const samples = channel.transcript.challenges('w/out_of_domain', 1);
    channel.sendCap('cap', commitment, round!.logCap);
    channel.sendExt('w/out_of_domain_answers', [valueAt(f, samples[0]!)]);
    return samples;
  },
  receive: (channel) => {
    const sample = channel.transcript.challenge('w/out_of_domain');
    const cap = receiveCap(channel);
    const [value] = channel.receiveExt('w/out_of_domain_answers', 1);
    return { cap, sampled: [{ sample, value: value! }] };
  },
};

/** Answers for f, then opens as `opened`: accepted, or why not. */
async function verdict(
  send: Order['send'],
  receive: Order['receive'],
  commitment: Commitment,
  f: Felts,
  opened: Felts,
  trial: number,
): Promise<string> {
  const channel = new ProverChannel(suite, oracleEngine.findNonce);
  const samples = await send(channel, commitment, f);
  // Whatever a proof asks of its witness is drawn now.
  channel.send('trial', [trial]);
  const point = channel.transcript.challenges('point', VARIABLES);
  channel.sendExt('claim', [evaluateBase(opened, point)]);
  const sums = new OracleOpening(suite, opened, eqTable(point));
  await proveWhir(channel, parameters(samples.length), 'w', commitment, sums, samples);

  const backend = new NativeBackend(suite, channel.bytes(), () => ({ offsets: [], emptyParts: 0 }));
  const verifier = new VerifierChannel(backend);
  return reasonOf(() => {
    const { cap, sampled } = receive(verifier);
    verifier.receive('trial', 1);
    const asked = verifier.transcript.challenges('point', VARIABLES);
    const [claim] = verifier.receiveExt('claim', 1);
    verifyWhir(verifier, parameters(sampled.length), 'w', cap, 0, claim!, sampled, (z) => {
      const table = eqTable(asked);
      return eqTable(z).reduce((sum, x, i) => ext.add(sum, ext.mul(x, table[i]!)), ext.ZERO);
    });
    backend.assertEnd();
  });
}

const TRIALS = 60;
async function accepted(order: Order, f: Felts, g: Felts, opened: Felts): Promise<number> {
  const commitment = commitToBoth(f, g);
  let count = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const reason = await verdict(order.send, order.receive, commitment, f, opened, trial);
    expect(['accepted', 'opening']).toContain(reason);
    if (reason === 'accepted') count++;
  }
  return count;
}
function expectAgreement(count: number): void {
  expect(Math.abs(count - TRIALS * AGREEMENT)).toBeLessThan(4 * Math.sqrt(TRIALS * AGREEMENT * (1 - AGREEMENT)));
}

describe('a word near to two polynomials', () => {
  const f = Uint32Array.from({ length: 2 ** VARIABLES }, random);
  const g = Uint32Array.from({ length: 2 ** VARIABLES }, random);
  /** Where samples are drawn before anything is observed, the forger knows them. */
  const known = new ProverChannel(suite, oracleEngine.findNonce).transcript.challenge('w/out_of_domain');
  const equal = equalAt(f, known);

  it('is one that the regime allows', () => {
    expect(AGREEMENT).toBeGreaterThan(Math.sqrt(1 / 8) * (1 + 1 / 3));
    expect(2 ** logListSize(round!)).toBeGreaterThan(2);
    expect(ROWS).toBe(2 ** (VARIABLES + 3 - 7));
    expect(() => checkWhirParameters(parameters(1), false)).not.toThrow();
    expect(() => checkWhirParameters(parameters(0), false)).toThrow(/a list of candidates has out-of-domain samples/);
    expect([valueAt(equal, known), equal.join() === f.join()]).toEqual([valueAt(f, known), false]);
    const elsewhere = randomExt();
    expect(valueAt(equal, elsewhere)).not.toEqual(valueAt(f, elsewhere));
  });
  it('opens as either when no sample is asked for', async () => {
    expectAgreement(await accepted(LEFT_OUT, f, g, f));
    expectAgreement(await accepted(LEFT_OUT, f, g, g));
  });
  it('opens as either when the sample is known before the commitment', async () => {
    expectAgreement(await accepted(BEFORE_CAP, f, equal, f));
    expectAgreement(await accepted(BEFORE_CAP, f, equal, equal));
  });
  it('opens as the one that the answer was given for, and never as the other', async () => {
    expectAgreement(await accepted(SAMPLED, f, equal, f));
    expect(await accepted(SAMPLED, f, equal, equal)).toBe(0);
    expect(await accepted(SAMPLED, f, g, g)).toBe(0);
  });
  it('opens as none when the prover alone draws the sample early', async () => {
    const commitment = commitToBoth(f, equal);
    for (let trial = 0; trial < 8; trial++) {
      for (const opened of [f, equal])
        expect(await verdict(BEFORE_CAP.send, SAMPLED.receive, commitment, f, opened, trial)).not.toBe('accepted');
    }
  });
});
