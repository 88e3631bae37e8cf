/**
 * @module Points of edwards25519 (RFC 8032, 5.1): adding two, and x from y. A point is two numbers of eight words, x before y. That a point is
 * on the curve is not checked, as in SP1.
 */
import { SYSCALL } from '../program/abi.ts';
import { ED25519, ED25519_NON_RESIDUE, fieldWords } from './curves.ts';
import { inverse, mod, numberOf, squareRoot, wordsOf } from './integers.ts';
import { type Operation, oneBit, operandFault } from './operation.ts';

const { modulus, d } = ED25519;
const SIZE = fieldWords(modulus);

/** The even root of x^2 = (y^2 - 1) / (d y^2 + 1), the points with this y; `undefined` when there are none. */
export function xOf(y: bigint): bigint | undefined {
  const square = y * y;
  // d is -1 times a number without a root, and -1 has one: d y^2 + 1 is never 0.
  const ratio = mod((square - 1n) * inverse(d * square + 1n, modulus)!, modulus);
  const root = squareRoot(ratio, modulus, ED25519_NON_RESIDUE);
  return root === undefined || root % 2n === 0n ? root : modulus - root;
}

/**
 * The point at a0 becomes its sum with the one at a1; equal, opposite and neutral ones too. Numbers are taken modulo the modulus. Numbers
 * that are not on the curve can make a denominator 0.
 */
const add: Operation = {
  name: 'ED_ADD',
  code: SYSCALL.ED_ADD,
  spans: [
    { pointer: 'a1', count: 2 * SIZE, access: 'read' },
    { pointer: 'a0', count: 2 * SIZE, access: 'update' },
  ],
  run: ([q, p]) => {
    const [x1, y1] = [numberOf(p!.subarray(0, SIZE)), numberOf(p!.subarray(SIZE))];
    const [x2, y2] = [numberOf(q!.subarray(0, SIZE)), numberOf(q!.subarray(SIZE))];
    const h = mod(d * x1 * x2 * y1 * y2, modulus);
    const [run, rise] = [inverse(1n + h, modulus), inverse(1n - h, modulus)];
    if (run === undefined || rise === undefined) return operandFault('ED_ADD', 'of points without a sum');
    const sum = new Uint32Array(2 * SIZE);
    sum.set(wordsOf(mod((x1 * y2 + x2 * y1) * run, modulus), SIZE));
    sum.set(wordsOf(mod((y1 * y2 + x1 * x2) * rise, modulus), SIZE), SIZE);
    return [sum];
  },
};

/**
 * The numbers at a0 are x and y: from y and a1, the parity of x, x. For y = 1 and y = modulus - 1 x is 0 whatever the parity, as in SP1; RFC 8032
 * has the odd ones refused, which is up to the guest.
 */
const decompress: Operation = {
  name: 'ED_DECOMPRESS',
  code: SYSCALL.ED_DECOMPRESS,
  spans: [
    { pointer: 'a0', offset: SIZE, count: SIZE, access: 'read' },
    { pointer: 'a0', count: SIZE, access: 'update' },
  ],
  refuse: oneBit('ED_DECOMPRESS'),
  run: ([words], { a1 }) => {
    const y = numberOf(words!);
    // SP1's executor drops the highest bit and reduces, its proofs do neither.
    if (y >= modulus) return operandFault('ED_DECOMPRESS', 'of a y that is not reduced');
    const x = xOf(y);
    if (x === undefined) return operandFault('ED_DECOMPRESS', 'of a y that no point has');
    return [wordsOf(a1 === 1 ? mod(-x, modulus) : x, SIZE)];
  },
};

export const EDWARDS: readonly Operation[] = [add, decompress];
