/** What is read beside the loaded image: nothing in it may throw or hang, whatever it says. */
import { readGuest } from '@weft/guest-examples';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as asm from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';
import { readSections, sectionAt } from '../program/sections.ts';
import { callsOf } from './calls-of.ts';
import { readLines } from './lines.ts';
import { readLinkSymbols } from './link-symbols.ts';
import { readFunctions, readSymbols } from './symbols.ts';

const FIBONACCI = readGuest('fibonacci');

describe('sections', () => {
  it('are found by address, if they are loaded', () => {
    const text = readSections(FIBONACCI).find(({ name }) => name === '.text')!;
    expect(sectionAt(FIBONACCI, text.address + text.size - 1)).toBe('.text');
    expect(sectionAt(FIBONACCI, text.address - 4)).not.toBe('.text');
    expect(sectionAt(FIBONACCI, 0)).toBeUndefined();
    expect(readSections(asm.elf(asm.halt()))).toEqual([]);
  });
  it('name the symbols of the linker script', () => {
    const symbols = readLinkSymbols(FIBONACCI, ['__stack_top', '_end', 'no_such_symbol']);
    expect([...symbols.keys()].sort()).toEqual(['__stack_top', '_end']);
  });
});

it('functions are listed by address, with the names that the table gives', () => {
  const symbols = readSymbols(FIBONACCI);
  const functions = readFunctions(FIBONACCI);
  expect(functions.map(({ name }) => name)).toContain('main');
  for (const f of functions) expect(symbols.functionAt(f.address)).toEqual(f);
});

it('mutated files have odd sections, symbols and lines, and no reader throws', () => {
  const end = FIBONACCI.length;
  const table = new DataView(FIBONACCI.buffer, FIBONACCI.byteOffset).getUint32(32, true);
  // The header, anywhere, and the section headers.
  const place = fc.oneof(fc.nat(51), fc.nat(end - 1), fc.integer({ min: table, max: end - 1 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 12 }),
      fc.nat(end),
      (changes, cut) => {
        const file = FIBONACCI.slice(0, changes.length % 4 === 0 ? cut : end);
        for (const [at, value] of changes) file[at] = value;
        readSections(file);
        sectionAt(file, 0x201000);
        readLinkSymbols(file, ['_end']);
        readFunctions(file);
        readLines(file).at(0x201000);
      },
    ),
    { numRuns: 300 },
  );
});

describe('calls of a program', () => {
  const calls = (words: readonly number[]): unknown => callsOf(createProgram(asm.elf(words)));
  it('whose codes are constants', () => {
    expect(calls([...asm.call(0x105), asm.i('ADDI', 5, 0, 2), asm.ECALL, asm.lui(5, 0x10), asm.ECALL])).toEqual({
      codes: [2, 0x105, 0x10000],
      hasOthers: false,
    });
  });
  it.each<readonly [string, readonly number[]]>([
    ['computed', [asm.r('ADD', 5, 6, 7), asm.ECALL]],
    ['an argument of a function', [asm.ECALL]],
    ['set before a call of another function', [asm.i('ADDI', 5, 0, 2), asm.jalr(1, 6, 0), asm.ECALL]],
    ['the result of another system call', [asm.ECALL, asm.ECALL]],
    ['another where a jump comes from', [asm.branch('BEQ', 6, 0, 8), asm.i('ADDI', 5, 0, 2), asm.ECALL]],
  ])('one whose code is %s may be any', (_, words) => {
    expect(calls(words)).toMatchObject({ hasOthers: true });
  });
});
