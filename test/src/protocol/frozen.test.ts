/**
 * Frozen-challenge attacks (every class of message that the transcript observes). A lie is built that satisfies all
 * equations for the challenges of an honest run. A verifier that replays those challenges accepts it, which shows that
 * the lie is consistent; the real verifier, whose challenges depend on the message, must reject it.
 */
import { VerificationError } from '@weft/primitives';
import { inverse as inverseFelt, P } from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { NativeBackend } from '@weft/prover/transcript/native';
import { Transcript } from '@weft/prover/transcript/transcript';
import { describe, expect, it } from 'vitest';
import { mapPieces, type Piece } from '../support/pieces.ts';
import { proveToy, toyKey, toyProgram, verifyToy } from '../support/toy.ts';

type Ext = ext.Ext;

/** One recorded draw. */
type Draw = Ext | number[][];

class RecordingTranscript extends Transcript<number, Ext> {
  readonly draws: Draw[] = [];
  override challenge(label: string): Ext {
    const c = super.challenge(label);
    this.draws.push(c);
    return c;
  }
  override challengePositions(label: string, count: number, bits: number): number[][] {
    const p = super.challengePositions(label, count, bits);
    this.draws.push(p);
    return p;
  }
}

class FrozenTranscript extends Transcript<number, Ext> {
  readonly #draws: Draw[];
  constructor(backend: NativeBackend, draws: readonly Draw[]) {
    super(backend);
    this.#draws = draws.slice();
  }
  override challenge(): Ext {
    return this.#draws.shift() as Ext;
  }
  override challengePositions(): number[][] {
    return this.#draws.shift() as number[][];
  }
}

const program = await toyProgram();
const { proof, words } = await proveToy(program, [129, 40]);

function record(): { value: Draw; label: string }[] {
  let transcript: RecordingTranscript | undefined;
  verifyToy(program, proof, words, {
    transcript: (backend) => {
      transcript = new RecordingTranscript(backend);
      transcript.log = [];
      return transcript;
    },
  });
  const labels = transcript!.log!.filter((e) => e.kind === 'challenge').map((e) => e.label);
  return transcript!.draws.map((value, i) => ({ value, label: labels[i]! }));
}

const draws = record();
const pieces = mapPieces(program, proof, words);

/** Challenges with this label, in order. */
const drawn = (label: string): Ext[] => draws.filter((d) => d.label === label).map((d) => d.value as Ext);
const piecesOf = (label: string): Piece[] => pieces.filter((p) => p.label === label);

function readExt(bytes: Uint8Array, word: number): Ext {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [0, 1, 2, 3, 4].map((j) => view.getUint32(4 * (word + j), true)) as unknown as Ext;
}
function writeWords(bytes: Uint8Array, word: number, values: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [j, x] of values.entries()) view.setUint32(4 * (word + j), x, true);
}

function outcome(bytes: Uint8Array, statement: readonly number[], frozen: boolean): string {
  try {
    verifyToy(
      program,
      bytes,
      statement,
      frozen
        ? {
            transcript: (b) =>
              new FrozenTranscript(
                b,
                draws.map((d) => d.value),
              ),
          }
        : {},
    );
    return 'accepted';
  } catch (error) {
    if (error instanceof VerificationError) return 'rejected';
    throw error;
  }
}

/** The three steps of an attack: the honest proof passes, the lie passes on frozen challenges, and fails on live ones. */
function attack(lie: (bytes: Uint8Array) => void, statement: readonly number[] = words): void {
  expect(outcome(proof, words, false)).toBe('accepted');
  expect(outcome(proof, words, true)).toBe('accepted');
  const bytes = proof.slice();
  lie(bytes);
  expect(outcome(bytes, statement, true), 'the lie is consistent with the frozen challenges').toBe('accepted');
  expect(outcome(bytes, statement, false), 'live challenges expose it').toBe('rejected');
}

const TWO: Ext = [2, 0, 0, 0, 0];
const delta: Ext = [3, 1, 4, 1, 5];

/** Solves a small linear system over E for a non-trivial kernel vector, the last unknown being `delta`. */
function kernel(rows: readonly (readonly Ext[])[]): Ext[] {
  const n = rows[0]!.length;
  const m = rows.map((r) => r.slice());
  for (let c = 0; c < m.length; c++) {
    const pivot = m.findIndex((row, i) => i >= c && !ext.isZero(row[c]!));
    [m[c], m[pivot]] = [m[pivot]!, m[c]!];
    const inverse = ext.inverse(m[c]![c]!);
    m[c] = m[c]!.map((x) => ext.mul(x, inverse));
    for (let i = 0; i < m.length; i++) {
      if (i === c) continue;
      const factor = m[i]![c]!;
      m[i] = m[i]!.map((x, j) => ext.sub(x, ext.mul(factor, m[c]![j]!)));
    }
  }
  const out = m.map((row) => ext.neg(ext.mul(row[n - 1]!, delta)));
  return [...out, delta];
}

