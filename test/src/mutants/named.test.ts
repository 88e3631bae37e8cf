/** Faults that readers have put into the verifier, each noticed by the tests that claim to. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('none survives', () => {
  const tool = fileURLToPath(import.meta.resolve('@weft/test/mutants/run'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--quick'], { encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
});
