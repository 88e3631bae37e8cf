/** Guests that depend on the crates that SP1 publishes, proven and verified. */
import { readGuest } from '@weft/guest-examples';
import { createRunner, prove, setup, verify } from '@weft/sdk';
import { afterAll, expect, it } from 'vitest';
import { SP1_RUNS } from '../support/sp1-guests.ts';

const runner = await createRunner(1);
afterAll(() => runner.close());

it.each(SP1_RUNS)('$guest, $publicValues.length bytes', async ({ guest, stdin, publicValues, exitCode = 0 }) => {
  const program = await setup(readGuest(guest));
  const { proof } = await prove(program, stdin.items, { mode: 'core', runner, workers: 1 });
  expect(verify(program.vk, proof, { expectExit: exitCode })).toMatchObject({ exitCode, publicValues });
});

it('a proof does not speak for other public values', async () => {
  const { guest, stdin, publicValues } = SP1_RUNS.find((run) => run.guest === 'sp1-unconstrained')!;
  const program = await setup(readGuest(guest));
  const { proof } = await prove(program, stdin.items, { mode: 'core', runner, workers: 1 });
  const at = proof.findIndex((_, i) => publicValues.every((byte, k) => proof[i + k] === byte));
  proof[at]! ^= 1;
  expect(() => verify(program.vk, proof)).toThrow(expect.objectContaining({ code: 'public_values' }));
});