/** Adds a vector of extension elements to consecutive ones in the proof. */
function addAt(bytes: Uint8Array, word: number, change: readonly Ext[]): void {
  for (const [k, d] of change.entries()) writeWords(bytes, word + 5 * k, ext.add(readExt(bytes, word + 5 * k), d));
}

/**
 * Children (p0, p1, q0, q1) with claim p0 q1 + p1 q0 + lambda q0 q1 and the values at mu kept. Moving q along its line
 * (q(mu) fixed) and solving the rest for p, which enters linearly, leaves one degree of freedom.
 */
function moveChildren(bytes: Uint8Array, word: number, lambda: Ext, mu: Ext): void {
  const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext, Ext, Ext];
  const claim = ext.add(ext.add(ext.mul(p0, q1), ext.mul(p1, q0)), ext.mul(lambda, ext.mul(q0, q1)));
  const pMu = ext.add(p0, ext.mul(mu, ext.sub(p1, p0)));
  const oneMinus = ext.sub(ext.ONE, mu);
  const n0 = ext.add(q0, delta);
  const n1 = ext.sub(q1, ext.mul(ext.mul(delta, oneMinus), ext.inverse(mu)));
  // x n1 + y n0 = claim - lambda n0 n1, x (1 - mu) + y mu = pMu.
  const right = ext.sub(claim, ext.mul(lambda, ext.mul(n0, n1)));
  const determinant = ext.sub(ext.mul(n1, mu), ext.mul(n0, oneMinus));
  const x = ext.mul(ext.sub(ext.mul(right, mu), ext.mul(n0, pMu)), ext.inverse(determinant));
  const y = ext.mul(ext.sub(ext.mul(n1, pMu), ext.mul(oneMinus, right)), ext.inverse(determinant));
  for (const [k, v] of [x, y, n0, n1].entries()) writeWords(bytes, word + 5 * k, v);
}

