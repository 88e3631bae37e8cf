/** Frozen-challenge attacks: messages of the sum of fractions. */
import * as ext from '@weft/primitives/field/ext';
import { describe, it } from 'vitest';
import { addAt, DELTA, type Frozen, freeze, kernel, readExt } from '../support/frozen.ts';
import { INSTANCES } from '../support/instances.ts';
import { writeWords } from '../support/pieces.ts';

type Ext = ext.Ext;

/**
 * Children (p0, p1, q0, q1) with claim p0 q1 + p1 q0 + lambda q0 q1 and the values at mu kept. Moving q along its line
 * (q(mu) fixed) and solving the rest for p, which enters linearly, leaves one degree of freedom.
 */
function moveChildren(bytes: Uint8Array, word: number, lambda: Ext, mu: Ext): void {
  const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext, Ext, Ext];
  const claim = ext.add(ext.add(ext.mul(p0, q1), ext.mul(p1, q0)), ext.mul(lambda, ext.mul(q0, q1)));
  const pMu = ext.add(p0, ext.mul(mu, ext.sub(p1, p0)));
  const oneMinus = ext.sub(ext.ONE, mu);
  const n0 = ext.add(q0, DELTA);
  const n1 = ext.sub(q1, ext.mul(ext.mul(DELTA, oneMinus), ext.inverse(mu)));
  // x n1 + y n0 = claim - lambda n0 n1, x (1 - mu) + y mu = pMu.
  const right = ext.sub(claim, ext.mul(lambda, ext.mul(n0, n1)));
  const determinant = ext.sub(ext.mul(n1, mu), ext.mul(n0, oneMinus));
  const x = ext.mul(ext.sub(ext.mul(right, mu), ext.mul(n0, pMu)), ext.inverse(determinant));
  const y = ext.mul(ext.sub(ext.mul(n1, pMu), ext.mul(oneMinus, right)), ext.inverse(determinant));
  for (const [k, v] of [x, y, n0, n1].entries()) writeWords(bytes, word + 5 * k, v);
}

/** Coordinate r of the point that GKR round i is stripped of, replayed from the recorded challenges. */
function coordinateOfRound({ instance, drawn }: Frozen, round: number): Ext {
  const { leafBits } = instance.key.machine;
  const rhos = drawn('gkr/rho');
  const mus = drawn('gkr/mu');
  let point = [mus[0]!];
  let at = 0;
  for (let variables = 1; ; variables++) {
    const rows = Math.max(0, variables - leafBits);
    const last = Math.min(rows, 2);
    const order = [
      ...Array.from({ length: variables - last }, (_, k) => last + k),
      ...Array.from({ length: last }, (_, k) => k),
    ];
    const next = point.slice();
    for (const variable of order) {
      if (at === round) return point[variable]!;
      next[variable] = rhos[at++]!;
    }
    point = [mus[variables]!, ...next];
  }
}

describe.each(INSTANCES)('GKR messages: $name', (instance) => {
  const frozen = freeze(instance);
  const { drawn, attack, piecesOf } = frozen;
  it('the values at the top', () => {
    // The root fraction must also stay the same, so the denominator has to: only then is the system solvable as above.
    attack((bytes) => {
      const word = piecesOf('gkr/top')[0]!.at;
      const mu = drawn('gkr/mu')[0]!;
      const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext, Ext, Ext];
      const oneMinus = ext.sub(ext.ONE, mu);
      // q0 -> n0, q1 -> n1 keeps q(mu); the fraction p/q = value of the root fixes one more linear equation on p.
      const n0 = ext.add(q0, DELTA);
      const n1 = ext.sub(q1, ext.mul(ext.mul(DELTA, oneMinus), ext.inverse(mu)));
      const root = ext.mul(ext.add(ext.mul(p0, q1), ext.mul(p1, q0)), ext.inverse(ext.mul(q0, q1)));
      const right = ext.mul(root, ext.mul(n0, n1));
      const pMu = ext.add(p0, ext.mul(mu, ext.sub(p1, p0)));
      const determinant = ext.inverse(ext.sub(ext.mul(n1, mu), ext.mul(n0, oneMinus)));
      const x = ext.mul(ext.sub(ext.mul(right, mu), ext.mul(n0, pMu)), determinant);
      const y = ext.mul(ext.sub(ext.mul(n1, pMu), ext.mul(oneMinus, right)), determinant);
      for (const [k, v] of [x, y, n0, n1].entries()) writeWords(bytes, word + 5 * k, v);
    });
  });
  it.each([0, 17, -1])('sumcheck message %i', (index) => {
    const i = index < 0 ? piecesOf('gkr/sumcheck').length - 1 : index;
    attack((bytes) => {
      // next = g0 + rho (g1 - g0 - c) + rho^2 c with g0 = (claim - r g1) / (1 - r): linear in (g1, c).
      const rho = drawn('gkr/rho')[i]!;
      const r = coordinateOfRound(frozen, i);
      const slope = ext.neg(ext.mul(r, ext.inverse(ext.sub(ext.ONE, r))));
      const byG1 = ext.add(ext.mul(slope, ext.sub(ext.ONE, rho)), rho);
      const byLeading = ext.sub(ext.mul(rho, rho), rho);
      addAt(bytes, piecesOf('gkr/sumcheck')[i]!.at, kernel([[byG1, byLeading]]));
    });
  });
  it.each([0, 5, -1])('children of layer %i', (index) => {
    const all = piecesOf('gkr/children');
    const i = index < 0 ? all.length - 1 : index;
    attack((bytes) => moveChildren(bytes, all[i]!.at, drawn('gkr/lambda')[i]!, drawn('gkr/mu')[i + 1]!));
  });
});
