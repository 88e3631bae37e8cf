/** The worked examples of the public API do what their comments say. */
import { expect, it } from 'vitest';
import { executeExample, proveExample, setupExample, verifyExample } from './index.ts';

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
