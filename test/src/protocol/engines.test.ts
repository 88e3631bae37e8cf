/** The kernels and their oracle make the same proof, byte by byte. */
import { kernelEngine } from '@weft/prover/prove/kernel/engine';
import { oracleEngine } from '@weft/prover/prove/oracle/engine';
import { expect, it } from 'vitest';
import { counterProgram, proveCounter } from '../support/counter.ts';
import { sameBytes } from '../support/values.ts';

const programs = [await counterProgram(kernelEngine), await counterProgram(oracleEngine)] as const;

it('setup commits to the same program', () => {
  expect(programs[0].key).toEqual(programs[1].key);
});

it.each([
  [1, 300],
  [500, 0],
] as const)('proofs of %i + %i steps', async (first, second) => {
  const kernels = await proveCounter(programs[0], [first, second], kernelEngine);
  const oracle = await proveCounter(programs[1], [first, second], oracleEngine);
  // A difference of two proofs takes minutes to print.
  expect(sameBytes(kernels.proof, oracle.proof)).toBe(true);
  expect(kernels.words).toEqual(oracle.words);
});

it('proofs that are made at the same time do not meet', async () => {
  const [alone] = [await proveCounter(programs[0], [20, 5], kernelEngine)];
  const together = await Promise.all([20, 30, 20].map((n) => proveCounter(programs[0], [n, 5], kernelEngine)));
  expect(together[0]).toEqual(alone);
  expect(together[2]).toEqual(alone);
});
