/** Frozen-challenge attacks: messages of the sum of fractions. */
import { inverse as inverseFelt, P } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import type { Machine } from '@weft/prover/air/machine';
import { rowBitsOf } from '@weft/prover/protocol/key';
import { describe, it } from 'vitest';
import { addAt, DELTA, type Frozen, freeze, kernel, readExt } from '../support/frozen.ts';
import { INSTANCES } from '../support/instances.ts';
import { readWords, writeWords } from '../support/pieces.ts';

type Ext = ext.Ext;

/** A combination (a, b) of a child where the new variable is 0 and where it is 1. */
type Weights = readonly [Ext, Ext];

const atPoint = (x: Ext): Weights => [ext.sub(ext.ONE, x), x];

/**
 * Children (p0, p1, q0, q1) whose numerators and denominators keep their values at these weights, and with them `right - lambda q0 q1`.
 * Moving q along its line and solving the rest for p, which enters linearly, leaves one degree of freedom.
 * @param right - what p0 q1 + p1 q0 is to be for new q0 and q1.
 */
function moveChildren(bytes: Uint8Array, word: number, [a, b]: Weights, right: (q0: Ext, q1: Ext) => Ext): void {
  const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext, Ext, Ext];
  const value = ext.add(ext.mul(a, p0), ext.mul(b, p1));
  const n0 = ext.add(q0, DELTA);
  const n1 = ext.sub(q1, ext.mul(ext.mul(DELTA, a), ext.inverse(b)));
  const sum = right(n0, n1);
  // x n1 + y n0 = sum, a x + b y = value.
  const determinant = ext.inverse(ext.sub(ext.mul(n1, b), ext.mul(n0, a)));
  const x = ext.mul(ext.sub(ext.mul(sum, b), ext.mul(n0, value)), determinant);
  const y = ext.mul(ext.sub(ext.mul(n1, value), ext.mul(a, sum)), determinant);
  for (const [k, v] of [x, y, n0, n1].entries()) writeWords(bytes, word + 5 * k, v);
}

/** A round of GKR: the coordinate r that its message is stripped of, or none where both values are known. */
interface Round {
  readonly r: Ext | undefined;
  readonly rho: Ext;
}

/** Replays the recorded challenges: all rounds, and for the children of every layer, the top first, the point they are combined at. */
function replay(
  { drawn }: Frozen,
  { rowBits, leafBits }: Pick<Machine, 'rowBits' | 'leafBits'>,
): { rounds: readonly Round[]; points: readonly Ext[] } {
  const [rhos, mus] = [drawn('gkr/rho'), drawn('gkr/mu')];
  const [rounds, points]: [Round[], Ext[]] = [[], []];
  let point: Ext[] = [];
  for (let variables = 1; variables < rowBits + leafBits; variables++) {
    const rows = Math.max(0, variables - leafBits);
    const lanes = Math.min(rows, 2);
    const newest = rows > 2 ? 2 : 0;
    // Lanes come last: where the newest variable is one of them, children are combined at a point of their own.
    const mu = rows === 1 || rows === 2 ? mus.shift()! : undefined;
    const next: Ext[] = [...point.slice(0, newest), mu ?? ext.ZERO, ...point.slice(newest)];
    const known = next.slice();
    for (let k = 0; k < variables; k++) {
      const variable = k < variables - lanes ? lanes + k : k - (variables - lanes);
      const rho = rhos.shift()!;
      const isFirst = mu === undefined && k === 0;
      rounds.push({ r: isFirst ? undefined : known[variable]!, rho });
      if (isFirst) points.push(rho);
      next[variable] = rho;
    }
    if (mu !== undefined) points.push(mu);
    point = next;
  }
  return { rounds, points };
}

