/** The circuit backend: each operation run from its record gives what the native backend gives; what it leaves out changes nothing. */
import { ConstraintError, VerificationError } from '@weft/primitives';
import { rootOfUnity } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR_16, POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import type { Backend } from '@weft/prover/transcript/backend';
import { NativeBackend } from '@weft/prover/transcript/native';
import { describe, expect, it } from 'vitest';
import { executeCircuit } from './execute.ts';
import { operationCounts, wiresOf } from './program.ts';
import { CircuitRecorder, type FeltWire } from './recorder.ts';

const { felt } = seeded(20261125);
const nativeOf = (hashes: typeof suite) =>
  new NativeBackend(hashes, new Uint8Array(), () => ({ offsets: [], emptyParts: 0 }));
const native = nativeOf(suite);

/** Runs `work` natively on inputs, and recorded: every value that it returns must be the same. */
function compare(
  count: number,
  work: <F, E>(b: Backend<F, E>, x: readonly F[]) => { felts: readonly F[]; exts: readonly E[] },
  hashes: typeof suite = suite,
): void {
  const reader = nativeOf(hashes);
  const inputs = Array.from({ length: count }, felt);
  const expected = work(reader, inputs);
  const recorder = new CircuitRecorder(hashes, 0);
  const wires = recorder.input(count);
  const results = work(recorder, wires);
  // Assertions against constants keep the results alive, and check them.
  for (const [i, f] of results.felts.entries())
    recorder.assertEqualFelt(f, recorder.felt(expected.felts[i]!), 'gkr', `felt ${i}`);
  for (const [i, e] of results.exts.entries())
    recorder.assertEqual(e, recorder.ext(expected.exts[i]!.map((c) => recorder.felt(c))), 'gkr', `ext ${i}`);
  executeCircuit(recorder.finish(), hashes, inputs, [reader]);
}

const extOf = <F, E>(b: Backend<F, E>, x: readonly F[], at: number): E => b.ext(x.slice(at, at + 5));

it.each([0, 1, 8, 13, 16, 40])('rows of %i elements, hashed by the node permutation', (length) => {
  compare(
    2 * length + 1,
    (b, x) => ({ felts: b.hashRows([x.slice(0, length), x.slice(length, 2 * length)]).flat(), exts: [] }),
    POSEIDON2_KOALABEAR_16,
  );
});

describe('every operation', () => {
  it('on base elements', () =>
    compare(6, (b, [x, y, z]) => ({
      felts: [b.addFelt(x!, y!), b.subFelt(x!, z!), b.mulFelt(y!, z!), b.subFelt(b.felt(3), x!)],
      exts: [],
    })));
  it('on extension elements', () =>
    compare(16, (b, x) => {
      const [p, q, r] = [extOf(b, x, 0), extOf(b, x, 5), extOf(b, x, 10)];
      return {
        felts: [],
        exts: [
          b.add(p, q),
          b.sub(q, r),
          b.mul(p, r),
          b.mulBase(p, x[15]!),
          b.inverse(q, 'gkr'),
          b.dotBase([p, q, r], [x[0]!, b.felt(5), x[3]!]),
          b.dotBase([p, b.constant(2)], [b.felt(0), x[1]!]),
        ],
      };
    }));
  it('on bits', () =>
    compare(8, (b, x) => {
      const low = b.lowBits(x[0]!, 24);
      const small = b.lowBits(x[1]!, 3);
      const code = small.reduce((s, bit, i) => b.addFelt(s, b.mulFelt(bit, b.felt(2 ** i))), b.felt(0));
      return {
        felts: [
          ...low,
          ...b.bits(code, 3, 'stacking'),
          ...b.oneHot(code, 7, 'height'),
          b.selectFelt(low[0]!, x[2]!, x[3]!),
          ...b.selectOrder(low[1]!, x.slice(2, 4), x.slice(4, 6)),
        ],
        exts: [],
      };
    }));
  it('on digests', () =>
    compare(32, (b, x) => ({
      felts: [
        ...b.permuteNode(x.slice(0, 16)),
        ...b.hashNodes([x.slice(0, 16), x.slice(16)]).flat(),
        ...b.hashRows([x.slice(0, 20), x.slice(12)]).flat(),
      ],
      exts: [],
    })));
});

