/**
 * A position says which row is opened: its low bits the order of each step up the path, its high bits the digest of the list that the
 * path leads to. Rows of other positions, with honest paths of their own, fail for nothing but the bits.
 */
import { checkBuses, checkConstraints } from '@weft/prover/air/check';
import { publicTuples } from '@weft/prover/air/statement';
import { describe, expect, it } from 'vitest';
import { CIRCUIT_OP, wiresOf } from '../circuit/program.ts';
import type { LoweredProgram } from './layout.ts';
import {
  FULL,
  lowerSample,
  NARROW,
  runSample,
  type Sample,
  type SampleProof,
  sampleProof,
  traceSample,
} from './sample.test-support.ts';

const DIGEST = 8;
/** log2 of the rows under each digest of the sample's list. */
const PATH = 2;

const proof = sampleProof();
/** What is opened when each position counts as the one that differs in this bit. */
const beside = (bit: number): SampleProof => ({
  ...proof,
  forgedRows: proof.rows.map((_, i) => proof.rows[i ^ (1 << bit)]!),
});

/** Starts of the operations of one kind. */
const startsOf = ({ words, starts }: LoweredProgram['program'], code: number): number[] =>
  Array.from(starts).filter((start) => words[start] === code);

/** The program with the other bit in some rows of a kind: the operand of each that is the bit, in `turns` rows. */
function withTurnedBits(
  lowered: LoweredProgram,
  felts: Uint32Array,
  kind: 'node' | 'choose',
  isTurned: (cell: (column: string) => number) => boolean,
): { turned: LoweredProgram; turns: number } {
  const { machine, columns, plans, program, literalFelts } = lowered;
  const { chip, operands: names } = machine.rows[kind];
  const operands = plans[kind].operands.slice();
  let turns = 0;
  for (let row = 0; row < plans[kind].rows; row++) {
    if (!isTurned((name) => columns[chip.name]![chip.fixedColumns.indexOf(name)]![row]!)) continue;
    const at = row * names.length;
    operands[at] = program.feltWires + literalFelts.indexOf(1 - felts[operands[at]!]!);
    turns++;
  }
  return { turned: { ...lowered, plans: { ...plans, [kind]: { rows: plans[kind].rows, operands } } }, turns };
}

/** Rows in which nothing is wrong but that these many of a chip read another bit than there is. */
function expectBitsAlone({ machine }: Sample, turned: LoweredProgram, felts: Uint32Array, exts: Uint32Array) {
  const traces = traceSample({ machine, lowered: turned }, { felts, exts });
  expect(checkConstraints(traces)).toEqual([]);
  const unbalanced = checkBuses(traces, publicTuples(machine.machine.statement, proof.inputs), 1000);
  expect(new Set(unbalanced.map(({ bus }) => bus))).toEqual(new Set(['felt']));
  return unbalanced.flatMap(({ parties }) => parties).filter((party) => party.startsWith('+'));
}

describe.each([FULL, NARROW])('$form.name', (kind) => {
  const sample = lowerSample(kind);
  const { lowered } = sample;
  const { words } = lowered.program;

  it('the neighbour of a row: each step reads the bit that says its order', () => {
    const honest = runSample(sample, proof).values.felts;
    const { felts, exts } = runSample(sample, beside(0)).values;
    // The lowest siblings are the rows that were asked for; from there on paths are the honest ones.
    for (const start of startsOf(lowered.program, CIRCUIT_OP.CLIMB)) {
      const { out, feltsOut } = wiresOf(words, start);
      felts.set(honest.subarray(out, out + feltsOut), out);
    }
    for (const start of startsOf(lowered.program, CIRCUIT_OP.READ_ROWS)) {
      const [width, count] = [words[start + 4]!, words[start + 5]!];
      const stride = width + DIGEST * PATH;
      for (let q = 0; q < count; q++) {
        const [from, to] = [words[start + 1]! + stride * q + width + DIGEST, words[start + 1]! + stride * (q + 1)];
        felts.set(honest.subarray(from, to), from);
      }
    }
    const { chip } = lowered.machine.rows.bits;
    const lowest = new Set(lowered.columns[chip.name]![chip.fixedColumns.indexOf('at_bits')]);
    const { turned, turns } = withTurnedBits(
      lowered,
      felts,
      'node',
      (cell) => cell('is_step') === 1 && lowest.has(cell('at_bit')),
    );
    expect(turns).toBeGreaterThan(0);
    const reads = expectBitsAlone(sample, turned, felts, exts);
    expect(reads.filter((party) => party.startsWith('+1 hash_node'))).toHaveLength(turns);
  });

  it('a row under another digest: each choice reads the bits that say which', () => {
    const { felts, exts } = runSample(sample, beside(PATH)).values;
    for (const start of startsOf(lowered.program, CIRCUIT_OP.SELECT_DIGEST)) {
      const [out, count] = [words[start + 1]!, words[start + 2]!];
      const bits = words.subarray(start + 3, start + 3 + count);
      const other = bits.reduce((index, wire, i) => index + felts[wire]! * 2 ** i, 0) ^ 1;
      const digest = words.subarray(start + 3 + count + DIGEST * other).subarray(0, DIGEST);
      for (const [i, wire] of digest.entries()) felts[out + i] = felts[wire]!;
    }
    const { turned, turns } = withTurnedBits(lowered, felts, 'choose', () => true);
    expect(turns).toBeGreaterThan(0);
    const reads = expectBitsAlone(sample, turned, felts, exts);
    expect(reads.filter((party) => party.startsWith('+1 choose'))).toHaveLength(turns);
  });
});
