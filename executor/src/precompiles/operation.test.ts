/** Which words the precompiles access, in which order, and which arguments they refuse. */
import { describe, expect, it } from 'vitest';
import { SYSCALL } from '../program/abi.ts';
import { OPERATIONS } from './index.ts';
import { type Argument, accessesOf, type Operation } from './operation.ts';
import { memoryOf, operationOf, PLACES, packed, perform } from './operations.test-support.ts';

/** Words that every operation has a result for: points, canonical elements. */
function validWords(operation: Operation): ReadonlyMap<number, number> {
  const { name } = operation;
  const size = name.startsWith('BLS12381') ? 12 : 8;
  if (name.endsWith('_DECOMPRESS')) {
    // Numbers that points have as x or y.
    const x = name.startsWith('BLS') ? 4n : name.startsWith('SECP256R1') ? 5n : 1n;
    return memoryOf({ a0: packed(size, 7n, x) });
  }
  return memoryOf({ a0: packed(size, 1n, 2n, 3n, 4n), a1: packed(size, 2n, 3n, 5n, 6n, 7n, 8n, 9n, 10n) });
}

const ALONE: readonly string[] = ['KECCAK_PERMUTE', 'POSEIDON2_PERMUTE', 'ED_DECOMPRESS'];
const argsOf = ({ name }: Operation): Readonly<Record<Argument, number>> =>
  ALONE.includes(name) || name.endsWith('_DECOMPRESS') ? { ...PLACES, a1: 0 } : PLACES;

/** Kind, argument, first word and number of words of each span. */
const SPANS: Readonly<Record<string, string>> = {
  KECCAK_PERMUTE: 'update a0+0 50',
  ED_ADD: 'read a1+0 16, update a0+0 16',
  ED_DECOMPRESS: 'read a0+8 8, update a0+0 8',
  SECP256K1_ADD: 'read a1+0 16, update a0+0 16',
  SECP256K1_DOUBLE: 'update a0+0 16',
  SECP256K1_DECOMPRESS: 'read a0+8 8, update a0+0 8',
  SECP256R1_ADD: 'read a1+0 16, update a0+0 16',
  SECP256R1_DOUBLE: 'update a0+0 16',
  SECP256R1_DECOMPRESS: 'read a0+8 8, update a0+0 8',
  BN254_ADD: 'read a1+0 16, update a0+0 16',
  BN254_DOUBLE: 'update a0+0 16',
  BN254_FP_ADD: 'read a1+0 8, update a0+0 8',
  BN254_FP_SUB: 'read a1+0 8, update a0+0 8',
  BN254_FP_MUL: 'read a1+0 8, update a0+0 8',
  BN254_FP2_ADD: 'read a1+0 16, update a0+0 16',
  BN254_FP2_SUB: 'read a1+0 16, update a0+0 16',
  BN254_FP2_MUL: 'read a1+0 16, update a0+0 16',
  BLS12381_ADD: 'read a1+0 24, update a0+0 24',
  BLS12381_DOUBLE: 'update a0+0 24',
  BLS12381_DECOMPRESS: 'read a0+12 12, update a0+0 12',
  BLS12381_FP_ADD: 'read a1+0 12, update a0+0 12',
  BLS12381_FP_SUB: 'read a1+0 12, update a0+0 12',
  BLS12381_FP_MUL: 'read a1+0 12, update a0+0 12',
  BLS12381_FP2_ADD: 'read a1+0 24, update a0+0 24',
  BLS12381_FP2_SUB: 'read a1+0 24, update a0+0 24',
  BLS12381_FP2_MUL: 'read a1+0 24, update a0+0 24',
  UINT256_MUL: 'read a1+0 16, update a0+0 8',
  U256XU2048_MUL: 'read a0+0 8, read a1+0 64, update a2+0 64, update a3+0 8',
  POSEIDON2_PERMUTE: 'update a0+0 16',
};

it('there is an operation for every code of a precompile that no table has, and none for another', () => {
  const codes = Object.entries(SYSCALL).filter(([name]) => name in SPANS);
  expect(OPERATIONS.map(({ name, code }) => [name, code]).sort()).toEqual(codes.sort());
});

describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  const args = argsOf(operation);
  const memory = validWords(operation);
  const accesses = accessesOf(operation, args, (address) => memory.get(address) ?? 0);
  if ('code' in accesses) throw new Error(accesses.reason);

  it('accesses its words in order, all that it reads before what it changes', () => {
    const expected = SPANS[name]!.split(', ').flatMap((text, span) => {
      const [access, pointer, offset, count] = text.split(/[ +]/) as [string, Argument, string, string];
      return Array.from({ length: Number(count) }, (_, i) => {
        const address = args[pointer] + 4 * (Number(offset) + i);
        return { span, access, address, before: memory.get(address) ?? 0 };
      });
    });
    expect(accesses.map(({ after: _, ...rest }) => rest)).toEqual(expected);
    const kinds = accesses.map(({ access }) => access);
    expect(kinds.indexOf('update')).toBe(kinds.filter((kind) => kind === 'read').length);
  });
  it('changes only what it updates, to words', () => {
    for (const { access, before, after } of accesses) {
      if (access === 'read') expect(after).toBe(before);
      expect(after).toBe(after >>> 0);
    }
    expect(accesses.some(({ before, after }) => before !== after)).toBe(true);
  });
  it('leaves what it was given as it is', () => {
    const words = operation.spans.map(({ pointer, offset = 0, count }) =>
      Uint32Array.from({ length: count }, (_, i) => memory.get(args[pointer] + 4 * (offset + i)) ?? 0),
    );
    const copies = words.map((list) => list.slice());
    operation.run(words, args);
    expect(words).toEqual(copies);
  });
});

