/** The verifier's control flow follows the shape alone: two proofs of one shape cause the same calls. */
import type { NativeBackend } from '@weft/prover/transcript/native';
import { describe, expect, it } from 'vitest';
import { INSTANCES, type Instance } from '../support/instances.ts';

/** Every backend call of a verification: its name and the lengths of its array arguments, never a value. */
function callLog(verify: Instance['verify'], { proof, words }: Pick<Instance, 'proof' | 'words'>): string[] {
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
  verify(proof, words, { wrap });
  return log;
}

describe.each(INSTANCES)('$name', (instance) => {
  it('is the same for tables of other heights, and for absent tables', async () => {
    const reference = callLog(instance.verify, instance);
    expect(reference.length).toBeGreaterThan(10_000);
    for (const other of await instance.others()) {
      expect(Buffer.compare(other.proof, instance.proof)).not.toBe(0);
      const log = callLog(instance.verify, other);
      const difference = log.findIndex((call, i) => call !== reference[i]);
      expect(difference, `first difference: ${log[difference]} for ${reference[difference]}`).toBe(-1);
      expect(log).toHaveLength(reference.length);
    }
  });
});
