/** The worked examples of the public API do what their comments say. */
import { executeExample } from '@weft/sdk/examples/execute';
import { proveExample } from '@weft/sdk/examples/prove';
import { setupExample } from '@weft/sdk/examples/setup';
import { verifyExample } from '@weft/sdk/examples/verify';
import { expect, it } from 'vitest';

it('setup', async () => {
  expect(await setupExample()).toMatch(/^[0-9a-f]{64}$/);
  expect(await setupExample()).toBe(await setupExample());
});
it('execute', async () => {
  expect((await executeExample()).printed).toBe('fib(20) = 6765\n');
});
it('prove and verify', async () => {
  const { proof, vk, stages } = await proveExample();
  expect(stages).toContain('prove');
  expect(verifyExample(vk, proof)).toBe('fib(10) = 55');
  expect(verifyExample(vk, proof.subarray(0, 1000))).toBe('rejected: format');
});
