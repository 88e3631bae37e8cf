import { reasonOf } from '@weft/primitives/testing';
import { proveTables } from '@weft/prover/prove/prove';
import { expect, it } from 'vitest';
import { counterKey, counterProgram, counterTraces, proveCounter, verifyCounter } from '../support/counter.ts';

const program = await counterProgram();

it.each([
  [1, 0],
  [128, 0],
  [129, 40],
  [0, 128],
  [500, 127],
  [256, 512],
] as const)('accepts %i + %i steps', async (first, second) => {
  const { proof, words } = await proveCounter(program, [first, second]);
  expect(reasonOf(() => verifyCounter(program, proof, words))).toBe('accepted');
});

it('rejects another statement', async () => {
  const { traces, words } = counterTraces([10, 3]);
  const wrong = words.map((w, i) => (i === 3 ? w + 1 : w));
  const proof = await proveTables(counterKey, program, traces, wrong);
  expect(reasonOf(() => verifyCounter(program, proof, wrong))).toBe('bus_balance');
});

it('rejects a broken constraint that no bus sees', async () => {
  const { traces, words } = counterTraces([10, 3]);
  traces[0]!.columns[4]![2]!++;
  const proof = await proveTables(counterKey, program, traces, words);
  expect(reasonOf(() => verifyCounter(program, proof, words))).toBe('zerocheck');
});
