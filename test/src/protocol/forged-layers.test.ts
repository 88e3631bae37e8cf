/** A prover whose fractions do not cancel: it lies at the top, and the children of each layer pass on what the lie has become. */
import { add, type Ext, inverse, mul, neg, ONE, sub, ZERO } from '@weft/primitives/field/ext';
import { lerp } from '@weft/primitives/field/multilinear';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { reasonOf, seeded } from '@weft/primitives/testing';
import { FIRST_MACHINE_BUS } from '@weft/prover';
import { type Bus, defineChip } from '@weft/prover/air/chip';
import { defineMachine } from '@weft/prover/air/machine';
import type { Trace } from '@weft/prover/air/trace';
import { BETA_COUNT, createFingerprint } from '@weft/prover/protocol/fingerprint';
import { bindingOrder, childVariable, type LeafClaim } from '@weft/prover/protocol/gkr';
import { proveGkr } from '@weft/prover/prove/gkr';
import { OracleFractionTree } from '@weft/prover/prove/oracle/fractions';
import { ProverChannel, VerifierChannel } from '@weft/prover/transcript/channel';
import { NativeBackend } from '@weft/prover/transcript/native';
import type { TranscriptEntry } from '@weft/prover/transcript/transcript';
import { verifyGkr } from '@weft/prover/verify/gkr';
import { verifyZerocheckRounds } from '@weft/prover/verify/zerocheck';
import { describe, expect, it } from 'vitest';

const { ext, felt } = seeded(31);
const NUMBERS: Bus = { id: FIRST_MACHINE_BUS, name: 'numbers', kind: 'permutation', arity: 1 };
const chips = [7, 8].map((maxLogHeight) =>
  defineChip(`numbers ${maxLogHeight}`, { maxLogHeight }, (c) => {
    const [x, y, n] = [c.col('x'), c.col('y'), c.col('n')];
    c.send(NUMBERS, [x], n);
    c.receive(NUMBERS, [y], n);
    c.receive(NUMBERS, [x.mul(y)], n);
  }),
);
const machine = defineMachine('numbers', chips);
const { rowBits, leafBits } = machine;
const traces = chips.map((chip): Trace => {
  const columns = chip.columns.map(() => Uint32Array.from({ length: 2 ** chip.maxLogHeight }, felt));
  return { chip, logHeight: chip.maxLogHeight, columns, fixed: [] };
});
const field = { constant: (x: number): Ext => [x, 0, 0, 0, 0], add, sub, mul };
const fingerprint = createFingerprint(
  field,
  ext(),
  Array.from({ length: BETA_COUNT }, () => ext()),
);
const tree = new OracleFractionTree(machine, traces, fingerprint);
/** The layer whose children are the leaves. */
const LAST = rowBits + leafBits - 1;

type Children = [Ext, Ext, Ext, Ext];

/** Sends honest messages, and children that make the equation of their layer hold. */
class ForgingChannel extends ProverChannel {
  /** What the verifier's tuples would have to add to the sum of all fractions. */
  publicSum: Ext = ZERO;
  readonly #liar: number;
  readonly #stop: number;
  /** What the children sent last are too large by. */
  #lies: readonly Ext[] = [];
  /** By how much the claims at 0 and at 1 of the newest variable, and then the one claim, are too large. */
  #ends: readonly [Ext, Ext] = [ZERO, ZERO];
  #claim: Ext = ZERO;
  #lambda: Ext = ZERO;
  #variables = 0;
  #point: Ext[] = [ZERO];
  #next: Ext[] = [];
  #order: number[] = [];

