/** The runtime crate: `std` against what a Linux build of the source prints, serde's types in and out, the heap, panics. */
import { readFileSync } from 'node:fs';
import { concatBytes } from '@weft/primitives';
import { describe, expect, it } from 'vitest';
import { type GuestOutput, outputOf } from '../support/guest-output.ts';
import { text } from '../support/values.ts';

const file = (of: string): Uint8Array =>
  readFileSync(new URL(`../../../guest-examples/rust/std-tour/${of}`, import.meta.url));

describe('std-tour', () => {
  it('prints what its Linux build prints, input cut into items or not', async () => {
    const stdin = file('stdin.txt');
    const expected = {
      exitCode: 0,
      publicValues: '',
      stdout: new TextDecoder().decode(file('stdout.txt')),
      stderr: 'on standard error\n',
    };
    expect(await outputOf('std-tour', stdin)).toEqual(expected);
    expect(await outputOf('std-tour', stdin.slice(0, 7), new Uint8Array(), stdin.slice(7))).toEqual(expected);
  });
  it('exits with what main returns, the end of output written', async () => {
    expect(await outputOf('std-tour', text('code'))).toMatchObject({ exitCode: 7, stdout: 'no output is lost' });
  });
  it('a panic says what and where, and exits with 101', async () => {
    const { exitCode, stderr } = await outputOf('std-tour', text('panic'));
    expect(exitCode).toBe(101);
    expect(stderr).toMatch(/panicked at rust\/std-tour\/src\/main.rs:\d+:\d+:\nas panic wanted\n/);
  });
  it('a heap that is used up ends the run with 102', async () => {
    const { exitCode, stderr } = await outputOf('std-tour', text('exhaust'));
    expect(exitCode).toBe(102);
    expect(stderr).toMatch(/^out of heap: \d+ bytes wanted, \d+ of 268435456 left; .*HEAP_SIZE/);
  });
  it('a stack that overflows traps', async () => {
    await expect(outputOf('std-tour', text('recurse'))).rejects.toMatchObject({ code: 'STACK_OVERFLOW' });
  });
});

/** Little-endian, as bincode 1 writes numbers. */
function number(value: number, bytes: 1 | 4 | 8): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), true);
  return out.slice(0, bytes);
}
const string = (of: string): Uint8Array => concatBytes(number(text(of).length, 8), text(of));
const double = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer);
const task = (variant: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(number(variant, 4), ...parts);
const tour = (...stdin: readonly Uint8Array[]): Promise<GuestOutput> => outputOf('alloc-tour', ...stdin);

describe('alloc-tour', () => {
  it('reads and commits values of its types', async () => {
    const words = 'to be or not to be that is the question be';
    const { exitCode, stdout, publicValues } = await tour(task(0, string(words), number(1, 1), number(2, 4)));
    expect([exitCode, stdout]).toEqual([0, '5 words, 2.000 letters each\n']);
    const counted = concatBytes(
      ...[number(2, 8), string('be'), number(3, 4), string('to'), number(2, 4)],
      ...[number(1, 1), string('to'), double(2), number(5, 8)],
    );
    expect(publicValues).toBe(Buffer.from(counted).toString('hex'));
  });
  it('an absent value of an option', async () => {
    const { publicValues } = await tour(task(0, string(''), number(0, 1)));
    expect(publicValues).toBe(
      Buffer.from(concatBytes(number(0, 8), number(0, 1), double(Number.NaN), number(0, 8))).toString('hex'),
    );
  });
  it('blocks of the heap do not reach into each other', async () => {
    expect(await tour(task(1, number(3000, 4)))).toMatchObject({ exitCode: 0, stderr: '' });
  });
  it.each<[string, Uint8Array, number, RegExp]>([
    [
      'a panic',
      task(2, string('mind the gap')),
      101,
      /^panicked at rust\/alloc-tour\/src\/main.rs:\d+:\d+:\nmind the gap\n$/,
    ],
    ['a heap that is used up', task(3), 102, /^out of heap: \d+ bytes wanted, \d+ of 268435456 left/],
    ['an item that is not there', task(4), 101, /an input item is expected, and there is none left/],
    ['an item that is no value of the type', task(9), 101, /an input item of 4 bytes is no alloc_tour::Task: /],
    ['an item that is too short', task(2, number(1000, 8)), 101, /an input item of 12 bytes is no alloc_tour::Task: /],
  ])('%s ends the run with its exit code and a message', async (_, item, exitCode, message) => {
    const result = await tour(item);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toMatch(message);
  });
  it('exits with any code, the end of output written', async () => {
    expect(await tour(task(6, number(2 ** 32 - 1, 4)), new Uint8Array(5))).toMatchObject({
      exitCode: 2 ** 32 - 1,
      stdout: '5',
    });
  });
  it('what looks random is the same in every run', async () => {
    expect((await tour(task(7))).publicValues).toBe((await tour(task(7))).publicValues);
  });
  it('a stack that overflows traps', async () => {
    await expect(tour(task(5))).rejects.toMatchObject({ code: 'STACK_OVERFLOW' });
  });
});
