/** Unconstrained blocks of a size that no table of single words would hold. */
import { expect, it } from 'vitest';
import { execute } from '../executor.ts';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { createProgram } from '../program/program.ts';

it('a block may store to more than 2^24 words', async () => {
  const [from, to] = [0x1000000, 0x1000000 + 4 * (2 ** 24 + 1024)];
  const fill = [
    ...asm.li(6, from),
    ...asm.li(7, to),
    asm.store('SW', 7, 6, 0),
    asm.i('ADDI', 6, 6, 4),
    asm.branch('BNE', 6, 7, -8),
  ];
  const words = [
    ...asm.call(SYSCALL.ENTER_UNCONSTRAINED),
    asm.branch('BEQ', 5, 0, 4 * (1 + fill.length + 9)),
    ...fill,
    ...asm.call(SYSCALL.EXIT_UNCONSTRAINED),
    ...asm.li(6, to),
    asm.load('LW', 10, 6, -4),
    ...asm.li(5, SYSCALL.HALT),
    asm.ECALL,
  ];
  expect(await execute(createProgram(asm.elf(words)), [])).toMatchObject({ exitCode: 0, cycles: 9 + 1 + 6 });
}, 60_000);
