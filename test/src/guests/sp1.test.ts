/** Guests that depend on the crates that SP1 publishes, run on input as hosts for SP1 write it. */
import { loadElf } from '@weft/executor/program/elf';
import { readGuest, SP1_GUESTS } from '@weft/guest-examples';
import { execute } from '@weft/sdk';
import { Sp1Stdin, string, u8, u32, u64 } from '@weft/sdk/sp1';
import { describe, expect, it } from 'vitest';
import { SP1_RUNS } from '../support/sp1-guests.ts';

describe('a guest for SP1 gives the public values that are computed elsewhere', () => {
  it.each(SP1_RUNS)(
    '$guest, $publicValues.length bytes',
    async ({ guest, stdin, publicValues, exitCode = 0, output }) => {
      let printed = '';
      const onOutput = (_: 1 | 2, bytes: Uint8Array): void => {
        printed += new TextDecoder().decode(bytes);
      };
      const run = await execute(readGuest(guest), stdin.items, { onOutput });
      expect({ exitCode: run.exitCode, publicValues: run.publicValues }, printed).toEqual({ exitCode, publicValues });
      if (output !== undefined) expect(printed).toContain(output);
    },
  );
  it('every one of them', () => {
    expect(new Set(SP1_RUNS.map(({ guest }) => guest))).toEqual(new Set(SP1_GUESTS));
  });
});

describe('files', () => {
  it('have the layouts of both linkers of SP1', () => {
    const starts = SP1_GUESTS.map((name) => loadElf(readGuest(name)).segments[0]!.address);
    // Up to version 4 the file's headers are a segment of their own; what version 5 loads is above 0x00200800.
    expect(new Set(starts)).toEqual(new Set([0x10000, 0x00200800]));
  });
});

describe('a guest for SP1 stops', () => {
  it.each([
    ['without input', [], 1, 'Tried to read from the input stream, but it was empty'],
    [
      'at input of another type',
      new Sp1Stdin().write(u8, 1).items,
      1,
      'deserialization failed: Io(Kind(UnexpectedEof))',
    ],
  ])('%s', async (_, items, exitCode, message) => {
    let printed = '';
    const onOutput = (_fd: 1 | 2, bytes: Uint8Array): void => {
      printed += new TextDecoder().decode(bytes);
    };
    expect((await execute(readGuest('sp1-fibonacci'), items, { onOutput })).exitCode).toBe(exitCode);
    expect(printed).toContain(message);
  });
  it('where the host has hidden a hint', async () => {
    const stdin = new Sp1Stdin().write(u64, 15n).write(string, 'other input');
    expect((await execute(readGuest('sp1-unconstrained'), stdin.items)).exitCode).toBe(1);
  });
  it('at an exit by the standard library, which aborts on this target', async () => {
    const stdin = new Sp1Stdin().write(u8, 101);
    await expect(execute(readGuest('sp1-standard'), stdin.items)).rejects.toThrow(
      expect.objectContaining({ name: 'ExecutionError', code: 'ILLEGAL_INSTRUCTION' }),
    );
  });
  it('with more input than it reads', async () => {
    const stdin = new Sp1Stdin().write(u32, 3).write(u32, 4);
    expect((await execute(readGuest('sp1-fibonacci'), stdin.items)).exitCode).toBe(0);
  });
});
