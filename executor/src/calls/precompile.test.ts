/** What stops a run that calls a precompile, and what such a call leaves. */
import { ConstraintError, WeftError } from '@weft/primitives';
import { codeOf } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { execute } from '../executor.ts';
import type { Operation, WordSpan } from '../precompiles/operation.ts';
import { SYSCALL } from '../program/abi.ts';
import * as asm from '../program/assembler.ts';
import { MEMORY_END } from '../program/layout.ts';
import { createProgram } from '../program/program.ts';
import { interpret } from '../run/interpret.test-support.ts';
import type { Interpreter } from '../run/interpreter.ts';
import { createCallSet } from './call-set.ts';
import { CALLS } from './index.ts';
import { rowCall } from './row-call.ts';

const { DATA, TEXT } = asm;
const A3 = 13;

/** Runs to HALT. */
function run(words: readonly number[], data?: Uint8Array): Interpreter {
  return interpret(asm.elf(words, data === undefined ? {} : { data }));
}

describe('a call is refused', () => {
  const { BLS12381_ADD, BLS12381_DECOMPRESS, KECCAK_PERMUTE, UINT256_MUL } = SYSCALL;
  it.each([
    ['of a misaligned result', BLS12381_ADD, DATA + 2, DATA + 96, 'MISALIGNED_ACCESS'],
    ['of a misaligned operand', BLS12381_ADD, DATA, DATA + 97, 'MISALIGNED_ACCESS'],
    ['of a result that ends beyond memory', BLS12381_ADD, MEMORY_END - 92, DATA, 'MEMORY_RANGE'],
    ['of an operand that ends beyond memory', BLS12381_ADD, DATA, MEMORY_END - 92, 'MEMORY_RANGE'],
    ['of a result at the end of the address space', KECCAK_PERMUTE, 2 ** 32 - 200, 0, 'MEMORY_RANGE'],
    ['of a result at null', KECCAK_PERMUTE, 0, 0, 'NULL_POINTER'],
    ['of an operand at null', UINT256_MUL, DATA, 4, 'NULL_POINTER'],
    ['of a result in the code', KECCAK_PERMUTE, TEXT, 0, 'STORE_TO_CODE'],
    ['of a result whose last word is code', KECCAK_PERMUTE, TEXT - 196, 0, 'STORE_TO_CODE'],
    ['whose second half alone is beyond memory', BLS12381_DECOMPRESS, MEMORY_END - 92, 0, 'MEMORY_RANGE'],
    ['whose argument is none', BLS12381_DECOMPRESS, DATA, 2, 'SYSCALL_ARGUMENT'],
    ['whose operands have no result', BLS12381_ADD, DATA, DATA, 'OPERAND'],
  ])('%s', async (_, code, a0, a1, reason) => {
    expect(await codeOf(() => run([...asm.call(code, a0, a1), ...asm.halt()]))).toBe(reason);
  });
  it.each([
    ['a misaligned a2', DATA + 0x201, DATA + 0x400, 'MISALIGNED_ACCESS'],
    ['a misaligned a3', DATA + 0x200, DATA + 0x402, 'MISALIGNED_ACCESS'],
    ['an a2 beyond memory', MEMORY_END - 252, DATA + 0x400, 'MEMORY_RANGE'],
    ['an a3 beyond memory', DATA + 0x200, MEMORY_END - 28, 'MEMORY_RANGE'],
    ['an a2 in the code', TEXT, DATA + 0x400, 'STORE_TO_CODE'],
    ['an a3 in the code', DATA + 0x200, TEXT, 'STORE_TO_CODE'],
    ['an a3 within a2', DATA + 0x200, DATA + 0x2fc, 'SYSCALL_ARGUMENT'],
    ['nothing wrong', DATA + 0x200, DATA + 0x300, 'none'],
  ])('U256XU2048_MUL with %s', async (_, a2, a3, reason) => {
    const words = [...asm.li(A3, a3), ...asm.call(SYSCALL.U256XU2048_MUL, DATA, DATA + 0x40, a2), ...asm.halt()];
    expect(await codeOf(() => run(words))).toBe(reason);
  });
  it('inside an unconstrained block', async () => {
    const words = [...asm.call(SYSCALL.ENTER_UNCONSTRAINED), ...asm.call(KECCAK_PERMUTE, DATA)];
    expect(await codeOf(() => run(words))).toBe('UNCONSTRAINED');
  });
  it('where it stands, with its reason', () => {
    const nops = [asm.i('ADDI', 0, 0, 0), asm.i('ADDI', 0, 0, 0)];
    try {
      run([...nops, ...asm.call(BLS12381_ADD, DATA, DATA)]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(WeftError);
      const { message, details } = error as WeftError;
      expect([message, details['cycle']]).toEqual(['BLS12381_ADD of points with one x', 10]);
    }
  });
});

it('a call is one cycle, leaves the registers as they are, and changes what it updates', () => {
  const data = new Uint8Array(96).fill(0);
  // 5 times 7 modulo 8, and the words behind the result as they were.
  for (const [at, value] of [
    [0, 5],
    [32, 7],
    [64, 8],
  ] as const)
    data[at] = value;
  const words = [...asm.call(SYSCALL.UINT256_MUL, DATA, DATA + 32), ...asm.halt()];
  const { memory, registers, cycles } = run(words, data);
  expect(Array.from({ length: 24 }, (_, i) => memory.word(DATA + 4 * i))).toEqual(
    Array.from({ length: 24 }, (_, i) => ({ 0: 3, 8: 7, 16: 8 })[i] ?? 0),
  );
  // Those of HALT took the place of t0 and a0; a1 is 0 as well.
  const before = interpret([...asm.call(SYSCALL.HINT_LEN, DATA, DATA + 32), ...asm.halt()]);
  expect([...registers]).toEqual([...before.registers]);
  expect(cycles).toBe(words.length);
});

it('a result may end where memory ends, and an operand be code', () => {
  const words = [...asm.call(SYSCALL.BN254_FP_ADD, MEMORY_END - 32, TEXT), ...asm.halt()];
  const { memory } = run(words);
  expect(memory.word(MEMORY_END - 32)).not.toBe(0);
});

describe('an operation whose results are no words of its updates ends the run', () => {
  const update = (at: WordSpan['pointer'], count: number): WordSpan => ({ pointer: at, count, access: 'update' });
  const CODE = 0x170;
  /** Runs a call that updates two words at a0 and three at a1. */
  const calling = async (result: unknown): Promise<void> => {
    const spans = [{ ...update('a1', 4), offset: 8, access: 'read' as const }, update('a0', 2), update('a1', 3)];
    const operation: Operation = { name: 'TWO', code: CODE, spans, run: () => result as readonly Uint32Array[] };
    const calls = createCallSet([...CALLS, rowCall(operation)]);
    await execute(createProgram(asm.elf([...asm.call(CODE, DATA, DATA + 64), ...asm.halt()])), [], { calls });
  };
  const [two, three] = [new Uint32Array(2), new Uint32Array(3)];
  it.each([
    ['none', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['an object', {}, 'a plain object'],
    ['no lists', [], '[]'],
    ['a list too few', [two], '[2]'],
    ['a list too many', [two, three, two], '[2, 3, 2]'],
    ['a word too few', [two, two], '[2, 2]'],
    ['a word too many', [three, three], '[3, 3]'],
    ['lists in another order', [three, two], '[3, 2]'],
    ['a hole', [two, undefined], '[2, undefined]'],
    // Of halves and negative numbers memory would keep something else.
    ['lists that are no words', [[1.5, -1], three], '[an array, 3]'],
    ['bytes', [new Uint8Array(2), three], '[a Uint8Array, 3]'],
  ])('%s', async (_, result, got) => {
    const run = calling(result);
    await expect(run).rejects.toBeInstanceOf(ConstraintError);
    await expect(run).rejects.toMatchObject({ code: 'CALLS', message: `TWO must make words of [2, 3], got ${got}` });
  });
  it('but not one that fits', async () => {
    await expect(calling([two, three])).resolves.toBeUndefined();
  });
});
