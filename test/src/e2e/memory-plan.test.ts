/** The kernel memory that a proof takes is known before it starts. */
import { readGuest } from '@weft/guest-examples';
import { kernelsFor } from '@weft/primitives/kernel/kernels';
import { KernelMemory } from '@weft/primitives/kernel/memory';
import { statementWords } from '@weft/prover/machine/machine';
import { planMemory } from '@weft/prover/prove/kernel/plan';
import { chooseShape, proveTables } from '@weft/prover/prove/prove';
import { expect, it } from 'vitest';
import { traceRun } from '../support/run.ts';

it('bounds what is used, not by much', async () => {
  const { pk, traces, statement } = await traceRun(readGuest('sha256'), [new Uint8Array(300)]);
  const { memory } = kernelsFor(pk.key.suite).prepare();
  const base = memory.mark();
  const shape = chooseShape(
    pk.key,
    traces.map((t) => t?.logHeight),
  );
  const { peak } = planMemory(pk.key.machine, shape, traces);
  await proveTables(pk.key, pk.commitment, traces, statementWords(statement));
  expect(memory.peak - base).toBeLessThanOrEqual(peak);
  expect(memory.peak - base).toBeGreaterThan(0.6 * peak);
  // Everything has been taken back, and a second proof needs no more.
  expect(memory.mark()).toBe(base);
  const before = memory.memory.buffer.byteLength;
  await proveTables(pk.key, pk.commitment, traces, statementWords(statement));
  expect(memory.memory.buffer.byteLength).toBe(before);
});

it('more than WebAssembly can address is a typed error, and loses nothing', () => {
  const memory = new KernelMemory();
  const at = memory.allocate(64);
  memory.words[at / 4] = 7;
  expect(() => memory.allocate(2 ** 33)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
  expect(() => memory.ensure(2 ** 32)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
  expect(memory.words[at / 4]).toBe(7);
  expect(memory.allocate(64)).toBe(at + 64);
});
