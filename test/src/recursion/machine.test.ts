/** Proofs of proofs: the verifier of the counter's proofs and of RV32IM's, laid out, proven and verified by the same verifier. */

import { VerificationError } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
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
import {
  operationCounts,
  type ProofReader,
  type RecordedVerifier,
  recordVerifier,
  verifyByCircuit,
} from '@weft/recursion';
import { executeCircuit } from '@weft/recursion/circuit/execute';
import { CIRCUIT_OP } from '@weft/recursion/circuit/program';
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

/** Every operation that may reject, and every permutation, has its row. */
function expectRows({ lowered }: CircuitProver, { program }: RecordedVerifier): void {
  const counts = operationCounts(program);
  const { words, starts } = program;
  const batched = (code: number): number =>
    starts.reduce((sum, start) => (words[start] === code ? sum + words[start + 2]! : sum), 0);
  const columnOf = (name: string, column: string): Uint32Array => {
    const { fixedColumns } = lowered.machine.machine.chips.find((c) => c.name === name)!;
    return lowered.columns[name]![fixedColumns.indexOf(column)]!;
  };
  /** Rows that say that their result is a word that exists. */
  const asserting = (name: string, column: string): number => columnOf(name, column).filter((x) => x === P - 1).length;
  expect(asserting('base', 'count') + 8 * asserting('hash_node', 'parent_count')).toBe(counts.ASSERT);
  expect(asserting('linear', 'count')).toBe(counts.ASSERT_EXT);
  expect(asserting('ext', 'count')).toBe(counts.INVERSE);
  expect(lowered.rows['hint']).toBe(counts.INVERSE);
  expect(lowered.rows['bits']).toBe((counts.LOW_BITS ?? 0) + (counts.BITS ?? 0) + (counts.ONE_HOT ?? 0));
  expect(lowered.rows['hash_node']).toBe(counts.PERMUTE! + batched(CIRCUIT_OP.CLIMB));
  expect(lowered.rows['hash_leaf']).toBe(batched(CIRCUIT_OP.PERMUTE_LEAVES));
}

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
  it('shows every assertion that does not hold, and no other', async () => {
    const { proof, words } = await proveCounter(await counterProgram(), [129, 40]);
    const { lowered } = prover;
    // What the honest run reads. Where a transcript goes another way, the proof would have no rows.
    const reader = readerOf(counterKey, proof);
    const messages: number[][] = [];
    const opened: OpenedRow<number>[][] = [];
    const offsets: number[][] = [];
    const note = <T>(list: T[], x: T): T => list[list.push(x) - 1]!;
    const noting: ProofReader = {
      read: (...args) => note(messages, reader.read(...args)),
      readRows: (...args) => note(opened, reader.readRows(...args)),
      readOffsets: (...args) => note(offsets, reader.readOffsets(...args)),
    };
    executeCircuit(lowered.program, counterKey.suite, [...program.root, ...words], [noting]);
    /** Assertions that fail, the eight of a digest being one, and words that the rows say and nobody provides. */
    const inspect = (inputs: readonly number[], forge = (_: OpenedRow<number>[][]): void => {}): [number, number] => {
      const failed = { digests: 0, others: 0 };
      const [reads, rows] = structuredClone([messages, opened] as const);
      forge(rows);
      const forgiving: ProofReader = {
        read: () => reads.shift()!,
        readRows: () => rows.shift()!,
        readOffsets: () => offsets[0]!,
      };
      const values = executeCircuit(lowered.program, counterKey.suite, inputs, [forgiving], ({ code }) => {
        if (code === 'merkle') failed.digests += 1 / 8;
        else failed.others++;
      });
      const traces = fillTables(circuitTables(lowered, values)).filter((t) => t !== undefined);
      expect(checkConstraints(traces, 1)).toEqual([]);
      const unbalanced = checkBuses(traces, publicTuples(lowered.machine.machine.statement, inputs), 1_000_000);
      const surplus = unbalanced.filter(({ count }) => count < P / 2).reduce((sum, { count }) => sum + count, 0);
      return [failed.digests + failed.others, surplus];
    };
    const inputs = [...program.root, ...words];
    expect(inspect(inputs)).toEqual([0, 0]);
    const element = (value: number): number => (value + 1) % P;
    const askedOnce = (rows: readonly OpenedRow<number>[]): OpenedRow<number> =>
      rows.find((a) => rows.filter((b) => b.row === a.row).length === 1)!;
    // A row and a sibling that are others: a path each, and what the row folds to.
    const row = inspect(inputs, (trees) => {
      const cells = askedOnce(trees[0]!).row as number[];
      cells[3] = element(cells[3]!);
    });
    expect(row).toEqual([2, 2]);
    const sibling = inspect(inputs, (trees) => {
      // Paths that meet have digests in common: this one alone changes.
      const path = askedOnce(trees[1]!).path as (readonly number[])[];
      path[2] = path[2]!.with(0, element(path[2]![0]!));
    });
    expect(sibling).toEqual([1, 1]);
    // The word that only the transcript knows: nothing holds any more.
    const [failed, surplus] = inspect(inputs.with(12, 43));
    expect(failed).toBeGreaterThan(300);
    expect(surplus).toBe(failed);
  });
  it('has a row for each effect', () => expectRows(prover, verifier));
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
  expectRows(prover, verifier);
  const run = verifyByCircuit(verifier, preprocessed, words, proof);
  const { inputs } = run;
  const lifted = await proveCircuit(prover, run);
  verifyBytes(prover.key, prover.preprocessed.key, inputs, lifted);
  // A shard is no lift, nor a lift a shard.
  expect(() => verifyBytes(key, preprocessed, words, lifted)).toThrow(VerificationError);
  expect(() => verifyBytes(prover.key, prover.preprocessed.key, inputs, proof)).toThrow(VerificationError);
});
