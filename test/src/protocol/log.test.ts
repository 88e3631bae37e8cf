/** The verifier's control flow follows the shape alone: two proofs of one shape cause the same calls. */
import type { NativeBackend } from '@weft/prover/transcript/native';
import { expect, it } from 'vitest';
import { counterProgram, proveCounter, verifyCounter } from '../support/counter.ts';

const program = await counterProgram();

/** Every backend call of a verification: its name and the lengths of its array arguments, never a value. */
async function callLog(counts: readonly [number, number]): Promise<string[]> {
  const { proof, words } = await proveCounter(program, counts);
  const log: string[] = [];
  const wrap = (backend: NativeBackend): NativeBackend =>
    new Proxy(backend, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          log.push(`${String(name)}(${args.map((a) => (Array.isArray(a) ? a.length : '')).join()})`);
          return (value as (...a: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  verifyCounter(program, proof, words, { wrap });
  return log;
}

it('is the same for tables of other heights, and for absent tables', async () => {
  const reference = await callLog([129, 40]);
  expect(reference.length).toBeGreaterThan(10_000);
  for (const counts of [
    [1, 0],
    [500, 127],
    [0, 300],
  ] as const) {
    const log = await callLog(counts);
    const difference = log.findIndex((call, i) => call !== reference[i]);
    expect(difference, `first difference: ${log[difference]} for ${reference[difference]}`).toBe(-1);
    expect(log).toHaveLength(reference.length);
  }
});
