/** Classes of the last two proofs: what fits which tables, and a proof of the last kind. */
import { VerificationError } from '@weft/primitives';
import { POSEIDON2_KOALABEAR, POSEIDON2_KOALABEAR_16 } from '@weft/primitives/hash/suite';
import { committedWidths, preprocessedWidths } from '@weft/prover/air/machine';
import { securityTerms } from '@weft/prover/protocol/security';
import { blocksOf, cellsOf } from '@weft/prover/protocol/stacking';
import { verifyBytes } from '@weft/prover/verify/proof';
import { describe, expect, it } from 'vitest';
import { CircuitRecorder } from './circuit/recorder.ts';
import { type Child, verifyFixed } from './circuit/verifier.ts';
import { FINAL, TREE, WRAPPED, WRAPPED_TABLES, WRAPPING } from './classes.ts';
import { childOfClass, ORDINARY, recursionKey } from './key.ts';
import { checkColumns } from './lower/check.ts';
import { lowerProgram } from './lower/lower.ts';
import { NARROW, runSample, sampleProgram, sampleProof } from './lower/sample.test-support.ts';
import { proveCircuit, setupCircuit } from './prove.ts';

/** Words of a statement, as RV32IM's spans have them. */
const WORDS = 27;
const child = childOfClass(POSEIDON2_KOALABEAR, WORDS, FINAL, WRAPPING);

/** The program that verifies one proof of the class before the last. */
function lastProgram(of: Child) {
  const { machine, suite } = of.key;
  const b = new CircuitRecorder(suite, blocksOf(committedWidths(machine)).length);
  const root = Array.from({ length: suite.digestLength }, (_, i) => b.felt(1000 + i));
  verifyFixed(b, of, root, b.input(WORDS));
  return b.finish();
}

describe('the last proof', () => {
  const { machine, key } = recursionKey(POSEIDON2_KOALABEAR_16, WORDS, WRAPPED);
  it('has tables for the verification of the one before, with 3 % to spare', () => {
    const lowered = lowerProgram(lastProgram(child), machine, WRAPPED_TABLES);
    checkColumns(machine, lowered.columns, lowered.rows);
    for (const [name, rows] of Object.entries(lowered.rows))
      expect(rows / 2 ** WRAPPED_TABLES[name]!, name).toBeLessThan(0.97);
  });
  it('commits to 2^21 cells, and its key to 2^19', () => {
    const heights = key.machine.chips.map(({ name }) => WRAPPED_TABLES[name]!);
    expect(cellsOf(committedWidths(key.machine), heights)).toBeLessThanOrEqual(2 ** 21);
    expect(cellsOf(preprocessedWidths(key.machine), heights)).toBeLessThanOrEqual(2 ** 19);
    expect(childOfClass(POSEIDON2_KOALABEAR_16, WORDS, WRAPPED_TABLES, WRAPPED).shape.variables).toBe(21);
  });
  it('is one of a circuit of the narrow machine, hashed by both permutations, and of no other statement', async () => {
    const prover = await setupCircuit(sampleProgram(NARROW), POSEIDON2_KOALABEAR_16, {}, WRAPPED);
    expect(prover.key.suite).toBe(POSEIDON2_KOALABEAR);
    const proof = sampleProof();
    const { values, rejections } = runSample({ machine: prover.lowered.machine, lowered: prover.lowered }, proof);
    expect(rejections).toEqual([]);
    const bytes = await proveCircuit(prover, { inputs: proof.inputs, values });
    verifyBytes(prover.key, prover.preprocessed.key, proof.inputs, bytes);
    const other = proof.inputs.with(3, proof.inputs[3]! ^ 1);
    expect(() => verifyBytes(prover.key, prover.preprocessed.key, other, bytes)).toThrow(VerificationError);
  });
});

it('every class reaches the target, and no key is that of another', () => {
  const keys = [
    { ...childOfClass(POSEIDON2_KOALABEAR, WORDS, TREE), form: ORDINARY },
    { ...child, form: WRAPPING },
    { ...childOfClass(POSEIDON2_KOALABEAR_16, WORDS, WRAPPED_TABLES, WRAPPED), form: WRAPPED },
  ];
  expect(new Set(keys.map(({ key }) => key.digest.join())).size).toBe(keys.length);
  for (const { key, shape, logHeights } of keys)
    for (const { name, bits } of securityTerms(key, shape, logHeights))
      expect(bits, name).toBeGreaterThanOrEqual(name.startsWith('hash collisions') ? 122 : 124);
  // The same machine and rates under another suite are another key.
  const { suite: _, ...own } = WRAPPING;
  expect(recursionKey(POSEIDON2_KOALABEAR, WORDS, own).key.digest).not.toEqual(child.key.digest);
});