describe('GKR messages', () => {
  it('the values at the top', () => {
    // The root fraction must also stay the same, so the denominator has to: only then is the system solvable as above.
    attack((bytes) => {
      const word = piecesOf('gkr/top')[0]!.at;
      const mu = drawn('gkr/mu')[0]!;
      const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => readExt(bytes, word + 5 * k)) as [Ext, Ext, Ext, Ext];
      const oneMinus = ext.sub(ext.ONE, mu);
      // q0 -> n0, q1 -> n1 keeps q(mu); the fraction p/q = value of the root fixes one more linear equation on p.
      const n0 = ext.add(q0, delta);
      const n1 = ext.sub(q1, ext.mul(ext.mul(delta, oneMinus), ext.inverse(mu)));
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
      const r = coordinateOfRound(i);
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

/** Coordinate r of the point that GKR round i is stripped of, replayed from the recorded challenges. */
function coordinateOfRound(round: number): Ext {
  const { leafBits } = toyKey.machine;
  const rhos = drawn('gkr/rho');
  const mus = drawn('gkr/mu');
  let point = [mus[0]!];
  let at = 0;
  for (let variables = 1; ; variables++) {
    const rows = Math.max(0, variables - leafBits);
    const order = [
      ...Array.from({ length: rows }, (_, k) => rows - 1 - k),
      ...Array.from({ length: variables - rows }, (_, k) => variables - 1 - k),
    ];
    const next = point.slice();
    for (const variable of order) {
      if (at === round) return point[variable]!;
      next[variable] = rhos[at++]!;
    }
    point = [mus[variables]!, ...next];
  }
}

describe('zerocheck messages', () => {
  it.each([0, 3])('sumcheck message %i', (i) => {
    attack((bytes) => {
      const rho = drawn('zerocheck/rho')[i]!;
      // Any change of g(1), g(2) and g(3) that interpolates to 0 at rho and leaves g(0) as the claim gives it.
      const lagrange = [1, 2, 3].map((k) => {
        let value: Ext = ext.ONE;
        for (let l = 0; l < 4; l++)
          if (l !== k) value = ext.mulBase(ext.mul(value, ext.sub(rho, [l, 0, 0, 0, 0])), inverseFelt((k - l + P) % P));
        return value;
      });
      addAt(bytes, piecesOf('zerocheck/sumcheck')[i]!.at + 5, kernel([lagrange.slice(1)]));
    });
  });
});

describe('opening messages', () => {
  it.each(['witness', 'preprocessed'])('%s: sumcheck', (tree) => {
    attack((bytes) => {
      const alpha = drawn(`${tree}/alpha`)[0]!;
      // next = g0 + alpha (claim - 2 g0 - c) + alpha^2 c.
      const byG0 = ext.sub(ext.ONE, ext.mul(TWO, alpha));
      addAt(bytes, piecesOf(`${tree}/sumcheck`)[0]!.at, kernel([[byG0, ext.sub(ext.mul(alpha, alpha), alpha)]]));
    });
  });
  it('witness: out-of-domain answer, compensated in the sumcheck message after it', () => {
    attack((bytes) => {
      const answer = piecesOf('witness/out_of_domain_answers')[0]!;
      addAt(bytes, answer.at, [delta]);
      const later = piecesOf('witness/sumcheck').findIndex((p) => p.at > answer.at);
      const alpha = drawn('witness/alpha')[later]!;
      const claimChange = ext.mul(drawn('witness/gamma')[0]!, delta);
      // alpha * claim change + (1 - 2 alpha) g0 change = 0.
      const change = ext.neg(ext.mul(ext.mul(alpha, claimChange), ext.inverse(ext.sub(ext.ONE, ext.mul(TWO, alpha)))));
      addAt(bytes, piecesOf('witness/sumcheck')[later]!.at, [change]);
    });
  });
  it.each(['witness/query_work', 'preprocessed/query_work'])('%s: another nonce', (label) => {
    attack((bytes) => writeWords(bytes, piecesOf(label)[0]!.at, [123456789]));
  });
  it('root of the witness: another leaf that the frozen queries do not open', () => {
    attack((bytes) => replaceUnopenedLeaf(bytes));
  });
});

/** Changes one sibling of the pruned paths at leaf level: another tree under the same opened rows. */
function replaceUnopenedLeaf(bytes: Uint8Array): void {
  const positions = draws.find((d) => d.label === 'witness/positions')!.value as number[][];
  const logRows = positions[0]!.length;
  const opened = [...new Set(positions.map((bits) => bits.reduce((s, b, i) => s + b * 2 ** i, 0)))].sort(
    (a, b) => a - b,
  );
  const queryAt = pieces.findIndex((p) => p.label === 'witness/query_work');
  const rows = pieces
    .slice(queryAt + 1)
    .filter((p) => p.label === 'an opened row')
    .slice(0, opened.length);
  const paths = pieces.slice(queryAt + 1).filter((p) => p.label === 'a Merkle path');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const wordsAt = (p: Piece): number[] =>
    Array.from({ length: p.count }, (_, j) => view.getUint32(4 * (p.at + j), true));
  writeWords(
    bytes,
    paths[0]!.at,
    wordsAt(paths[0]!).map((x) => (x + 1) % P),
  );
  // Recompute the root as the verifier will.
  let nodes = new Map(opened.map((index, k) => [index, hashLeaf(suite, wordsAt(rows[k]!)) as readonly number[]]));
  let next = 0;
  for (let level = 0; level < logRows; level++) {
    for (const i of [...nodes.keys()]) if (!nodes.has(i ^ 1)) nodes.set(i ^ 1, wordsAt(paths[next++]!));
    const parents = new Map<number, readonly number[]>();
    for (const i of nodes.keys())
      if (!parents.has(i >> 1)) parents.set(i >> 1, hashNode(suite, nodes.get(i & ~1)!, nodes.get(i | 1)!));
    nodes = parents;
  }
  writeWords(bytes, piecesOf('root')[0]!.at, nodes.get(0)!);
}

describe('column evaluations', () => {
  it('three columns in which both checks are linear, moved along the kernel of the two', () => {
    attack((bytes) => {
      // The square of the first table and the multiplicities of the lookup tables: the zerocheck total and the opening
      // claim are affine in them together. The coefficients are measured.
      const tables = piecesOf('evaluations');
      const places = [tables[0]!.at + 5 * 4, tables[2]!.at, tables[3]!.at];
      const coefficients = places.map((place) => measure(bytes, place));
      const change = kernel([coefficients.map((c) => c.zerocheck), coefficients.map((c) => c.opening)]);
      for (const [k, place] of places.entries()) addAt(bytes, place, [change[k]!]);
    });
  });
});

/** How the zerocheck total and the opening claim move with one evaluation, by running the frozen verifier twice. */
function measure(bytes: Uint8Array, word: number): { zerocheck: Ext; opening: Ext } {
  const observe = (change: Ext): { zerocheck: Ext; opening: Ext } => {
    const trial = bytes.slice();
    addAt(trial, word, [change]);
    let zerocheck: Ext = ext.ZERO;
    let opening: Ext = ext.ZERO;
    const wrap = (backend: NativeBackend): NativeBackend => {
      backend.assertEqual = (a, b, reason) => {
        if (reason === 'zerocheck') zerocheck = ext.sub(b, a);
        if (reason === 'opening') opening = ext.sub(a, b);
      };
      return backend;
    };
    verifyToy(program, trial, words, {
      wrap,
      transcript: (b) =>
        new FrozenTranscript(
          b,
          draws.map((d) => d.value),
        ),
    });
    return { zerocheck, opening };
  };
  // The last 'opening' assertion is the program's; evaluations of the witness move the witness's final claim linearly.
  const claims: Ext[] = [];
  const wrapAll = (backend: NativeBackend): NativeBackend => {
    backend.assertEqual = (a, b, reason, what) => {
      if (reason === 'opening' && what.startsWith('witness: the final')) claims.push(ext.sub(a, b));
    };
    return backend;
  };
  for (const change of [ext.ZERO, ext.ONE]) {
    const trial = bytes.slice();
    addAt(trial, word, [change]);
    verifyToy(program, trial, words, {
      wrap: wrapAll,
      transcript: (b) =>
        new FrozenTranscript(
          b,
          draws.map((d) => d.value),
        ),
    });
  }
  const [zero, one] = [observe(ext.ZERO), observe(ext.ONE)];
  return { zerocheck: ext.sub(one.zerocheck, zero.zerocheck), opening: ext.sub(claims[1]!, claims[0]!) };
}

describe('every observed word', () => {
  it('changes every challenge that follows it', () => {
    const base = new Transcript<number, Ext>(new NativeBackend(suite, new Uint8Array(), () => []));
    base.observe('x', [1, 2, 3]);
    const reference = base.challenges('c', 3);
    for (const [k, variant] of [
      [2, 2, 3],
      [1, 3, 3],
      [1, 2, 4],
      [1, 2],
      [1, 2, 3, 0],
      [0, 1, 2, 3],
    ].entries()) {
      const other = new Transcript<number, Ext>(new NativeBackend(suite, new Uint8Array(), () => []));
      other.observe('x', variant);
      for (const [j, c] of other.challenges('c', 3).entries()) expect(c, `variant ${k}`).not.toEqual(reference[j]);
    }
  });
  it('is missed when the verifier alone leaves it out', () => {
    const labels = [...new Set(recordLabels())];
    expect(labels).toEqual(
      expect.arrayContaining([
        'key',
        'preprocessed',
        'statement',
        'height',
        'offsets',
        'root',
        'evaluations',
        'preprocessed_evaluations',
      ]),
    );
    for (const label of labels) {
      class Deaf extends Transcript<number, Ext> {
        override observe(name: string, values: readonly number[]): void {
          if (name !== label) super.observe(name, values);
        }
      }
      let verdict = 'accepted';
      try {
        verifyToy(program, proof, words, { transcript: (b) => new Deaf(b) });
      } catch (error) {
        if (!(error instanceof VerificationError)) throw error;
        verdict = 'rejected';
      }
      expect(verdict, label).toBe('rejected');
    }
  });
});

/** Labels of all observations of a verifier run. */
function recordLabels(): string[] {
  const log: { kind: string; label: string; count: number }[] = [];
  verifyToy(program, proof, words, {
    transcript: (b) => {
      const t = new Transcript<number, Ext>(b);
      t.log = log as never;
      return t;
    },
  });
  // The last messages of an opening precede no further challenge: what they say is checked directly.
  return log.filter((e) => e.kind === 'observe' && e.count > 0).map((e) => e.label);
}

describe('the statement', () => {
  it('words that only the transcript holds', () => {
    attack(() => {}, [...words.slice(0, 4), words[4]! + 1]);
  });
  it('words that the buses hold too', () => {
    for (const k of [0, 1, 2, 3])
      expect(
        outcome(
          proof,
          words.map((w, i) => (i === k ? (w + 1) % P : w)),
          false,
        ),
      ).toBe('rejected');
  });
  it('another machine key', () => {
    const key = { ...toyKey, digest: toyKey.digest.map((x, i) => (i === 7 ? x ^ 1 : x)) };
    const run = (frozen: boolean): string => {
      try {
        verifyToy(program, proof, words, {
          key,
          ...(frozen
            ? {
                transcript: (b) =>
                  new FrozenTranscript(
                    b,
                    draws.map((d) => d.value),
                  ),
              }
            : {}),
        });
        return 'accepted';
      } catch (error) {
        return error instanceof VerificationError ? 'rejected' : 'crashed';
      }
    };
    expect([run(true), run(false)]).toEqual(['accepted', 'rejected']);
  });
});
