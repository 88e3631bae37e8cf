/**
 * A toy forgery of the program opening (docs/adr/0002). The commitment is an exact codeword; the forger claims a false value
 * and sends a folded polynomial that differs from the true one but agrees with it on as many points as its degree allows.
 */
import { mul as mulFelt, neg, P, pow, rootOfUnity } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { eqTable, evaluateBase } from '@weft/primitives/field/multilinear';
import { reverseBits } from '@weft/primitives/field/ntt';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { expect, it } from 'vitest';
import type { WhirParameters } from '../protocol/parameters.ts';
import { oracleEngine } from '../prove/oracle/engine.ts';
import { commitPlain } from '../prove/oracle/opening.ts';
import { ProverChannel } from '../transcript/channel.ts';
import { verifyOpening } from './opening.test-support.ts';

type Ext = ext.Ext;
const { felt: random, ext: randomExt } = seeded(5);

const VARIABLES = 10;
const LOG_ROWS = 8;
const LOG_CAP = 2;
/** Degree below 8 on a domain of 256: two polynomials agree on at most 7 points. */
const AGREEMENT = 7 / 256;

function parameters(queries: number): WhirParameters {
  const round = {
    variables: VARIABLES,
    fold: 7,
    logInverseRate: 5,
    regime: { kind: 'exact' as const },
    outOfDomainSamples: 0,
    queries,
    queryGrinding: 0,
    foldGrinding: 0,
    logCap: LOG_CAP,
  };
  return { rounds: [round], finalVariables: 3 };
}

const values = Uint32Array.from({ length: 2 ** VARIABLES }, random);
const commitment = commitPlain(suite, parameters(1).rounds[0]!, values, 1);

/** Coefficients of a polynomial that vanishes on 7 random points of the domain. */
function rootsPolynomial(): number[] {
  let polynomial = [1];
  const roots = new Set<number>();
  while (roots.size < 7) roots.add(random() % 256);
  for (const position of roots) {
    const y = pow(rootOfUnity(LOG_ROWS), reverseBits(position, LOG_ROWS));
    const shifted = [0, ...polynomial];
    polynomial = shifted.map((x, i) => (x + mulFelt(neg(y), polynomial[i] ?? 0)) % P);
  }
  return polynomial;
}

function fold(v: readonly Ext[], c: Ext): Ext[] {
  return Array.from({ length: v.length / 2 }, (_, i) =>
    ext.add(v[2 * i]!, ext.mul(c, ext.sub(v[2 * i + 1]!, v[2 * i]!))),
  );
}

function message(f: readonly Ext[], w: readonly Ext[]): [Ext, Ext] {
  let [g0, leading]: [Ext, Ext] = [ext.ZERO, ext.ZERO];
  for (let i = 0; i < f.length; i += 2) {
    g0 = ext.add(g0, ext.mul(f[i]!, w[i]!));
    leading = ext.add(leading, ext.mul(ext.sub(f[i + 1]!, f[i]!), ext.sub(w[i + 1]!, w[i]!)));
  }
  return [g0, leading];
}

const indexOf = (bits: readonly number[]): number => bits.reduce((s, b, i) => s + b * 2 ** i, 0);

/** Claims a value that is `lie` off; accepted or not. */
async function forge(queries: number, lie: Ext): Promise<boolean> {
  const point = Array.from({ length: VARIABLES }, randomExt);
  const channel = new ProverChannel(suite, oracleEngine.findNonce);
  channel.sendCap('cap', commitment, LOG_CAP);
  channel.sendExt('claim', [ext.add(evaluateBase(values, point), lie)]);
  let f = Array.from(values, ext.fromBase);
  let w = eqTable(point);
  // Honest messages throughout: the error of the claim is multiplied by each challenge.
  let error = lie;
  const step = (): void => {
    channel.sendExt('p/sumcheck', message(f, w));
    const alpha = channel.transcript.challenge('p/alpha');
    error = ext.mul(error, alpha);
    f = fold(f, alpha);
    w = fold(w, alpha);
  };
  for (let i = 0; i < 7; i++) step();
  if (!ext.isZero(lie)) {
    // g' = g + c r with r vanishing on 7 points, and c such that the sum over g' W is what the verifier expects.
    const r = rootsPolynomial();
    let dot: Ext = ext.ZERO;
    for (const [i, x] of r.entries()) dot = ext.add(dot, ext.mulBase(w[i]!, x));
    const c = ext.mul(error, ext.inverse(dot));
    for (const [i, x] of r.entries()) f[i] = ext.add(f[i]!, ext.mulBase(c, x));
  }
  channel.sendExt('p/final_polynomial', f);
  const drawn = channel.transcript.challengePositions('p/positions', queries, LOG_ROWS);
  await channel.openRows(commitment, drawn.map(indexOf), LOG_CAP);
  // The values that the opened rows fold to are claims about the final polynomial.
  const gamma = channel.transcript.challenge('p/gamma');
  let coefficient = gamma;
  for (const bits of drawn) {
    let term = coefficient;
    const y = pow(rootOfUnity(LOG_ROWS), reverseBits(indexOf(bits), LOG_ROWS));
    w = w.map((x) => {
      const sum = ext.add(x, term);
      term = ext.mulBase(term, y);
      return sum;
    });
    coefficient = ext.mul(coefficient, gamma);
  }
  for (let i = 0; i < 3; i++) step();
  const verdict = reasonOf(() => verifyOpening(parameters(queries), 'p', point, channel.bytes()));
  expect(['accepted', 'opening']).toContain(verdict);
  return verdict === 'accepted';
}

it('accepts the truth', async () => {
  expect(await forge(22, ext.ZERO)).toBe(true);
});
it('passes one query as often as two polynomials can agree', async () => {
  const trials = 1200;
  let accepted = 0;
  for (let i = 0; i < trials; i++) if (await forge(1, [1, 0, 0, 0, 0])) accepted++;
  const deviation = Math.sqrt(trials * AGREEMENT * (1 - AGREEMENT));
  expect(Math.abs(accepted - trials * AGREEMENT)).toBeLessThan(4 * deviation);
  expect(accepted).toBeGreaterThan(0);
});
it('never passes 22 queries', async () => {
  for (let i = 0; i < 30; i++) expect(await forge(22, [1, 0, 0, 0, 0])).toBe(false);
});
