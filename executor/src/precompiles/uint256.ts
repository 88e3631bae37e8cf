/**
 * @module Products of integers of 256 bits: modulo a number from memory, and by one of 2048 bits.
 */
import { SYSCALL } from '../program/abi.ts';
import { numberOf, wordsOf } from './integers.ts';
import { type Operation, operandFault } from './operation.ts';

const SIZE = 8;
const WIDE_SIZE = 64;

/**
 * The number at a0 becomes its product with the one at a1, modulo the number behind that; 0 stands for 2^256. The quotient has 256 bits, as
 * in SP1's proofs: it has always when one factor is below the modulus.
 */
export const multiplyModular: Operation = {
  name: 'UINT256_MUL',
  code: SYSCALL.UINT256_MUL,
  spans: [
    { pointer: 'a1', count: 2 * SIZE, access: 'read' },
    { pointer: 'a0', count: SIZE, access: 'update' },
  ],
  run: ([words, own]) => {
    const product = numberOf(own!) * numberOf(words!.subarray(0, SIZE));
    const modulus = numberOf(words!.subarray(SIZE)) || 2n ** 256n;
    if (product / modulus >= 2n ** 256n) return operandFault('UINT256_MUL', 'with a quotient of more than 256 bits');
    return [wordsOf(product % modulus, SIZE)];
  },
};

/** The number of 256 bits at a0 times that of 2048 at a1: the lowest 2048 bits of the product go to a2, the others to a3. */
export const multiplyWide: Operation = {
  name: 'U256XU2048_MUL',
  code: SYSCALL.U256XU2048_MUL,
  spans: [
    { pointer: 'a0', count: SIZE, access: 'read' },
    { pointer: 'a1', count: WIDE_SIZE, access: 'read' },
    { pointer: 'a2', count: WIDE_SIZE, access: 'update' },
    { pointer: 'a3', count: SIZE, access: 'update' },
  ],
  run: ([a, b]) => {
    const product = wordsOf(numberOf(a!) * numberOf(b!), WIDE_SIZE + SIZE);
    return [product.slice(0, WIDE_SIZE), product.slice(WIDE_SIZE)];
  },
};
