/** The pinned digest is held to the machine wherever the whole machine is made. */
import { codeOf } from '@weft/primitives/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { MACHINE_DIGEST } from './key.generated.ts';

afterEach(() => {
  vi.doUnmock('./key.generated.ts');
  vi.resetModules();
});

it('the machine of the pinned digest is made, one of another is refused', async () => {
  const { riscvKey } = await import('./key.ts');
  expect(riscvKey().key.digest).toEqual(MACHINE_DIGEST);
  for (const at of [0, 7]) {
    vi.resetModules();
    vi.doMock('./key.generated.ts', () => ({ MACHINE_DIGEST: MACHINE_DIGEST.with(at, MACHINE_DIGEST[at]! ^ 1) }));
    const stale = await import('./key.ts');
    expect(await codeOf(() => stale.riscvKey())).toBe('MACHINE_DIGEST');
  }
});
