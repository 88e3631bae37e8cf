/**
 * Circuits of runs as they are proven, on proofs that are nothing but random elements: each assertion of the recorded program that
 * fails is one word too many on the buses, and nothing else is wrong. What the layout lost, or computes otherwise, would show.
 */
import { P } from '@weft/primitives/field/base';
import { seeded } from '@weft/primitives/testing';
import { checkBuses, checkConstraints, fillTables, publicTuples } from '@weft/prover';
import { committedWidths } from '@weft/prover/air/machine';
import { blocksOf } from '@weft/prover/protocol/stacking';
import type { ProofReader } from '@weft/recursion';
import { executeCircuit } from '@weft/recursion/circuit/execute';
import type { Child } from '@weft/recursion/circuit/verifier';
import { type Circuit, spanCircuits, wholeCircuits, wrapCircuit } from '@weft/recursion/circuits';
import { recursionKey } from '@weft/recursion/key';
import { circuitTables } from '@weft/recursion/lower/fill';
import { lowerProgram } from '@weft/recursion/lower/lower';
import { KEY_SET_DEPTH } from '@weft/recursion/programs/key-set';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { riscvKeySet, riscvWholeSet } from '@weft/recursion/rv32im/steps';
import { expect, it } from 'vitest';

const chain = riscvChain();
const circuits = new Map(
  [
    ...spanCircuits(chain),
    ...wholeCircuits(chain, riscvKeySet().root, false),
    ...wholeCircuits(chain, riscvKeySet().root, true),
    wrapCircuit(chain, riscvWholeSet().root),
  ].map((circuit): [string, Circuit] => [circuit.name, circuit]),
);

/** A proof of random elements, but for heights, offsets and places: what is too large has no row at all. */
function garbage({ key, shape }: Child, felt: () => number): ProofReader {
  const list = (count: number): number[] => Array.from({ length: count }, felt);
  const below: Readonly<Record<string, number>> = { height: 2, 'the place of a key': 2 ** KEY_SET_DEPTH };
  return {
    read: (count, what) => list(count).map((x) => x % (below[what] ?? P)),
    readRows: ({ logRows, logCap, rowWidth }, positions) =>
      positions.map(() => ({
        row: list(rowWidth),
        path: Array.from({ length: logRows - logCap }, () => list(key.suite.digestLength)),
      })),
    readOffsets: () => list(blocksOf(committedWidths(key.machine)).length).map((x) => x % 2 ** (shape.variables - 7)),
  };
}

it.each(['lift-1-20-10', 'join-2', 'single-20-10', 'whole', 'wrapping-whole', 'wrap'])('%s', (name) => {
  const circuit = circuits.get(name)!;
  const { felt } = seeded(name.length);
  const { circuit: program, child } = circuit.record();
  const { machine } = recursionKey(circuit.suite, circuit.words, circuit.form);
  const lowered = lowerProgram(program, machine, circuit.heights);
  const words = Array.from({ length: circuit.words }, felt);
  const reader = garbage(child, felt);
  const failed = { paths: 0, others: 0 };
  // Hints, and two proofs at most.
  const values = executeCircuit(program, circuit.suite, words, [reader, reader, reader], (error) => {
    // The eight assertions of a path are one row's.
    if (error.message.startsWith('the path of a row')) failed.paths++;
    else failed.others++;
  });
  expect(failed.paths % 8).toBe(0);
  expect(failed.others).toBeGreaterThan(100);
  const traces = fillTables(circuitTables(lowered, values)).filter((t) => t !== undefined);
  expect(checkConstraints(traces, 1)).toEqual([]);
  const unbalanced = checkBuses(traces, publicTuples(machine.machine.statement, words), 1_000_000);
  const surplus = unbalanced.filter(({ count }) => count < P / 2).reduce((sum, { count }) => sum + count, 0);
  expect(surplus).toBe(failed.paths / 8 + failed.others);
});
