/**
 * @module Hooks for decompressing points of edwards25519: the first says whether it can be done, the second shows why it cannot.
 */
import { ED25519, ED25519_NON_RESIDUE } from '../precompiles/curves.ts';
import { xOf } from '../precompiles/edwards.ts';
import { fromLittleEndian, mod, power, squareRoot, toLittleEndian } from '../precompiles/integers.ts';
import { type Hook, NO, powerCycles, YES } from './hook.ts';

const { modulus } = ED25519;
const SIZE = 32;

/** y of a compressed point, which may be not reduced. */
const yOf = (point: Uint8Array): bigint => BigInt.asUintN(255, fromLittleEndian(point.subarray(0, SIZE)));

const canDecompress: Hook = {
  name: 'the ed25519 hook',
  descriptor: 8,
  bytes: [SIZE, SIZE],
  cycles: () => powerCycles(SIZE),
  answer: (request) => [xOf(yOf(request)) === undefined ? NO : YES],
};

/**
 * The compressed point, and v = d y^2 + 1. Where u / v = (y^2 - 1) / v has no root, the inverse of v and a root of 2 u / v follow, which show
 * it; where y is not reduced, nothing does.
 */
const decompress: Hook = {
  name: 'the ed25519 hook',
  descriptor: 16,
  bytes: [2 * SIZE, 2 * SIZE],
  cycles: () => 3 * powerCycles(SIZE),
  answer: (request) => {
    const [y, v] = [yOf(request), fromLittleEndian(request.subarray(SIZE))];
    if (y >= modulus) return [NO];
    if (v >= modulus) return 'got a v that is not reduced';
    const inverseOfV = power(v, modulus - 2n, modulus);
    const ratio = mod((y * y - 1n) * inverseOfV, modulus);
    if (squareRoot(ratio, modulus, ED25519_NON_RESIDUE) !== undefined) return [YES];
    // The product of two numbers without roots has one. The even one of the two, as SP1 gives.
    const root = squareRoot((ED25519_NON_RESIDUE * ratio) % modulus, modulus, ED25519_NON_RESIDUE)!;
    const even = root % 2n === 0n ? root : modulus - root;
    return [NO, toLittleEndian(inverseOfV, SIZE), toLittleEndian(even, SIZE)];
  },
};

export const EDWARDS_HOOKS: readonly Hook[] = [canDecompress, decompress];
