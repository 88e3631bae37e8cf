/** Program tables have few heights: each is a verifying circuit of its own. */
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { expect, it } from 'vitest';
import { programTable } from './program.ts';

it.each([
  [1, 10],
  [2 ** 10, 10],
  [2 ** 10 + 1, 13],
  [2 ** 13, 13],
  [2 ** 13 + 1, 16],
])('%i instructions have a table of 2^%i rows, the rest of them zero', (count, logHeight) => {
  const program = createProgram(asm.elf(new Array<number>(count).fill(asm.i('ADDI', 0, 0, 0))));
  const columns = programTable(program);
  expect(columns.length).toBe(7);
  for (const column of columns) expect(column.length).toBe(2 ** logHeight);
  const [pc] = columns as [Uint32Array];
  expect(pc.subarray(0, count).every((x) => x !== 0)).toBe(true);
  for (const column of columns) expect(column.subarray(count).every((x) => x === 0)).toBe(true);
});
