import { expect, it } from 'vitest';
import * as asm from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';
import { FunctionNumbers } from './function-names.ts';

const NOP = asm.i('ADDI', 0, 0, 0);
const program = createProgram(asm.elf(new Array<number>(40).fill(NOP)));

it('symbols are asked once for each function, wherever it lies', () => {
  let asked = 0;
  const numbers = new FunctionNumbers(program, {
    functionAt: (pc) => {
      asked++;
      const address = asm.TEXT + 40 * Math.floor((pc - asm.TEXT) / 40);
      return { name: `f${address}`, address, size: 40 };
    },
  });
  for (let i = 0; i < 40; i++) {
    const { address } = numbers.function(numbers.at(asm.TEXT + 4 * i));
    expect(address).toBe(asm.TEXT + 40 * Math.floor(i / 10));
  }
  expect(asked).toBe(4);
});

it('a symbol that is larger than the code, or starts before it, is that of all of the code', () => {
  const numbers = new FunctionNumbers(program, {
    functionAt: () => ({ name: 'all', address: asm.TEXT - 16, size: 2 ** 20 }),
  });
  expect(numbers.at(asm.TEXT + 4 * 39)).toBe(numbers.at(asm.TEXT));
});

it('what lies outside the code is named by its address', () => {
  const numbers = new FunctionNumbers(program, undefined);
  expect(numbers.function(numbers.at(0x80000000))).toEqual({ name: '0x80000000', address: 0x80000000 });
});
