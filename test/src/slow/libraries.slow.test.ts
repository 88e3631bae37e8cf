/** Guests with the C and C++ libraries: proven, and built for this machine, where it has a compiler, from the same source. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGuest } from '@weft/guest-examples';
import { prove, setup, verify } from '@weft/sdk';
import { expect, it } from 'vitest';

const GUESTS = [
  ['c-library', 'main.c', ['gcc'], 42],
  ['cxx-library', 'main.cc', ['g++', '-std=c++20'], 13],
] as const;
const folder = (name: string): string => fileURLToPath(new URL(`../../../guest-examples/${name}/`, import.meta.url));

it.each(GUESTS)('%s is proven and verified', async (name, _source, _compiler, exitCode) => {
  const program = await setup(readGuest(name));
  const stdin = readFileSync(join(folder(name), 'stdin.txt'));
  const { proof } = await prove(program, [stdin], { mode: 'core', expectExit: exitCode });
  expect(verify(program.vk, proof, { expectExit: exitCode })).toMatchObject({ exitCode });
});

it.each(GUESTS)('%s prints the same as a program of this machine', (name, source, [compiler, ...options], exitCode) => {
  if (spawnSync(compiler, ['--version']).error !== undefined) return console.warn(`skipped: no ${compiler} here`);
  const temporary = mkdtempSync(join(tmpdir(), 'weft-library-'));
  try {
    const program = join(temporary, name);
    const built = spawnSync(compiler, [...options, '-w', join(folder(name), source), '-lm', '-o', program]);
    expect([built.status, built.stderr.toString()]).toEqual([0, '']);
    const { status, stdout } = spawnSync(program, { input: readFileSync(join(folder(name), 'stdin.txt')) });
    expect(stdout.toString()).toBe(readFileSync(join(folder(name), 'stdout.txt'), 'utf8'));
    expect(status).toBe(exitCode);
  } finally {
    rmSync(temporary, { recursive: true });
  }
});
