/** Proofs of proofs: the verifier of the counter's proofs and of RV32IM's, laid out, proven and verified by the same verifier. */

import { VerificationError } from '@weft/primitives';
import {
  checkBuses,
  checkConstraints,
  fillTables,
  type MachineKey,
  type PreprocessedKey,
  publicTuples,
  verifyBytes,
} from '@weft/prover';
import { committedWidths } from '@weft/prover/air/machine';
import { packingRule } from '@weft/prover/protocol/stacking';
import type { OpenedRow } from '@weft/prover/transcript/backend';
import { NativeBackend } from '@weft/prover/transcript/native';
import { type ProofReader, type RecordedVerifier, recordVerifier, verifyByCircuit } from '@weft/recursion';
import { executeCircuit } from '@weft/recursion/circuit/execute';
import { circuitTables } from '@weft/recursion/lower/fill';
import { type CircuitProver, proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { machineKey } from '@weft/rv32im/key';
import { beforeAll, describe, expect, it } from 'vitest';
import { circuitOf } from '../support/circuit.ts';
import { counterKey, counterProgram, proveCounter } from '../support/counter.ts';
import { INSTANCES } from '../support/instances.ts';

const readerOf = (key: MachineKey, proof: Uint8Array): NativeBackend =>
  new NativeBackend(key.suite, proof, packingRule(committedWidths(key.machine), key.shapes[proof[0]!]!.variables));

/** Committed cells of the rows in use. */
const cellsOf = ({ lowered }: CircuitProver): number =>
  lowered.machine.machine.chips.reduce((sum, chip) => sum + chip.columns.length * lowered.rows[chip.name]!, 0);

describe('a proof of the counter machine', () => {
  let prover: CircuitProver;
  let program: PreprocessedKey;
  let verifier: RecordedVerifier;
  beforeAll(async () => {
    program = (await counterProgram()).key;
    verifier = circuitOf(counterKey, 0, program.logHeights);
    prover = await setupCircuit(verifier.program, counterKey.suite);
  });

  it('is proven to be one, and the proof verified, whatever its tables are', async () => {
    // A table that is absent, and one proof whose 261 positions of 2^11 repeat: one layout serves all.
    for (const counts of [
      [129, 40],
      [0, 300],
    ] as const) {
      const { proof, words } = await proveCounter(await counterProgram(), counts);
      const run = verifyByCircuit(verifier, program, words, proof);
      const { inputs } = run;
      const lifted = await proveCircuit(prover, run);
      verifyBytes(prover.key, prover.preprocessed.key, inputs, lifted);
      for (const k of [0, 9]) {
        const others = inputs.with(k, inputs[k]! ^ 1);
        expect(() => verifyBytes(prover.key, prover.preprocessed.key, others, lifted)).toThrow(VerificationError);
      }
    }
  });
  it('is laid out the same each time, without a proof', async () => {
    const again = await setupCircuit(
      recordVerifier(counterKey, counterKey.shapes[0]!, program.logHeights).program,
      counterKey.suite,
    );
    expect(again.preprocessed.key).toEqual(prover.preprocessed.key);
  });
  it('leaves a fault in the rows exactly when the circuit rejects', async () => {
    const { proof, words } = await proveCounter(await counterProgram(), [129, 40]);
    const { lowered } = prover;
    const opened: OpenedRow<number>[][] = [];
    const inspect = (inputs: readonly number[], bytes: Uint8Array): { rejected: number; faults: number } => {
      let rejected = 0;
      const reader = readerOf(counterKey, bytes);
      const isFirst = opened.length === 0;
      let tree = 0;
      const rows: ProofReader['readRows'] = (shape, positions) => {
        // Where a transcript goes another way, the proof has no rows: those of the honest run stand for them.
        if (isFirst) opened.push(reader.readRows(shape, positions));
        return opened[tree++]!;
      };
      const forgiving: ProofReader = {
        read: (count, what, presence) => reader.read(count, what, presence),
        readRows: rows,
        readOffsets: (heights) => reader.readOffsets(heights),
      };
      const values = executeCircuit(lowered.program, counterKey.suite, inputs, [forgiving], () => {
        rejected++;
      });
      const traces = fillTables(circuitTables(lowered, values)).filter((t) => t !== undefined);
      const statement = publicTuples(lowered.machine.machine.statement, inputs);
      return { rejected, faults: checkConstraints(traces, 1).length + checkBuses(traces, statement, 1).length };
    };
    const inputs = [...program.root, ...words];
    expect(inspect(inputs, proof)).toEqual({ rejected: 0, faults: 0 });
    // The word that only the transcript knows.
    const { rejected, faults } = inspect(inputs.with(12, 43), proof);
    expect(rejected).toBeGreaterThan(0);
    expect(faults).toBeGreaterThan(0);
  });
  it('takes the cells that it took', () => {
    expect(cellsOf(prover)).toBeLessThan(1_550_000);
    expect(cellsOf(prover)).toBeGreaterThan(1_300_000);
  });
});

it('a shard of RV32IM is proven to be one', async () => {
  const [, { proof, words }] = INSTANCES;
  const key = machineKey();
  const { preprocessed } = INSTANCES[1];
  const verifier = circuitOf(key, proof[0]!, preprocessed.logHeights);
  const prover = await setupCircuit(verifier.program, key.suite);
  expect(cellsOf(prover)).toBeLessThan(2_600_000);
  const run = verifyByCircuit(verifier, preprocessed, words, proof);
  const { inputs } = run;
  const lifted = await proveCircuit(prover, run);
  verifyBytes(prover.key, prover.preprocessed.key, inputs, lifted);
  // A shard is no lift, nor a lift a shard.
  expect(() => verifyBytes(key, preprocessed, words, lifted)).toThrow(VerificationError);
  expect(() => verifyBytes(prover.key, prover.preprocessed.key, inputs, proof)).toThrow(VerificationError);
});