describe('a1', () => {
  it.each(['KECCAK_PERMUTE', 'POSEIDON2_PERMUTE'])('of %s must be 0', (name) => {
    for (const a1 of [1, 4, 2 ** 32 - 1])
      expect(perform(operationOf(name), new Map(), { a1 })).toMatchObject({ code: 'SYSCALL_ARGUMENT' });
    expect(perform(operationOf(name), new Map(), { a1: 0 })).toBeInstanceOf(Map);
  });
  it.each(OPERATIONS.map(({ name }) => name).filter((name) => name.endsWith('DECOMPRESS')))(
    'of %s must be 0 or 1',
    (name) => {
      const memory = validWords(operationOf(name));
      for (const a1 of [2, 3, 2 ** 31, 2 ** 32 - 1])
        expect(perform(operationOf(name), memory, { a1 })).toMatchObject({ code: 'SYSCALL_ARGUMENT' });
      for (const a1 of [0, 1]) expect(perform(operationOf(name), memory, { a1 })).toBeInstanceOf(Map);
    },
  );
  it.each(OPERATIONS.map(({ name }) => name).filter((name) => name.endsWith('DOUBLE')))(
    'of %s is not looked at',
    (name) => {
      const memory = validWords(operationOf(name));
      expect(perform(operationOf(name), memory, { a1: 3 })).toEqual(perform(operationOf(name), memory, { a1: 0 }));
    },
  );
});

describe('words that overlap', () => {
  const twice = { code: 'SYSCALL_ARGUMENT' };
  const product = operationOf('U256XU2048_MUL');
  it.each([
    ['both results at one address', { a3: PLACES.a2 }, 'changes words twice, at a3 and a2'],
    ['the upper result in the lower', { a3: PLACES.a2 + 4 * 63 }, 'changes words twice, at a3 and a2'],
    ['the lower result in the upper', { a2: PLACES.a3 + 4 * 7 }, 'changes words twice, at a3 and a2'],
    ['both factors at one address', { a1: PLACES.a0 }, 'reads words twice, at a1 and a0'],
    ['the short factor in the long one', { a0: PLACES.a1 + 4 * 63 }, 'reads words twice, at a1 and a0'],
    ['the long factor in the short one', { a1: PLACES.a0 + 4 * 7 }, 'reads words twice, at a1 and a0'],
  ])('are refused: %s', (_, args, reason) => {
    expect(perform(product, new Map(), args)).toEqual({ ...twice, reason: `U256XU2048_MUL ${reason}` });
  });
  it.each([
    ['results behind each other', { a3: PLACES.a2 + 4 * 64 }],
    ['results before each other', { a2: PLACES.a3 + 4 * 8 }],
    ['factors behind each other', { a1: PLACES.a0 + 4 * 8 }],
    ['factors before each other', { a0: PLACES.a1 + 4 * 64 }],
  ])('are not: %s', (_, args) => {
    expect(perform(product, new Map(), args)).toBeInstanceOf(Map);
  });
  it('a product may take the place of its factors', () => {
    const [a, b] = [2n ** 256n - 1n, 2n ** 2048n - 3n];
    const memory = memoryOf({ a0: packed(8, a), a1: packed(64, b) });
    const apart = perform(product, memory) as Map<number, number>;
    const inPlace = perform(product, memory, { a2: PLACES.a1, a3: PLACES.a0 }) as Map<number, number>;
    for (let i = 0; i < 64; i++) expect(inPlace.get(PLACES.a1 + 4 * i)).toBe(apart.get(PLACES.a2 + 4 * i));
    for (let i = 0; i < 8; i++) expect(inPlace.get(PLACES.a0 + 4 * i)).toBe(apart.get(PLACES.a3 + 4 * i));
  });
  it.each([-12, -4, -1, 0, 1, 4, 12])('an operand %i words from the result is read before it changes', (distance) => {
    const operation = operationOf('BLS12381_FP_MUL');
    const words = Array.from({ length: 40 }, (_, i) => i * i + 1);
    const memory = memoryOf({ a0: words });
    const [a0, a1] = [PLACES.a0 + 4 * 14, PLACES.a0 + 4 * (14 + distance)];
    const at = (address: number): number[] => Array.from({ length: 12 }, (_, i) => memory.get(address + 4 * i)!);
    const apart = perform(operation, memoryOf({ a0: at(a0), a1: at(a1) })) as Map<number, number>;
    const after = perform(operation, memory, { a0, a1 }) as Map<number, number>;
    const result = Array.from({ length: 12 }, (_, i) => apart.get(PLACES.a0 + 4 * i)!);
    expect(words.map((_, i) => after.get(PLACES.a0 + 4 * i))).toEqual(words.toSpliced(14, 12, ...result));
  });
});
