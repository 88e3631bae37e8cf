/**
 * @module A small program that uses every operation and every chip, as the verifier of a toy proof: a transcript, opened rows
 * under a list of digests, bits, products. And the tables of its runs, rows judged one by one.
 */

import type { VerificationError } from '@weft/primitives';
import { P, rootOfUnity } from '@weft/primitives/field/base';
import { hashLeaf, hashNode } from '@weft/primitives/hash/modes';
import { type HashSuite, POSEIDON2_KOALABEAR, POSEIDON2_KOALABEAR_16 } from '@weft/primitives/hash/suite';
import { seeded } from '@weft/primitives/testing';
import { checkBuses, checkConstraints } from '@weft/prover/air/check';
import { BASE_FIELD, evaluateNodes } from '@weft/prover/air/evaluate';
import { publicTuples } from '@weft/prover/air/statement';
import type { Trace } from '@weft/prover/air/trace';
import { tensor } from '@weft/prover/protocol/stacking';
import { fillTables } from '@weft/prover/prove/fill';
import { Transcript } from '@weft/prover/transcript/transcript';
import { type CircuitValues, executeCircuit, type ProofReader } from '../circuit/execute.ts';
import type { CircuitProgram } from '../circuit/program.ts';
import { CircuitRecorder, type ExtWire, type FeltWire } from '../circuit/recorder.ts';
import {
  createRecursionMachine,
  FULL_MACHINE,
  type MachineForm,
  NARROW_MACHINE,
  type RecursionMachine,
} from '../machine/machine.ts';
import { circuitTables } from './fill.ts';
import type { LoweredProgram } from './layout.ts';
import { lowerProgram } from './lower.ts';

/** The suite of the toy proof, and the machine on which its verifier is laid out. */
export interface SampleKind {
  readonly suite: HashSuite;
  readonly form: MachineForm;
}
export const FULL: SampleKind = { suite: POSEIDON2_KOALABEAR, form: FULL_MACHINE };
export const NARROW: SampleKind = { suite: POSEIDON2_KOALABEAR_16, form: NARROW_MACHINE };

const LOG_ROWS = 4;
const ROW_WIDTH = 32;
/** Levels below the list that positions choose from. */
const PATH = 2;
/** More than the lanes of one row of `fold`, fewer than those of two. */
const QUERIES = 6;

/** What the toy proof says beside its rows. */
export interface SampleProof {
  readonly inputs: number[];
  /** Nine elements, of which the last is below 2^5, the one before at most 6. */
  readonly reads: number[];
  readonly rows: number[][];
  /** What is opened instead of the rows of the list. */
  readonly forgedRows?: readonly number[][];
}

export function sampleProof(): SampleProof {
  const { felt } = seeded(20261126);
  return {
    inputs: Array.from({ length: 11 }, felt),
    reads: [...Array.from({ length: 9 }, felt), 4, 21],
    rows: Array.from({ length: 2 ** LOG_ROWS }, () => Array.from({ length: ROW_WIDTH }, felt)),
  };
}

function treeOf(suite: HashSuite, rows: readonly number[][]): number[][][] {
  const levels = [rows.map((row) => [...hashLeaf(suite, row)])];
  while (levels.at(-1)!.length > 1) {
    const below = levels.at(-1)!;
    levels.push(
      Array.from({ length: below.length / 2 }, (_, i) => [...hashNode(suite, below[2 * i]!, below[2 * i + 1]!)]),
    );
  }
  return levels;
}

function readerOf(suite: HashSuite, proof: SampleProof): ProofReader {
  const queue = [...treeOf(suite, proof.rows)[PATH]!.flat(), ...proof.reads];
  const rows = proof.forgedRows ?? proof.rows;
  const levels = treeOf(suite, rows);
  return {
    read: (count) => queue.splice(0, count),
    readRows: (_, positions) =>
      positions.map((bits) => {
        const position = bits.reduce((n, bit, i) => n + bit * 2 ** i, 0);
        const path = levels.slice(0, PATH).map((level, l) => level[(position >> l) ^ 1]!);
        return { row: rows[position]!, path };
      }),
    readOffsets: () => [],
  };
}

function domainPoint(b: CircuitRecorder, position: readonly FeltWire[]): FeltWire {
  let y = b.felt(1);
  for (let i = position.length - 1; i >= 0; i--)
    y = b.mulFelt(y, b.selectFelt(position[i]!, b.felt(rootOfUnity(i + 1)), b.felt(1)));
  return y;
}

/** Opens rows and folds them with weights; the digest of each must be in the list. */
function openRows(
  b: CircuitRecorder,
  list: readonly (readonly FeltWire[])[],
  positions: FeltWire[][],
  weights: readonly ExtWire[],
): ExtWire[] {
  const opened = b.readRows({ logRows: LOG_ROWS, logCap: LOG_ROWS - PATH, rowWidth: ROW_WIDTH, zeros: 0 }, positions);
  let digests: readonly (readonly FeltWire[])[] = b.hashRows(opened.map(({ row }) => row));
  for (let level = 0; level < PATH; level++)
    digests = b.hashNodes(digests.map((d, q) => b.selectOrder(positions[q]![level]!, d, opened[q]!.path[level]!)));
  for (const [q, digest] of digests.entries()) {
    const chosen = b.selectDigest(positions[q]!.slice(PATH), list);
    for (const [i, d] of digest.entries()) b.assertEqualFelt(d, chosen[i]!, 'merkle', 'a path');
  }
  return opened.map(({ row }) => b.dotBase(weights, row));
}

