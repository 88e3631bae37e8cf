/** Programs in C and C++ outside of Weft: built for this machine, and for Linux on RISC-V under QEMU, they print and exit as they do as guests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conformancePath, readConformance } from '@weft/guest-examples';
import { prove, setup, verify } from '@weft/sdk';
import { afterAll, expect, it } from 'vitest';
import { CONFORMANCE_EXIT } from '../support/conformance.ts';

const EXAMPLES = new URL('../', conformancePath());
const temporary = mkdtempSync(join(tmpdir(), 'weft-conformance-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const runs = (command: string, ...options: string[]): boolean => spawnSync(command, options).status === 0;
/** Zig is a command, or a module of Python's. */
const zig = [['zig'], ['python3', '-m', 'ziglang']].find(([name, ...options]) => runs(name!, ...options, 'version'));
const TARGET = ['-target', 'riscv32-linux-musl', '-mcpu=generic_rv32+m+a', '-static', '-w'];
const NO_CONTRACTION = '-ffp-contract=off';

const fileOf = (path: string): string => readFileSync(new URL(path, EXAMPLES), 'utf8');
let count = 0;

/** Builds a program and runs it, by an emulator if need be: what it prints and its exit code. */
function linux(source: string, stdin: string, [compiler, ...options]: readonly string[], emulator?: string): unknown {
  const program = join(temporary, `${count++}`);
  const built = spawnSync(compiler!, [...options, fileURLToPath(new URL(source, EXAMPLES)), '-lm', '-o', program]);
  expect([built.status, built.stderr.toString()]).toEqual([0, '']);
  const run = spawnSync(emulator ?? program, emulator === undefined ? [] : [program], { input: stdin });
  return [run.stdout.toString(), run.status];
}

it.each(['-O0', '-O1', '-O2', '-O3'])('conformance, built for this machine, %s', (level) => {
  if (!runs('gcc', '--version')) return console.warn('skipped: no gcc here');
  const expected = [fileOf('conformance/stdout.txt'), CONFORMANCE_EXIT];
  expect(linux('conformance/main.c', '', ['gcc', level, NO_CONTRACTION])).toEqual(expected);
});

// What the guests of these names print and exit with is in the tests of the folder `guests`.
it.each([
  ['conformance', 'main.c', ['cc', '-O0', NO_CONTRACTION], CONFORMANCE_EXIT],
  ['conformance', 'main.c', ['cc', '-O2', NO_CONTRACTION], CONFORMANCE_EXIT],
  ['c-library', 'main.c', ['cc', '-O2'], 42],
  ['cxx-library', 'main.cc', ['c++', '-O2', '-std=c++20'], 13],
] as const)('%s, built for Linux on RISC-V, under QEMU: %s by %s', (name, source, options, exitCode) => {
  if (!runs('qemu-riscv32', '--version')) return console.warn('skipped: no qemu-riscv32 here');
  if (zig === undefined) return console.warn('skipped: no Zig here, which has a C library for riscv32');
  const stdin = name === 'conformance' ? '' : fileOf(`${name}/stdin.txt`);
  const ran = linux(`${name}/${source}`, stdin, [...zig, ...options, ...TARGET], 'qemu-riscv32');
  expect(ran).toEqual([fileOf(`${name}/stdout.txt`), exitCode]);
});

it('conformance is proven', async () => {
  const program = await setup(readConformance('clang-lto'));
  const { proof } = await prove(program, [], { mode: 'core' });
  const { publicValues } = verify(program.vk, proof, { expectExit: CONFORMANCE_EXIT });
  expect(new TextDecoder().decode(publicValues)).toBe(fileOf('conformance/stdout.txt'));
});
