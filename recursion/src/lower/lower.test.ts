/** Programs as rows: honest runs satisfy them, and rows that cheat, or runs that reject, do not. */
import { ConstraintError, VerificationError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { checkBuses, checkConstraints } from '@weft/prover/air/check';
import { publicTuples } from '@weft/prover/air/statement';
import type { Trace } from '@weft/prover/air/trace';
import { verifyBytes } from '@weft/prover/verify/proof';
import { describe, expect, it } from 'vitest';
import { CircuitRecorder, type FeltWire } from '../circuit/recorder.ts';
import { createRecursionMachine } from '../machine/machine.ts';
import { proveCircuit, setupCircuit } from '../prove.ts';
import { checkColumns } from './check.ts';
import { lowerProgram } from './lower.ts';
import {
  FULL,
  isFaulty,
  judgeRow,
  lowerSample,
  NARROW,
  runSample,
  type SampleProof,
  sampleProgram,
  sampleProof,
  traceSample,
} from './sample.test-support.ts';

const proof = sampleProof();
/** The sample on a machine, and the tables of its honest run. */
const samples = [FULL, NARROW].map((kind) => {
  const laidOut = lowerSample(kind);
  const traces = traceSample(laidOut, runSample(laidOut, proof).values);
  return { name: kind.form.name, kind, sample: laidOut, traces };
});
const [{ sample, traces }] = samples as [(typeof samples)[number]];
const traceOf = (name: string): Trace => traces.find((t) => t.chip.name === name)!;

describe.each(samples)('a program laid out: $name', ({ kind, sample, traces }) => {
  it('uses every chip, and an honest run breaks nothing', () => {
    expect(Object.entries(sample.lowered.rows).filter(([, rows]) => rows === 0)).toEqual([]);
    expect(runSample(sample, proof).rejections).toEqual([]);
    expect(checkConstraints(traces)).toEqual([]);
    expect(checkBuses(traces, publicTuples(sample.machine.machine.statement, proof.inputs))).toEqual([]);
  });
  it('passes the key-generation check, and is the same each time', () => {
    checkColumns(sample.machine, sample.lowered.columns, sample.lowered.rows);
    expect(lowerSample(kind).lowered.columns).toEqual(sample.lowered.columns);
  });
});

describe('a program laid out', () => {
  it('is proven and verified like any machine', async () => {
    // One table higher than it needs to be, as where several programs have a shape in common.
    const prover = await setupCircuit(sampleProgram(), suite, { pack: 9 });
    expect(prover.preprocessed.key.logHeights[Object.keys(prover.lowered.columns).indexOf('pack')]).toBe(9);
    await expect(setupCircuit(sampleProgram(), suite, { hash_node: 4 })).rejects.toThrow('at most 2^4 fit');
    const { values } = runSample(sample, proof);
    const bytes = await proveCircuit(prover, { inputs: proof.inputs, values });
    verifyBytes(prover.key, prover.preprocessed.key, proof.inputs, bytes);
    // What an honest prover's engine makes of wires with which the program rejects is no proof.
    const forged = structuredClone(proof);
    forged.reads[10] = 32;
    const rejected = runSample(sample, forged);
    expect(rejected.rejections.length).toBeGreaterThan(0);
    const none = await proveCircuit(prover, { inputs: proof.inputs, values: rejected.values });
    expect(() => verifyBytes(prover.key, prover.preprocessed.key, proof.inputs, none)).toThrow(VerificationError);
    const other = proof.inputs.with(3, proof.inputs[3]! ^ 1);
    expect(() => verifyBytes(prover.key, prover.preprocessed.key, other, bytes)).toThrow(VerificationError);
  });
  it('refuses what it has no rows for', () => {
    const layOut = (work: (b: CircuitRecorder, x: FeltWire[]) => void): void => {
      const b = new CircuitRecorder(suite, 0);
      const x = b.input(24);
      work(b, x);
      lowerProgram(b.finish(), createRecursionMachine(suite, 24));
    };
    const cases: ((b: CircuitRecorder, x: FeltWire[]) => void)[] = [
      (b, x) => b.assertEqualFelt(b.selectOrder(x[0]!, x.slice(0, 8), x.slice(8, 16))[0]!, x[1]!, 'gkr', 'x'),
      (b, x) => void b.bits(x[0]!, 25, 'gkr'),
      (b, x) => {
        const digests = Array.from({ length: 128 }, () => x.slice(0, 8));
        b.assertEqualFelt(b.selectDigest(x.slice(0, 7), digests)[0]!, x[1]!, 'gkr', 'x');
      },
      (b, x) => {
        const [opened] = b.readRows({ logRows: 1, logCap: 0, rowWidth: 16, zeros: 0 }, [[x[0]!]]);
        const [digest] = b.hashRows([opened!.row]);
        b.assertEqualFelt(b.hashNodes([b.selectOrder(x[0]!, digest!, opened!.path[0]!)])[0]![0]!, x[1]!, 'gkr', 'x');
      },
      // A block that is not full keeps elements of the state before, which no row provides.
      (b, x) => b.assertEqualFelt(b.hashRows([x.slice(0, 20)])[0]![0]!, x[1]!, 'gkr', 'x'),
    ];
    for (const work of cases) expect(() => layOut(work)).toThrow(ConstraintError);
    const b = new CircuitRecorder(suite, 0);
    expect(() => lowerProgram(b.finish(), createRecursionMachine(suite, 1))).toThrow(RangeError);
  });
});

/** Cells that are nobody's in some rows, where changing them changes nothing. */
const WAIVERS: Readonly<Record<string, readonly string[]>> = {
  // A block of the transcript has no bit: what it reads and provides does not depend on it.
  hash_node: ['bit'],
  // Bits beyond those by which a row chooses are in no address.
  choose: ['bit_2', 'bit_3', 'bit_4', 'bit_5'],
};

const chips = samples.flatMap(({ name: machine, sample: { machine: m, lowered }, traces: all }) =>
  m.machine.chips.map(({ name }) => ({
    machine,
    name,
    trace: all.find((t) => t.chip.name === name)!,
    used: lowered.rows[name]!,
  })),
);

describe('rows that cheat', () => {
  it.each(chips)('$machine $name: no changed cell passes', ({ name, trace, used }) => {
    const survivors = new Set<string>();
    const broken = new Set<string>();
    // The first, the last and some rows of each kind in between.
    const rows = new Set([0, used - 1, ...Array.from({ length: 6 }, (_, i) => Math.floor((used * i) / 6))]);
    for (const row of rows) {
      const honest = judgeRow(trace, row);
      expect(honest.broken).toEqual([]);
      for (const [column, cells] of trace.columns.entries()) {
        const value = cells[row]!;
        for (const change of new Set([(value + 1) % P, (value + P - 1) % P, 0, 1, 2, P - 1])) {
          if (change === value) continue;
          const changed = judgeRow(trace, row, { column, value: change });
          for (const constraint of changed.broken) broken.add(constraint);
          if (changed.broken.length === 0 && changed.messages === honest.messages)
            survivors.add(trace.chip.columns[column]!.name);
        }
      }
    }
    expect([...survivors].sort()).toEqual(WAIVERS[name] ?? []);
    // Every constraint is live, except those that only a forged decomposition breaks: see below.
    const idle = trace.chip.constraints.filter((c) => !broken.has(c.name)).map((c) => c.name);
    expect(idle.filter((c) => c !== 'canonical')).toEqual([]);
  });

  it('bits: a number from p on is no second form of a small one', () => {
    const trace = traceOf('bits');
    const { chip } = trace;
    const at = (column: string): number => chip.columns.findIndex((c) => c.name === column);
    const isExact = trace.fixed[chip.fixedColumns.indexOf('is_exact')]!;
    const row = isExact.indexOf(0);
    const x = Array.from({ length: 31 }, (_, i) => trace.columns[at(`bit_${i}`)]![row]! * 2 ** i).reduce(
      (s, b) => s + b,
    );
    // What the row reads does not change with the bits of x + p for an x of less than 24 bits.
    const forge = (number: number): Trace => {
      const columns = trace.columns.map((column) => column.slice());
      for (let i = 0; i < 31; i++) columns[at(`bit_${i}`)]![row] = Math.floor(number / 2 ** i) % 2;
      let ones = columns[at('bit_24')]![row]!;
      for (let k = 0; k < 3; k++) {
        ones *= columns[at(`bit_${25 + 2 * k}`)]![row]! * columns[at(`bit_${26 + 2 * k}`)]![row]!;
        columns[at(`top_${k}`)]![row] = ones;
      }
      return { ...trace, columns };
    };
    expect(judgeRow(forge(x), row).broken.filter((c) => !c.startsWith('point'))).toEqual([]);
    expect(judgeRow(forge(P - 1), row).broken.filter((c) => !c.startsWith('point'))).toEqual([]);
    expect(judgeRow(forge(P), row).broken).toContain('canonical');
    expect(judgeRow(forge(P + 3), row).broken).toContain('canonical');
  });
});

describe('runs that reject', () => {
  const change = (work: (p: SampleProof) => void): SampleProof => {
    const copy = structuredClone(proof);
    work(copy);
    return copy;
  };
  const cases: [string, SampleProof][] = [
    ['another input', change((p) => void (p.inputs[2]! ^= 1))],
    ['other words of the proof', change((p) => void (p.reads[3]! ^= 1))],
    ['another height', change((p) => void (p.reads[9] = 5))],
    ['a height that is not one of the two', change((p) => void (p.reads[9] = 2))],
    ['too large a height', change((p) => void (p.reads[9] = 7))],
    ['no height', change((p) => void (p.reads[9] = 0))],
    ['other bits', change((p) => void (p.reads[10] = 31))],
    ['too many bits', change((p) => void (p.reads[10] = 32))],
    ['bits of a large element', change((p) => void (p.reads[10] = P - 1))],
    ['other rows under other digests', change((p) => void (p.rows[5]![7]! ^= 1))],
    // Rows that are not those of the list, at the positions that are asked for.
    ...Array.from({ length: 8 }, (_, k): [string, SampleProof] => [
      `rows ${2 * k} and ${2 * k + 1} that are not under the list`,
      { ...proof, forgedRows: proof.rows.map((row, i) => (i >> 1 === k ? row.with(k, (row[k]! + 1) % P) : row)) },
    ]),
  ];
  describe.each(samples)('$name', ({ sample }) => {
    it.each(cases)('%s: the rows are faulty exactly when the run rejects', (_, forged) => {
      const { values, rejections } = runSample(sample, forged);
      expect(isFaulty(sample, traceSample(sample, values), forged.inputs)).toBe(rejections.length > 0);
    });
    it('rejects some of them', () => {
      const rejected = cases.filter(([, forged]) => runSample(sample, forged).rejections.length > 0);
      expect(rejected.length).toBeGreaterThan(6);
      expect(rejected.length).toBeLessThan(cases.length - 3);
    });
  });
  it('a division by zero: no inverse is one', () => {
    const b = new CircuitRecorder(suite, 0);
    const x = b.input(5);
    const inverse = b.inverse(b.ext(x), 'gkr');
    b.assertEqual(b.mul(inverse, inverse), b.mul(inverse, inverse), 'gkr', 'x');
    const machine = createRecursionMachine(suite, 5);
    const divided = { machine, lowered: lowerProgram(b.finish(), machine) };
    for (const inputs of [
      [0, 0, 0, 0, 3],
      [0, 0, 0, 0, 0],
    ]) {
      const { values, rejections } = runSample(divided, { ...proof, inputs });
      const faulty = isFaulty(divided, traceSample(divided, values), inputs);
      expect(faulty).toBe(inputs[4] === 0);
      expect(rejections.length > 0).toBe(faulty);
    }
  });
  it('the sum of hot bits, and bits beyond the wanted ones, cannot make up for another number', () => {
    const trace = traceOf('bits');
    const { chip } = trace;
    const isHot = trace.fixed[chip.fixedColumns.indexOf('is_one_hot')]!;
    const row = isHot.indexOf(1);
    const withBits = (set: readonly number[]): string[] => {
      const columns = trace.columns.map((column) => column.slice());
      for (let i = 0; i < 31; i++) columns[i]![row] = set.includes(i) ? 1 : 0;
      return judgeRow({ ...trace, columns }, row).broken;
    };
    expect(withBits([3])).toEqual([]);
    // 1 + 3 = 4
    expect(withBits([0, 2])).toContain('one_hot');
    for (const i of [6, 23, 24, 30]) expect(withBits([i])).toContain('exact');
  });
});