export function sampleProgram({ suite }: SampleKind = FULL): CircuitProgram {
  const b = new CircuitRecorder(suite, 0);
  const transcript = new Transcript<FeltWire, ExtWire>(b);
  const inputs = b.input(11);
  transcript.observe('inputs', inputs);
  const flat = b.read(8 * 2 ** (LOG_ROWS - PATH), 'list');
  transcript.observe('list', flat);
  const list = Array.from({ length: flat.length / 8 }, (_, i) => flat.slice(8 * i, 8 * i + 8));
  const reads = b.read(11, 'reads');
  transcript.observe('reads', reads);
  const [x, y] = [b.ext(reads.slice(0, 5)), b.ext([...reads.slice(5, 8), inputs[0]!, b.felt(7)])];
  const weights = tensor(b, transcript.challenges('weights', 5));
  const alpha = transcript.challenge('alpha');
  const positions = transcript.challengePositions('positions', QUERIES, LOG_ROWS);
  const folded = openRows(b, list, positions, weights);
  // Base arithmetic, bits, and what is no multiple of a word.
  const [u, v] = [reads[8]!, inputs[9]!];
  const hot = b.oneHot(reads[9]!, 6, 'height');
  const five = b.bits(reads[10]!, 5, 'stacking');
  const felts = [
    b.subFelt(b.mulFelt(u, v), b.mulFelt(b.felt(3), u)),
    b.addFelt(b.mulFelt(u, u), b.felt(5)),
    b.mulFelt(b.subFelt(b.felt(0), v), u),
    b.selectFelt(five[0]!, u, v),
    ...hot,
    ...five,
    ...positions.map((p) => domainPoint(b, p)),
    // An element of a digest, and of a capacity.
    b.hashRows([inputs.slice(0, 8).concat(reads.slice(0, 8))])[0]![3]!,
    b.permuteNode([...inputs.slice(0, 8), ...reads.slice(0, 8)])[11]!,
  ];
  let sum = b.mul(b.add(b.mul(x, y), alpha), b.sub(x, b.mulBase(y, u)));
  for (const f of folded) sum = b.add(b.mul(sum, alpha), f);
  for (const f of felts) sum = b.add(b.mul(alpha, sum), b.mulBase(b.constant(1), f));
  const inverse = b.inverse(sum, 'gkr');
  const scaled = b.sub(b.constant(0), b.mul(b.constant(9), b.add(inverse, inverse)));
  // Everything comes together in assertions that hold: (x y) / (x y) = 1 in two ways.
  b.assertEqual(b.mul(scaled, sum), b.constant(P - 18), 'gkr', 'a scaled inverse');
  b.assertEqual(b.mul(b.sub(sum, alpha), inverse), b.sub(b.constant(1), b.mul(alpha, inverse)), 'gkr', 'an inverse');
  b.assertEqualFelt(b.addFelt(hot[3]!, hot[4]!), b.felt(1), 'height', 'one of two');
  return b.finish();
}

/** The sample laid out. */
export interface Sample {
  readonly machine: RecursionMachine;
  readonly lowered: LoweredProgram;
}

export function lowerSample(kind: SampleKind = FULL): Sample {
  const program = sampleProgram(kind);
  const machine = createRecursionMachine(kind.suite, program.inputs, kind.form);
  return { machine, lowered: lowerProgram(program, machine) };
}

/** Runs the sample, and goes on where it rejects. */
export function runSample(
  { lowered, machine: { suite } }: Sample,
  proof: SampleProof,
): { values: CircuitValues; rejections: VerificationError[] } {
  const rejections: VerificationError[] = [];
  const values = executeCircuit(lowered.program, suite, proof.inputs, [readerOf(suite, proof)], (error) =>
    rejections.push(error),
  );
  return { values, rejections };
}

export function traceSample({ lowered }: Sample, values: CircuitValues): Trace[] {
  return fillTables(circuitTables(lowered, values)).filter((t) => t !== undefined);
}

/** Whether the debuggers find a fault. */
export function isFaulty({ machine }: Sample, traces: readonly Trace[], inputs: readonly number[]): boolean {
  const statement = publicTuples(machine.machine.statement, inputs);
  return checkConstraints(traces, 1).length > 0 || checkBuses(traces, statement, 1).length > 0;
}

/** What a row breaks and says. */
export function judgeRow({ chip, columns, fixed }: Trace, row: number, changed?: { column: number; value: number }) {
  const cells = [...columns, ...fixed].map((column) => column[row]!);
  if (changed !== undefined) cells[changed.column] = changed.value;
  const values = evaluateNodes(BASE_FIELD, chip.nodes, cells);
  const broken = chip.constraints.filter(({ node }) => values[node] !== 0).map(({ name }) => name);
  const messages = chip.interactions.flatMap(({ bus, sign, tuple, count }) => {
    const times = values[count]!;
    return times === 0 ? [] : [`${sign === 1 ? times : P - times} ${bus.name} ${tuple.map((t) => values[t]).join()}`];
  });
  return { broken, messages: messages.sort().join('\n') };
}
