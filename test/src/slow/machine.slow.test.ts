/** A lift of a lift of a lift: the recursion machine's proofs are verified by its own circuits. */
import { verifyBytes } from '@weft/prover';
import { recordVerifier, verifyByCircuit } from '@weft/recursion';
import { proveCircuit, setupCircuit } from '@weft/recursion/prove';
import { expect, it } from 'vitest';
import { counterKey, counterProgram, proveCounter } from '../support/counter.ts';

it('is proven and verified', async () => {
  const program = await counterProgram();
  const { proof, words } = await proveCounter(program, [129, 40]);
  let child = { key: counterKey, preprocessed: program.key, words: words as readonly number[], proof };
  for (let level = 0; level < 3; level++) {
    const { key, preprocessed } = child;
    const verifier = recordVerifier(key, key.shapes[child.proof[0]!]!, preprocessed.logHeights);
    const prover = await setupCircuit(verifier.program, key.suite);
    const run = verifyByCircuit(verifier, preprocessed, child.words, child.proof);
    const lifted = await proveCircuit(prover, run);
    verifyBytes(prover.key, prover.preprocessed.key, run.inputs, lifted);
    child = { key: prover.key, preprocessed: prover.preprocessed.key, words: run.inputs, proof: lifted };
  }
  expect(child.words.length).toBe(words.length + 3 * counterKey.suite.digestLength);
});
