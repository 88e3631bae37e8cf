/** Every mutant of the verifier is noticed. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('none survives', () => {
  const tool = fileURLToPath(import.meta.resolve('@weft/test/mutants/run'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(status, stdout + stderr).toBe(0);
});
