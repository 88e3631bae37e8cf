/** The runtime for C and C++: its promises, one by one, and the C and C++ libraries over it against what a Linux build of the source prints. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type GuestOutput, outputOf } from '../support/guest-output.ts';
import { text } from '../support/values.ts';

const promise = (n: number): Promise<GuestOutput> => outputOf('runtime', text(`${n}`));

describe('runtime', () => {
  it.each([
    [0, 'memory functions at every alignment and around every length at which they change their way'],
    [1, 'blocks of malloc, realloc, calloc and aligned_alloc that do not reach into each other'],
  ])('%i: %s', async (n) => {
    expect(await promise(n)).toEqual({ exitCode: 0, publicValues: '', stdout: 'kept\ndestructor\n', stderr: '' });
  });
  it('a heap that is used up: malloc gives NULL, weft_alloc ends the run', async () => {
    const { exitCode, publicValues, stderr } = await promise(2);
    expect([exitCode, publicValues]).toEqual([102, 'cc000000']);
    expect(stderr).toMatch(/^out of heap: 1048576 bytes wanted, \d+ of 268435456 left; link with .*HEAP_SIZE/);
  });
  it.each([
    [3, 'a block freed twice', /block of malloc freed twice/],
    [4, 'free of the middle of a block', /no block of malloc/],
    [5, 'realloc of a block that was freed', /used after free/],
    [7, 'an assertion', /^panicked at runtime\/main.c:\d+: assertion failed: block == NULL\n$/],
  ])('%i: %s is a panic', async (n, _, message) => {
    const { exitCode, stdout, stderr } = await promise(n);
    expect([exitCode, stdout]).toEqual([101, '']);
    expect(stderr).toMatch(message);
  });
  it('exit runs functions of atexit, last first, one that calls exit again included, then destructors', async () => {
    const { exitCode, stdout } = await promise(6);
    expect([exitCode, stdout]).toEqual([7, 'second\nfirst\ndestructor\n']);
  });
  it('lines without an end are written at exit', async () => {
    const { stdout, stderr } = await promise(9);
    expect([stdout, stderr]).toEqual(['a line without an end', 'an error without an end']);
  });
  it('a stack that overflows traps where it would reach the page at null', async () => {
    const error = await promise(8).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'STACK_OVERFLOW', details: { address: expect.any(Number) } });
  });
});

describe.each([
  ['c-library', 42],
  ['cxx-library', 13],
] as const)('%s', (name, exitCode) => {
  const file = (of: string): Uint8Array =>
    readFileSync(new URL(`../../../guest-examples/${name}/${of}`, import.meta.url));
  it('prints what its Linux build prints, and exits with the same code', async () => {
    const result = await outputOf(name, file('stdin.txt'));
    expect(result.stdout).toBe(new TextDecoder().decode(file('stdout.txt')));
    expect(result.exitCode).toBe(exitCode);
  });
});

it('c-library without input: its own exit code, a message on standard error', async () => {
  const { exitCode, stdout, stderr } = await outputOf('c-library', new Uint8Array());
  expect([exitCode, stdout, stderr]).toEqual([3, 'goodbye\n', 'no items\n']);
});
