/**
 * @module Hooks for roots, inverses and quotients of large numbers: of the base field of BLS12-381, of any prime field, and of RSA's moduli.
 */
import { BLS12_381 } from '../precompiles/curves.ts';
import {
  fromBigEndian,
  fromLittleEndian,
  power,
  squareRoot,
  toBigEndian,
  toLittleEndian,
} from '../precompiles/integers.ts';
import { type Hook, NO, powerCycles, YES } from './hook.ts';

const BLS_BYTES = 48;
const BLS_NON_RESIDUE = 2n;
const RSA_BYTES = 256;
const LENGTH_BYTES = 4;
/** Bytes of a modulus that a guest brings: 4096 bits. Work grows with their third power. */
const MOST_MODULUS_BYTES = 512;
/** Powers of two in modulus - 1 that are worth a root: work grows with their square. The field of Starknet has 192. */
const MOST_TWOS = 256n;

/**
 * A root of an element, or of its product with a number that has none, with what says which; `undefined` when neither has one.
 * @param element - below the modulus. Where that is 3 modulo 4 others may be asked for too, and have no root, as in SP1.
 */
function rootOf(element: bigint, modulus: bigint, nonResidue: bigint, length: number): Uint8Array[] | undefined {
  const root = squareRoot(element, modulus, nonResidue);
  if (root !== undefined) return [YES, toBigEndian(root, length)];
  const other = squareRoot((element * nonResidue) % modulus, modulus, nonResidue);
  return other === undefined ? undefined : [NO, toBigEndian(other, length)];
}

const blsRoot: Hook = {
  name: 'the BLS12-381 root hook',
  descriptor: 18,
  bytes: [BLS_BYTES, BLS_BYTES],
  cycles: () => powerCycles(BLS_BYTES),
  answer: (request) =>
    rootOf(fromBigEndian(request), BLS12_381.modulus, BLS_NON_RESIDUE, BLS_BYTES) ?? 'got a number that is not reduced',
};

const blsInverse: Hook = {
  name: 'the BLS12-381 inverse hook',
  descriptor: 19,
  bytes: [BLS_BYTES, BLS_BYTES],
  cycles: () => powerCycles(BLS_BYTES),
  answer: (request) => {
    const element = fromBigEndian(request);
    if (element === 0n) return 'got 0, which has no inverse';
    return [toBigEndian(power(element, BLS12_381.modulus - 2n, BLS12_381.modulus), BLS_BYTES)];
  },
};

/** The numbers of a request, highest byte first, behind the length of each. @returns why they are none, if so. */
function numbersOf(request: Uint8Array, count: number): { readonly length: number; numbers: bigint[] } | string {
  const length = Number(fromBigEndian(request.subarray(0, LENGTH_BYTES)));
  if (request.length !== LENGTH_BYTES + count * length)
    return `got ${request.length} bytes for ${count} numbers of ${length}`;
  const numbers = Array.from({ length: count }, (_, k) => {
    return fromBigEndian(request.subarray(LENGTH_BYTES + k * length, LENGTH_BYTES + (k + 1) * length));
  });
  return { length, numbers };
}

/** An element, the modulus of its field, and a number of the field that has no root. */
const fieldRoot: Hook = {
  name: 'the field root hook',
  descriptor: 20,
  bytes: [LENGTH_BYTES, LENGTH_BYTES + 3 * MOST_MODULUS_BYTES],
  cycles: (length) => powerCycles(Math.ceil(length / 3)),
  answer: (request) => {
    const given = numbersOf(request, 3);
    if (typeof given === 'string') return given;
    const [element, modulus, nonResidue] = given.numbers as [bigint, bigint, bigint];
    if (element >= modulus || nonResidue >= modulus) return 'got numbers that are not reduced';
    if (modulus % 2n === 0n || (modulus - 1n) % (1n << MOST_TWOS) === 0n)
      return 'got a modulus that it has no roots for';
    return (
      rootOf(element, modulus, nonResidue, given.length) ??
      'found no root, with or without the number that should have none'
    );
  },
};

/** An element and the modulus of its field. */
const fieldInverse: Hook = {
  name: 'the field inverse hook',
  descriptor: 21,
  bytes: [LENGTH_BYTES, LENGTH_BYTES + 2 * MOST_MODULUS_BYTES],
  cycles: (length) => powerCycles(Math.ceil(length / 2)),
  answer: (request) => {
    const given = numbersOf(request, 2);
    if (typeof given === 'string') return given;
    const [element, modulus] = given.numbers as [bigint, bigint];
    if (element === 0n || modulus < 2n) return 'got 0, which has no inverse, or no modulus';
    return [toBigEndian(power(element, modulus - 2n, modulus), given.length)];
  },
};

/** A product of 512 bytes and a modulus of 256, lowest byte first; answered by remainder and quotient. */
const rsaProduct: Hook = {
  name: 'the RSA hook',
  descriptor: 17,
  bytes: [3 * RSA_BYTES, 3 * RSA_BYTES],
  // A quotient, no power.
  cycles: () => 20_000,
  answer: (request) => {
    const product = fromLittleEndian(request.subarray(0, 2 * RSA_BYTES));
    const modulus = fromLittleEndian(request.subarray(2 * RSA_BYTES));
    if (modulus === 0n) return 'got the modulus 0';
    return [product % modulus, product / modulus].map((value) => toLittleEndian(value, RSA_BYTES));
  },
};

export const FIELD_HOOKS: readonly Hook[] = [rsaProduct, blsRoot, blsInverse, fieldRoot, fieldInverse];
