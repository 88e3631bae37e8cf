/** The examples give the answers that other programs give, and refuse what proves nothing. Some are proven here, all in the slow tests. */
import { existsSync } from 'node:fs';
import { readGuest } from '@weft/guest-examples';
import { EXAMPLES, readStdin } from '@weft/guest-examples/examples';
import { prove, setup, verify } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { runGuest } from '../support/guest-runs.ts';
import { ORACLES } from './oracles.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const nameOf = ({ name }: { name: string }): string => name;

it('every example has an oracle, and every oracle an example', () => {
  expect(Object.keys(ORACLES).sort()).toEqual(EXAMPLES.map(nameOf).sort());
});

describe.each(EXAMPLES)('$name', (example) => {
  const stdin = readStdin(example);
  const { answer, cheats } = ORACLES[example.name]!;

  it('has a page', () => {
    expect(existsSync(new URL(`../../../guest-examples/${example.folder}/README.md`, import.meta.url))).toBe(true);
  });
  it('makes public what the oracle says', () => {
    expect(hex(answer(stdin)!)).toBe(example.publicValues);
    const { exitCode, publicValues } = runGuest(example.name, stdin);
    expect(hex(publicValues)).toBe(example.publicValues);
    expect(exitCode).toBe(0);
  });
  const cases = Object.entries(cheats(stdin));
  it('has inputs to refuse', () => {
    expect(cases.length).toBeGreaterThan(0);
  });
  it.each(cases)('%s', (_, items) => {
    const expected = answer(items);
    const { exitCode, publicValues } = runGuest(example.name, items);
    // Some guests answer no; the others end with an exit code and make nothing public.
    expect(hex(publicValues)).toBe(hex(expected ?? new Uint8Array()));
    expect(hex(publicValues)).not.toBe(example.publicValues);
    if (expected === undefined) expect(exitCode).toBe(1);
    else expect([exitCode, expected.at(-1)]).toEqual([0, 0]);
  });
});

describe('proven', () => {
  const PROVEN = ['sha256-preimage', 'sudoku', 'regex-match'];
  it.each(EXAMPLES.filter(({ name }) => PROVEN.includes(name)))('$name', async (example) => {
    const program = await setup(readGuest(example.name));
    const { proof } = await prove(program, readStdin(example), { mode: 'core' });
    const { exitCode, publicValues } = verify(program.vk, proof);
    expect([exitCode, hex(publicValues)]).toEqual([0, example.publicValues]);
  });
});