  /**
   * @param liar - which of the children lies.
   * @param stop - the layer whose children are honest again.
   */
  constructor(liar: number, stop: number) {
    super(suite, () => 0);
    [this.#liar, this.#stop] = [liar, stop];
    const draw = this.transcript.challenge.bind(this.transcript);
    this.transcript.challenge = (label) => {
      const challenge = draw(label);
      this.#take(label, challenge);
      return challenge;
    };
  }

  #take(label: string, challenge: Ext): void {
    if (label === 'gkr/lambda') {
      const [p0, p1, q0, q1] = this.#lies as Children;
      this.#lambda = challenge;
      this.#ends = [add(p0, mul(challenge, q0)), add(p1, mul(challenge, q1))];
      this.#variables++;
      this.#order = bindingOrder(this.#variables, leafBits);
      this.#next = this.#point.slice();
      return;
    }
    const newest = childVariable(this.#variables, leafBits);
    if (label === 'gkr/mu') {
      this.#point[newest] = challenge;
      this.#claim = lerp(...this.#ends, challenge);
      return;
    }
    const i = this.#order.shift()!;
    const isFirst = i === newest && this.#order.length === this.#variables - 1;
    // Of g(1) and the leading coefficient, as they should be, and a g(0) that is not.
    const ratio = mul(sub(ONE, challenge), inverse(sub(ONE, this.#point[i]!)));
    this.#claim = isFirst ? lerp(...this.#ends, challenge) : mul(this.#claim, ratio);
    this.#next[i] = challenge;
  }

  override sendExt(label: string, values: readonly Ext[]): void {
    super.sendExt(label, label === 'gkr/sumcheck' ? values : this.#forge(label, values as Children));
  }

  #forge(label: string, values: Children): Children {
    const [p0, p1, q0, q1] = values;
    // How much p0 q1 + p1 q0 + lambda q0 q1 grows with each.
    const slopes = [q1, q0, add(p1, mul(this.#lambda, q1)), add(p0, mul(this.#lambda, q0))];
    let lie: Ext = label === 'gkr/top' ? ext() : mul(this.#claim, inverse(slopes[this.#liar]!));
    if (this.#variables === this.#stop) lie = ZERO;
    this.#lies = values.map((_, k) => (k === this.#liar ? lie : ZERO));
    const sent = values.map((x, k) => add(x, this.#lies[k]!)) as Children;
    if (label === 'gkr/top') {
      const sum = add(mul(sent[0], sent[3]), mul(sent[1], sent[2]));
      this.publicSum = neg(mul(sum, inverse(mul(sent[2], sent[3]))));
    } else this.#point = this.#next.toSpliced(childVariable(this.#variables + 1, leafBits), 0, ZERO);
    return sent;
  }
}

/** A verifier's channel, and what its transcript is asked for. */
function verifierOf(bytes: Uint8Array): { channel: VerifierChannel<number, Ext>; calls: () => string[] } {
  const backend = new NativeBackend(suite, bytes, () => ({ offsets: [], emptyParts: 0 }));
  const channel = new VerifierChannel<number, Ext>(backend);
  const log: TranscriptEntry[] = [];
  channel.transcript.log = log;
  return { channel, calls: () => log.map(({ kind, label, count }) => `${kind} ${label} ${count}`) };
}

/** The verdict on a forgery, and what prover and verifier are left with. */
async function forge(liar: number, stop: number) {
  const prover = new ForgingChannel(liar, stop);
  const honest = await proveGkr(prover, rowBits, leafBits, tree);
  const { channel, calls } = verifierOf(prover.bytes());
  let claim: LeafClaim<Ext> | undefined;
  const reason = reasonOf(() => void (claim = verifyGkr(channel, rowBits, leafBits, prover.publicSum)));
  return { reason, honest, claim, calls };
}

describe('every message is observed before the challenge that it must not know', () => {
  it('of GKR', async () => {
    const expected = ['observe gkr/top 20'];
    for (let variables = 1; variables <= LAST; variables++) {
      const isJoined = variables === leafBits + 1 || variables === leafBits + 2;
      expected.push('challenge gkr/lambda 5', ...(isJoined ? ['challenge gkr/mu 5'] : []));
      for (let k = 0; k < variables; k++)
        expected.push(`observe gkr/sumcheck ${k === 0 && !isJoined ? 5 : 10}`, 'challenge gkr/rho 5');
      expected.push('observe gkr/children 20');
    }
    expect((await forge(0, 0)).calls()).toEqual(expected);
  });
  it('of the zerocheck', () => {
    const expected = Array.from({ length: rowBits }, (_, k) => [
      `observe zerocheck/sumcheck ${k === 0 ? 10 : 15}`,
      'challenge zerocheck/rho 5',
    ]);
    const { channel, calls } = verifierOf(new Uint8Array(20 * (3 * rowBits - 1)));
    const point = Array.from({ length: rowBits + leafBits }, ext);
    const leaves: LeafClaim<Ext> = { point, children: [ext(), ext(), ext(), ext()] };
    verifyZerocheckRounds(channel, rowBits, leaves, { constraintAlpha: ext(), epsilon: ext() });
    expect(calls()).toEqual(expected.flat());
  });
});

describe.each([
  [0, 'p0'],
  [1, 'p1'],
  [2, 'q0'],
  [3, 'q1'],
])('child %i, %s', (liar) => {
  it('no lie: the leaves have what is claimed', async () => {
    const { reason, honest, claim } = await forge(liar, 0);
    expect(reason).toBe('accepted');
    expect(claim).toEqual(honest);
  });
  it.each(Array.from({ length: LAST }, (_, i) => i + 1))('a lie that layer %i does not pass on', async (layer) => {
    expect((await forge(liar, layer)).reason).toBe('gkr');
  });
  it('a lie that all layers pass on: a false claim about that child of the leaves, and about no other', async () => {
    const { reason, honest, claim } = await forge(liar, LAST + 1);
    expect(reason).toBe('accepted');
    expect(claim!.point).toEqual(honest.point);
    expect(claim!.children.map((x, k) => String(x) === String(honest.children[k]))).toEqual(
      [0, 1, 2, 3].map((k) => k !== liar),
    );
  });
});