/** Coefficients of the cubic through values at 0, 1, 2 and 3, at x, of the first two. */
function cubicWeights(x: Ext): Weights {
  return [0, 1].map((k) => {
    let weight: Ext = ext.ONE;
    for (let l = 0; l < 4; l++)
      if (l !== k) weight = ext.mulBase(ext.mul(weight, ext.sub(x, [l, 0, 0, 0, 0])), inverseFelt((k - l + P) % P));
    return weight;
  }) as [Ext, Ext];
}

describe.each(INSTANCES)('GKR messages: $name', (instance) => {
  const frozen = freeze(instance);
  const { drawn, attack, piecesOf } = frozen;
  // The proof's first word names its shape.
  const [index] = readWords(instance.proof, piecesOf('shape')[0]!);
  const shape = instance.key.shapes.find((s) => s.index === index)!;
  const { leafBits } = shape.machine;
  const { rounds, points } = replay(frozen, { rowBits: rowBitsOf(shape, instance.preprocessed), leafBits });
  it('the values at the top', () => {
    // The root fraction must also stay the same.
    attack((bytes) => {
      const word = piecesOf('gkr/top')[0]!.at;
      const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext, Ext, Ext];
      const root = ext.mul(ext.add(ext.mul(p0, q1), ext.mul(p1, q0)), ext.inverse(ext.mul(q0, q1)));
      moveChildren(bytes, word, atPoint(points[0]!), (n0, n1) => ext.mul(root, ext.mul(n0, n1)));
    });
  });
  it.each([2, 17, -1])('sumcheck message %i', (index) => {
    const i = index < 0 ? rounds.length - 1 : index;
    const { r, rho } = rounds[i]!;
    attack((bytes) => {
      // next = g0 + rho (g1 - g0 - c) + rho^2 c with g0 = (claim - r g1) / (1 - r): linear in (g1, c).
      const slope = ext.neg(ext.mul(r!, ext.inverse(ext.sub(ext.ONE, r!))));
      const byG1 = ext.add(ext.mul(slope, ext.sub(ext.ONE, rho)), rho);
      const byLeading = ext.sub(ext.mul(rho, rho), rho);
      addAt(bytes, piecesOf('gkr/sumcheck')[i]!.at, kernel([[byG1, byLeading]]));
    });
  });
  it('the first message of a layer, with the values that it starts from', () => {
    // The top's p1 moves the value at 1; p0 keeps the root, and the leading coefficient what is left after the round.
    attack((bytes) => {
      const word = piecesOf('gkr/top')[0]!.at;
      const [q0, q1] = [2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext];
      const byP0 = ext.neg(ext.mul(DELTA, ext.mul(q0, ext.inverse(q1))));
      const { rho } = rounds[0]!;
      const moved = ext.add(ext.mul(ext.sub(ext.ONE, rho), byP0), ext.mul(rho, DELTA));
      const byLeading = ext.neg(ext.mul(moved, ext.inverse(ext.sub(ext.mul(rho, rho), rho))));
      addAt(bytes, word, [byP0, DELTA]);
      addAt(bytes, piecesOf('gkr/sumcheck')[0]!.at, [byLeading]);
    });
  });
  it.each(['first', 'joined at a point', 'last'])('children of a layer: %s', (which) => {
    const all = piecesOf('gkr/children');
    const i = which === 'first' ? 0 : which === 'last' ? all.length - 1 : leafBits - 1;
    const weights = which === 'last' ? cubicWeights(drawn('zerocheck/rho')[0]!) : atPoint(points[i + 1]!);
    const lambda = drawn('gkr/lambda')[i]!;
    attack((bytes) => {
      const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, all[i]!.at + 5 * k)) as [Ext, Ext, Ext, Ext];
      const claim = ext.add(ext.add(ext.mul(p0, q1), ext.mul(p1, q0)), ext.mul(lambda, ext.mul(q0, q1)));
      moveChildren(bytes, all[i]!.at, weights, (n0, n1) => ext.sub(claim, ext.mul(lambda, ext.mul(n0, n1))));
    });
  });
});
