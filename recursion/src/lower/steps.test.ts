/** A step up a path goes by the bit of the position that was asked for: a row beside it is another row. */
import { checkBuses, checkConstraints } from '@weft/prover/air/check';
import { publicTuples } from '@weft/prover/air/statement';
import { describe, expect, it } from 'vitest';
import { CIRCUIT_OP, wiresOf } from '../circuit/program.ts';
import type { LoweredProgram } from './layout.ts';
import { FULL, lowerSample, NARROW, runSample, sampleProof, traceSample } from './sample.test-support.ts';

const DIGEST = 8;

/** The program's rows, those of the lowest steps with the other bit. */
function withTurnedSteps(lowered: LoweredProgram, felts: Uint32Array): { turned: LoweredProgram; steps: number } {
  const { machine, columns, plans, program, literalFelts } = lowered;
  const { chip, operands } = machine.rows.node;
  const column = (kind: 'node' | 'bits', name: string): Uint32Array => {
    const { chip: of } = machine.rows[kind];
    return columns[of.name]![of.fixedColumns.indexOf(name)]!;
  };
  const lowest = new Set(column('bits', 'at_bits').subarray(0, lowered.rows[machine.rows.bits.chip.name]!));
  const cells = plans.node.operands.slice();
  let steps = 0;
  for (let row = 0; row < lowered.rows[chip.name]!; row++) {
    if (column('node', 'is_step')[row] !== 1 || !lowest.has(column('node', 'at_bit')[row]!)) continue;
    const at = row * operands.length;
    cells[at] = program.feltWires + literalFelts.indexOf(1 - felts[cells[at]!]!);
    steps++;
  }
  return { turned: { ...lowered, plans: { ...plans, node: { rows: plans.node.rows, operands: cells } } }, steps };
}

describe.each([FULL, NARROW])('$form.name', (kind) => {
  it('opens the neighbour of a row, with a path that leads to the list, and only the bits do not fit', () => {
    const sample = lowerSample(kind);
    const proof = sampleProof();
    const { lowered, machine } = sample;
    const honest = runSample(sample, proof).values.felts;
    const neighbours = proof.rows.map((_, i) => proof.rows[i ^ 1]!);
    const { values } = runSample(sample, { ...proof, forgedRows: neighbours });
    // The lowest siblings are the rows that were asked for; from there on paths are the honest ones.
    const { words, starts } = lowered.program;
    for (const start of starts) {
      const { out, feltsOut } = wiresOf(words, start);
      if (words[start] === CIRCUIT_OP.CLIMB) values.felts.set(honest.subarray(out, out + feltsOut), out);
      if (words[start] !== CIRCUIT_OP.READ_ROWS) continue;
      const [logRows, logCap, width, count] = words.subarray(start + 2, start + 6) as unknown as [
        number,
        number,
        number,
        number,
      ];
      const stride = width + DIGEST * (logRows - logCap);
      for (let q = 0; q < count; q++) {
        const [from, to] = [out + stride * q + width + DIGEST, out + stride * (q + 1)];
        values.felts.set(honest.subarray(from, to), from);
      }
    }
    const { turned, steps } = withTurnedSteps(lowered, values.felts);
    expect(steps).toBeGreaterThan(0);
    const traces = traceSample({ machine, lowered: turned }, values);
    expect(checkConstraints(traces)).toEqual([]);
    const unbalanced = checkBuses(traces, publicTuples(machine.machine.statement, proof.inputs), 1000);
    // Each step reads another bit than the one of its position.
    expect(new Set(unbalanced.map(({ bus }) => bus))).toEqual(new Set(['felt']));
    const reads = unbalanced.flatMap(({ parties }) => parties).filter((party) => party.startsWith('+1 hash_node'));
    expect(reads).toHaveLength(steps);
  });
});
