/** A proof whose rows are hashed by the node permutation, verified by a circuit of the narrow machine. */
import { VerificationError } from '@weft/primitives';
import { POSEIDON2_KOALABEAR, POSEIDON2_KOALABEAR_16 } from '@weft/primitives/hash/suite';
import { reasonOf } from '@weft/primitives/testing';
import {
  createMachineKey,
  type MachineKey,
  type Preprocessed,
  preprocess,
  proveTables,
  verifyBytes,
} from '@weft/prover';
import { lowRateParameters, preprocessedParameters } from '@weft/prover/protocol/parameters';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { recordVerifier, verifyByCircuit } from '@weft/recursion';
import type { CircuitForm } from '@weft/recursion/key';
import { NARROW_MACHINE } from '@weft/recursion/machine/machine';
import { proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyTwice } from '../support/circuit.ts';
import { counterMachine, counterProgram, counterTraces } from '../support/counter.ts';

/** Few queries, so that the tables are small. */
const short = { laterFold: 3, firstShrink: 3 } as const;
const key: MachineKey = createMachineKey(
  POSEIDON2_KOALABEAR_16,
  counterMachine,
  [16],
  { role: 'run' },
  {
    witness: (variables) => lowRateParameters(variables, 4, short),
    preprocessed: (variables) => preprocessedParameters(variables, 4, short),
  },
);

/** The narrow machine at ordinary rates: quick to prove. */
const FORM: CircuitForm = { machine: NARROW_MACHINE, suite: POSEIDON2_KOALABEAR, sizes: [18, 19, 20, 21, 22] };

describe('a proof hashed by one permutation', () => {
  let program: Preprocessed;
  let proof: Uint8Array;
  const { traces, words } = counterTraces([129, 40]);
  beforeAll(async () => {
    program = await preprocess(key, { program: (await counterProgram()).columns[0]! });
    proof = await proveTables(key, program, traces, words, {});
  });

  it('is the same from kernels and oracles', async () => {
    const slow = await preprocess(key, { program: (await counterProgram()).columns[0]! }, oracleEngine);
    expect(slow.key).toEqual(program.key);
    expect(await proveTables(key, slow, traces, words, { engine: oracleEngine })).toEqual(proof);
  });
  it('is judged alike by the verifier and its record', () => {
    const judge = (bytes: Uint8Array, said = words): string =>
      reasonOf(() => verifyTwice(() => verifyBytes(key, program.key, said, bytes), key, program.key, said, bytes));
    expect(judge(proof)).toBe('accepted');
    for (let k = 0; k < 40; k++) {
      const bytes = proof.slice();
      bytes[4 * Math.floor((proof.length / 4) * (k / 40) ** 2)]! ^= 1 << (k % 8);
      expect(judge(bytes)).not.toBe('accepted');
    }
    for (const i of words.keys()) expect(judge(proof, words.with(i, words[i]! ^ 1))).not.toBe('accepted');
  });
  it('is proven to be one, on a machine without rows for leaves', async () => {
    const verifier = recordVerifier(key, key.shapes[0]!, program.key.logHeights);
    const prover = await setupCircuit(verifier.program, key.suite, {}, FORM);
    expect(Object.keys(prover.lowered.rows)).not.toContain('hash_leaf');
    const run = verifyByCircuit(verifier, program.key, words, proof);
    const last = await proveCircuit(prover, run);
    verifyBytes(prover.key, prover.preprocessed.key, run.inputs, last);
    for (const k of [0, 9]) {
      const others = run.inputs.with(k, run.inputs[k]! ^ 1);
      expect(() => verifyBytes(prover.key, prover.preprocessed.key, others, last)).toThrow(VerificationError);
    }
  });
});
