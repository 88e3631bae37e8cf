/**
 * A proof of the class before the last at its full size, and a circuit of the narrow machine that verifies it. Its first commitment is
 * opened too often for the tables of the last class; at an ordinary rate there is room.
 */
import { add, mul } from '@weft/primitives/field/base';
import { POSEIDON2_KOALABEAR, POSEIDON2_KOALABEAR_16 } from '@weft/primitives/hash/suite';
import { verifyBytes } from '@weft/prover';
import { executeCircuit, recordVerifier, verifyByCircuit } from '@weft/recursion';
import { CircuitRecorder } from '@weft/recursion/circuit/recorder';
import { FINAL, WRAPPING } from '@weft/recursion/classes';
import { type CircuitForm, childOfClass } from '@weft/recursion/key';
import { NARROW_MACHINE } from '@weft/recursion/machine/machine';
import { proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { expect, it } from 'vitest';

const WORDS = 27;
const FORM: CircuitForm = { machine: NARROW_MACHINE, suite: POSEIDON2_KOALABEAR, sizes: [21, 22] };

it('a proof hashed by one permutation is verified on the narrow machine', async () => {
  const b = new CircuitRecorder(POSEIDON2_KOALABEAR, 0);
  const words = b.input(WORDS);
  const sum = words.reduce((all, x) => b.addFelt(b.mulFelt(all, x), x), b.felt(0));
  b.assertEqualFelt(b.read(1, 'a sum')[0]!, sum, 'gkr', 'a sum');
  const inputs = words.map((_, i) => i * i + 7);
  const said = inputs.reduce((all, x) => add(mul(all, x), x), 0);
  const program = b.finish();
  const reader = { read: () => [said], readRows: () => [], readOffsets: () => [] };
  const values = executeCircuit(program, POSEIDON2_KOALABEAR, inputs, [reader]);
  const wrapping = await setupCircuit(program, POSEIDON2_KOALABEAR, FINAL, WRAPPING);
  const proof = await proveCircuit(wrapping, { inputs, values });
  verifyBytes(wrapping.key, wrapping.preprocessed.key, inputs, proof);

  const { key, shape, logHeights } = childOfClass(POSEIDON2_KOALABEAR, WORDS, FINAL, WRAPPING);
  expect(logHeights).toEqual(wrapping.preprocessed.key.logHeights);
  const verifier = recordVerifier(key, shape, logHeights);
  const run = verifyByCircuit(verifier, wrapping.preprocessed.key, inputs, proof);
  const last = await setupCircuit(verifier.program, POSEIDON2_KOALABEAR_16, {}, FORM);
  verifyBytes(last.key, last.preprocessed.key, run.inputs, await proveCircuit(last, run));
});
