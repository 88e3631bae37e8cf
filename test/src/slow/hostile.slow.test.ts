/** Hostile guests whose runs have a proof: it is made, says how they ended, and is no proof of another end. And what all of them cost the host. */
import { reasonOf } from '@weft/primitives/testing';
import { createRunner, execute, prove, setup, type TaskRunner, verify } from '@weft/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVABLE, TRAPPING } from '../support/hostile.ts';
import { sameBytes } from '../support/values.ts';

const MEBIBYTE = 2 ** 20;
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

// Before anything is proven, which takes more.
describe('what a run costs the host', () => {
  it('stays below 600 MiB for all of them together', async () => {
    await execute(PROVABLE[0]!.elf, []);
    const before = peakBytes();
    for (const { elf, stdin, code, options } of TRAPPING)
      await expect(execute(elf, stdin, options)).rejects.toMatchObject({ code });
    expect(peakBytes() - before).toBeLessThan(600 * MEBIBYTE);
  });
});

describe('is proven', () => {
  let runner: TaskRunner;
  beforeAll(async () => {
    runner = await createRunner(1);
  });
  afterAll(() => runner.close());
  it.each(PROVABLE.map((guest) => [guest.what, guest] as const))(
    '%s',
    async (_, { elf, stdin, exitCode, publicValues }) => {
      const program = await setup(elf);
      const { proof } = await prove(program, stdin, { mode: 'core', runner });
      const verified = verify(program.vk, proof, { expectExit: exitCode });
      expect([verified.exitCode, sameBytes(verified.publicValues, publicValues)]).toEqual([exitCode, true]);
      expect(reasonOf(() => verify(program.vk, proof, { expectExit: (exitCode ^ 1) >>> 0 }))).toBe('exit_code');
    },
  );
});
