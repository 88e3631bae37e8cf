/** The program `conformance` outside of Weft: built for this machine, and for Linux on RISC-V under QEMU, it prints the same and exits with the same code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conformancePath, readConformance } from '@weft/guest-examples';
import { prove, setup, verify } from '@weft/sdk';
import { afterAll, expect, it } from 'vitest';
import { CONFORMANCE_EXIT } from '../support/conformance.ts';

const source = fileURLToPath(new URL('main.c', conformancePath()));
const stdout = readFileSync(new URL('stdout.txt', conformancePath()), 'utf8');
const temporary = mkdtempSync(join(tmpdir(), 'weft-conformance-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const runs = (command: string, ...options: string[]): boolean => spawnSync(command, options).status === 0;
/** Zig is a command, or a module of Python's. */
const zig = [['zig'], ['python3', '-m', 'ziglang']].find(([command, ...options]) =>
  runs(command!, ...options, 'version'),
);

/** Builds the program and runs it. */
function linux([compiler, ...options]: readonly string[], ...emulator: string[]): unknown {
  const program = join(temporary, `program-${options.join('')}`);
  const built = spawnSync(compiler!, [...options, '-ffp-contract=off', source, '-o', program]);
  expect([built.status, built.stderr.toString()]).toEqual([0, '']);
  const [command, ...given] = [...emulator, program];
  const { status, stdout: printed } = spawnSync(command!, given);
  return [printed.toString(), status];
}

it.each(['-O0', '-O1', '-O2', '-O3'])('built for this machine, %s', (level) => {
  if (!runs('gcc', '--version')) return console.warn('skipped: no gcc here');
  expect(linux(['gcc', level])).toEqual([stdout, CONFORMANCE_EXIT]);
});

it.each(['-O0', '-O2'])('built for Linux on RISC-V, under QEMU, %s', (level) => {
  if (!runs('qemu-riscv32', '--version')) return console.warn('skipped: no qemu-riscv32 here');
  if (zig === undefined) return console.warn('skipped: no Zig here, which has a C library for riscv32');
  const target = ['cc', '-target', 'riscv32-linux-musl', '-mcpu=generic_rv32+m+a', '-static'];
  expect(linux([...zig, ...target, level], 'qemu-riscv32')).toEqual([stdout, CONFORMANCE_EXIT]);
});

it('is proven', async () => {
  const program = await setup(readConformance('clang-lto'));
  const { proof } = await prove(program, [], { mode: 'core' });
  const { publicValues } = verify(program.vk, proof, { expectExit: CONFORMANCE_EXIT });
  expect(new TextDecoder().decode(publicValues)).toBe(stdout);
});
