/** Products of 256 bits modulo a number, and by 2048 bits, at their bounds. */
import { describe, expect, it } from 'vitest';
import { numberOf } from './integers.ts';
import { memoryOf, numbersBelow, operationOf, PLACES, packed, perform } from './operations.test-support.ts';

const LIMIT = 2n ** 256n;

describe('UINT256_MUL', () => {
  const multiply = (x: bigint, y: bigint, modulus: bigint): bigint | string => {
    const after = perform(operationOf('UINT256_MUL'), memoryOf({ a0: packed(8, x), a1: packed(8, y, modulus) }));
    if ('code' in after) return after.code;
    return numberOf(Uint32Array.from({ length: 8 }, (_, i) => after.get(PLACES.a0 + 4 * i)!));
  };
  const next = numbersBelow(LIMIT, 4);
  it('multiplies modulo the number behind the factor, where one factor is below it', () => {
    const values = [0n, 1n, 2n, LIMIT - 1n, LIMIT / 2n, next(), next()];
    for (const x of values)
      for (const y of values)
        for (const m of [...values, next()].filter((modulus) => x < modulus || y < modulus))
          expect(multiply(x, y, m)).toBe((x * y) % m);
  });
  it('takes 0 for 2^256', () => {
    expect(multiply(LIMIT - 1n, LIMIT - 1n, 0n)).toBe(1n);
    expect(multiply(LIMIT / 2n, 2n, 0n)).toBe(0n);
    const [x, y] = [next(), next()];
    expect(multiply(x, y, 0n)).toBe((x * y) % LIMIT);
  });
  it('has a quotient of 256 bits at most', () => {
    const half = LIMIT / 2n;
    expect(multiply(LIMIT - 1n, 1n, 1n)).toBe(0n);
    expect(multiply(half, 2n, 1n)).toBe('OPERAND');
    expect(multiply(half, 4n, 3n)).toBe((half * 4n) % 3n);
    expect(multiply(half, 6n, 3n)).toBe('OPERAND');
    expect(multiply(LIMIT - 1n, 7n, 7n)).toBe(0n);
    expect(multiply(LIMIT - 1n, LIMIT - 1n, LIMIT - 1n)).toBe(0n);
    expect(multiply(LIMIT - 1n, LIMIT - 1n, LIMIT - 2n)).toBe('OPERAND');
  });
});

describe('U256XU2048_MUL', () => {
  const wide = numbersBelow(2n ** 2048n, 5);
  const short = numbersBelow(LIMIT, 6);
  it.each([
    [0n, 0n],
    [1n, 2n ** 2048n - 1n],
    [LIMIT - 1n, 2n ** 2048n - 1n],
    [LIMIT - 1n, 1n],
    [LIMIT / 2n, 2n ** 2047n],
    [short(), wide()],
    [short(), wide()],
  ])('%i by %i', (a, b) => {
    const memory = memoryOf({ a0: packed(8, a), a1: packed(64, b) });
    const after = perform(operationOf('U256XU2048_MUL'), memory) as Map<number, number>;
    const numberAt = (address: number, count: number): bigint =>
      numberOf(Uint32Array.from({ length: count }, (_, i) => after.get(address + 4 * i)!));
    expect(numberAt(PLACES.a2, 64) + 2n ** 2048n * numberAt(PLACES.a3, 8)).toBe(a * b);
  });
});