describe('what is recorded', () => {
  const fresh = (): CircuitRecorder => new CircuitRecorder(suite, 0);
  it('constants are folded, equal operations are there once, and what nothing needs is left out', () => {
    const r = fresh();
    const [x, y] = r.input(2) as [FeltWire, FeltWire];
    expect(r.addFelt(r.felt(2), r.felt(3))).toBe(r.felt(5));
    expect(r.mulFelt(x, r.felt(1))).toBe(x);
    expect(r.mulFelt(x, r.felt(0))).toBe(r.felt(0));
    expect(r.addFelt(x, y)).toBe(r.addFelt(y, x));
    expect(r.subFelt(x, y)).not.toBe(r.subFelt(y, x));
    r.permuteNode(Array.from({ length: 16 }, () => x));
    r.assertEqualFelt(r.addFelt(x, y), r.felt(7), 'gkr', 'sum');
    expect(operationCounts(r.finish())).toEqual({ INPUT: 1, ADD: 1, ASSERT: 1 });
  });
  it('a read of nothing is no operation', () => {
    const r = fresh();
    expect(r.read(0, 'nothing')).toEqual([]);
    const [x] = r.read(1, 'something');
    r.assertEqualFelt(x!, r.felt(7), 'gkr', 'seven');
    const program = r.finish();
    expect(operationCounts(program)).toEqual({ READ: 1, ASSERT: 1 });
    // Every result lies among the wires.
    for (const start of program.starts) {
      const { out, feltsOut } = wiresOf(program.words, start);
      expect(out + feltsOut).toBeLessThanOrEqual(program.feltWires);
    }
  });
  it('steps up a path, domain points and folds of opened rows are one operation each', () => {
    const r = fresh();
    const bits = r.lowBits(r.input(1)[0]!, 2);
    const [opened] = r.readRows({ logRows: 2, logCap: 0, rowWidth: 16, zeros: 0 }, [bits]);
    const { row, path } = opened!;
    const climb = (digest: readonly FeltWire[], k: number): FeltWire[] =>
      r.hashNodes([r.selectOrder(bits[k]!, digest, path[k]!)])[0]!;
    const top = climb(climb(r.hashRows([row])[0]!, 0), 1);
    r.assertEqualFelt(top[0]!, r.felt(1), 'merkle', 'top');
    const choose = (k: number): FeltWire => r.selectFelt(bits[k]!, r.felt(rootOfUnity(k + 1)), r.felt(1));
    r.assertEqualFelt(r.mulFelt(choose(1), choose(0)), r.felt(1), 'gkr', 'point');
    const weights = row.map((_, i) => r.constant(i));
    r.assertEqual(r.dotBase(weights, row), r.constant(3), 'gkr', 'fold');
    const counts = operationCounts(r.finish());
    expect(counts).toEqual({
      INPUT: 1,
      LOW_BITS: 1,
      READ_ROWS: 1,
      PERMUTE_LEAVES: 1,
      CLIMB: 2,
      DOMAIN_POINT: 1,
      FOLD: 2,
      ASSERT: 2,
      ASSERT_EXT: 1,
    });
    // A sibling that was used before, or bits of other positions, make none.
    climb(top, 0).map((x) => r.assertEqualFelt(x, r.felt(1), 'merkle', 'again'));
    const others = r.lowBits(r.input(1)[0]!, 2);
    const other = r.selectFelt(others[0]!, r.felt(rootOfUnity(1)), r.felt(1));
    r.assertEqualFelt(r.mulFelt(choose(1), other), r.felt(1), 'gkr', 'no point');
    expect(operationCounts(r.finish())).toMatchObject({ CLIMB: 2, PERMUTE: 1, DOMAIN_POINT: 1, MUL: 3 });
  });
  it('reads are never shared or left out: each takes the next values of the proof', () => {
    const r = fresh();
    expect(r.read(1, 'a')).not.toEqual(r.read(1, 'a'));
    expect(operationCounts(r.finish())).toEqual({ READ: 2 });
  });
  it('an assertion that can never hold fails the recording', () => {
    const r = fresh();
    expect(() => r.assertEqualFelt(r.felt(1), r.felt(2), 'gkr', 'x')).toThrow(ConstraintError);
    expect(() => r.assertEqual(r.constant(1), r.constant(2), 'gkr', 'x')).toThrow(ConstraintError);
    expect(() => r.inverse(r.constant(0), 'gkr')).toThrow(ConstraintError);
    expect(() => r.bits(r.felt(8), 3, 'gkr')).toThrow(ConstraintError);
  });
  type Work = (r: CircuitRecorder, x: FeltWire) => void;
  const cases: readonly (readonly [string, Work, string])[] = [
    ['a felt', (r, x) => r.assertEqualFelt(x, r.felt(1), 'merkle', 'x'), 'merkle'],
    [
      'each coefficient',
      (r, x) => {
        const [one, two, three, four] = [1, 2, 3, 4].map((v) => r.felt(v)) as [FeltWire, FeltWire, FeltWire, FeltWire];
        r.assertEqual(r.ext([one, two, three, four, x]), r.ext([one, two, three, four, one]), 'opening', 'x');
      },
      'opening',
    ],
    ['too many bits', (r, x) => void r.bits(x, 1, 'stacking'), 'stacking'],
    ['too large a code', (r, x) => void r.oneHot(x, 1, 'height'), 'height'],
    [
      'a zero divisor',
      (r, x) => void r.inverse(r.mulBase(r.ext([x, x, x, x, x]), r.subFelt(x, r.felt(2))), 'gkr'),
      'gkr',
    ],
  ];
  it.each(cases)('rejects %s with the reason of its assertion', (_, work, reason) => {
    const r = fresh();
    work(r, r.input(1)[0]!);
    const program = r.finish();
    executeCircuit(program, suite, [1], [native]);
    let seen: unknown;
    try {
      executeCircuit(program, suite, [2], [native]);
    } catch (error) {
      seen = error;
    }
    expect(seen).toBeInstanceOf(VerificationError);
    expect((seen as VerificationError).code).toBe(reason);
  });
  it('takes exactly its public inputs', () => {
    const r = fresh();
    r.assertEqualFelt(r.input(1)[0]!, r.felt(1), 'gkr', 'x');
    expect(() => executeCircuit(r.finish(), suite, [], [native])).toThrow(RangeError);
    expect(() => executeCircuit(r.finish(), suite, [1, 2], [native])).toThrow(RangeError);
  });
});
