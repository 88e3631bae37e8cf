/** `docs/abi.md` says what the code does: calls, cells, hooks, traps and their messages. */
import { readFileSync } from 'node:fs';
import { execute, FD, STANDARD_CALLS } from '@weft/executor';
import { hookOf } from '@weft/executor/hooks/index';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { createProgram } from '@weft/executor/program/program';
import { describe, expect, it } from 'vitest';
import { withTable } from './abi.ts';

const ROOT = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/abi.md', ROOT), 'utf8');
const rowsBelow = (header: string): string[][] => {
  const lines = page.slice(page.indexOf(header)).split('\n');
  const rows = lines.slice(
    2,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

describe('calls', () => {
  it('the table is that of the code', () => {
    expect(withTable(page) === page, 'docs/abi.md is out of date: pnpm golden').toBe(true);
  });
  it('has every standard call with its code, and no other', () => {
    const listed = rowsBelow('| call | t0 |').map(([name, code]) => [name, Number(code!.slice(1, -1))]);
    expect(listed).toEqual(STANDARD_CALLS.calls.map(({ name, code }) => [name, code]));
  });
  it('a page without marks is told', () => {
    expect(() => withTable('# The ABI')).toThrow('no marks');
  });
});

describe('descriptors', () => {
  it('both numberings', () => {
    const numbers = rowsBelow('| | up to version 3').map(([, ...columns]) => columns.slice(0, 2).map(Number));
    const { stdout, stderr, publicValues, lastHint, firstHint } = FD;
    const both = [stdout, stderr, publicValues, [...lastHint, ...firstHint]].map((list) => [list[0], list.at(-1)]);
    expect(numbers.slice(0, 4)).toEqual(both);
  });
  it('every hook with the lengths of its requests, and no other', () => {
    const hooks = Array.from({ length: 2 ** 12 }, (_, descriptor) => hookOf(descriptor)).filter((h) => h !== undefined);
    const lengths = hooks.map(({ descriptor, bytes: [least, most] }) => [
      `${descriptor}`,
      least === most ? `${least}` : `${least} - ${most}`,
    ]);
    expect(rowsBelow('| hook | bytes |').map((row) => row.slice(0, 2))).toEqual(lengths);
  });
});

/** A run that ends with each code. */
const push = [asm.i('ADDI', 2, 2, -16), asm.store('SW', 1, 2, 12)];
const TRAPS: Readonly<Record<string, readonly number[]>> = {
  STACK_OVERFLOW: [...asm.li(2, 0x1000), ...push],
  STACK_POINTER: push,
  STORE_TO_CONSTANT: [...asm.li(6, asm.DATA), asm.store('SW', 6, 6, 0)],
  ENDLESS_LOOP: [asm.jal(0, 0)],
  ILLEGAL_INSTRUCTION: [asm.EBREAK],
  PC_OUTSIDE_CODE: [asm.jalr(0, 0, 0)],
  MISALIGNED_JUMP: [asm.auipc(6, 0), asm.jalr(0, 6, 6)],
  MISALIGNED_ACCESS: [...asm.li(6, asm.DATA + 1), asm.load('LW', 7, 6, 0)],
  MEMORY_RANGE: [...asm.li(6, 0x78000000), asm.load('LW', 7, 6, 0)],
  NULL_POINTER: [asm.load('LW', 7, 0, 4)],
  STORE_TO_CODE: [asm.auipc(6, 0), asm.store('SW', 6, 6, 0)],
  UNKNOWN_SYSCALL: asm.call(0x7777),
  SYSCALL_ARGUMENT: asm.call(SYSCALL.COMMIT, 8),
  OPERAND: [
    ...asm.li(6, asm.DATA),
    asm.i('ADDI', 7, 0, -1),
    asm.store('SW', 7, 6, 0),
    ...asm.call(SYSCALL.POSEIDON2_PERMUTE, asm.DATA),
  ],
  HINT: asm.call(SYSCALL.HINT_READ, asm.DATA, 4),
  HOOK: asm.call(SYSCALL.WRITE, 17, asm.DATA, 3),
  UNCONSTRAINED: asm.call(SYSCALL.EXIT_UNCONSTRAINED),
  DEFERRED_PROOF: asm.call(SYSCALL.COMMIT_DEFERRED_PROOFS, 0, 1),
  PUBLIC_VALUES: [...asm.call(SYSCALL.WRITE, 3, asm.DATA, 3), ...asm.halt()],
  OUTPUT_LIMIT: asm.call(SYSCALL.WRITE, 3, asm.DATA, 2 ** 30),
  CYCLE_LIMIT: [asm.i('ADDI', 6, 6, 1), asm.jal(0, -4)],
};

describe('traps', () => {
  const rows = rowsBelow('| code | when |');
  it('every code of a trap, and no other', () => {
    const source = readFileSync(new URL('executor/src/calls/trap.ts', ROOT), 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(15);
    expect(rows.map(([code]) => code)).toEqual(codes);
  });
  it.each(rows.map(([code, , message]) => [code!, message!.slice(1, -1)]))('%s: %s', async (code, message) => {
    // Flags of the data segment.
    const patch = (file: DataView): void => file.setUint32(84 + 24, code === 'STORE_TO_CONSTANT' ? 4 : 6, true);
    const run = execute(createProgram(asm.elf(TRAPS[code]!, { data: Uint8Array.of(1), patch })), [], {
      maxCycles: 1000,
    });
    await expect(run).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
