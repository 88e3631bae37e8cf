/** Limits of a run hold in every pass that the library makes of it. */
import { readGuest } from '@weft/guest-examples';
import { codeOf } from '@weft/primitives/testing';
import { execute, prove } from '@weft/sdk';
import { expect, it } from 'vitest';
import { text } from '../support/values.ts';

const elf = readGuest('fibonacci');
const stdin = [text('10')];
const { cycles } = await execute(elf, stdin);

it.each([
  ['maxOutput', { maxOutput: 7 }, 'OUTPUT_LIMIT'],
  ['maxCycles', { maxCycles: cycles - 1 }, 'CYCLE_LIMIT'],
] as const)('%s ends execution and proof', async (_, options, code) => {
  expect(await codeOf(() => execute(elf, stdin, options))).toBe(code);
  expect(await codeOf(() => prove(elf, stdin, { ...options, mode: 'core', workers: 1 }))).toBe(code);
});

it('a run of just as much output and as many cycles is executed and proven', async () => {
  const options = { maxOutput: 13, maxCycles: cycles };
  expect((await execute(elf, stdin, options)).exitCode).toBe(0);
  expect((await prove(elf, stdin, { ...options, mode: 'core', workers: 1 })).exitCode).toBe(0);
});
