/**
 * @module Hooks for ECDSA over secp256k1 and secp256r1: public keys from signatures (SEC 1, 4.1.6) for the crates of SP1 versions 1 to 3, y and the
 * inverse of r for those from version 4 on.
 */
import { SECP256K1, SECP256R1, type SigningCurve } from '../precompiles/curves.ts';
import { fromBigEndian, inverse, mod, squareRoot, toBigEndian } from '../precompiles/integers.ts';
import { addPoints, doublePoint, type Point, yOf } from '../precompiles/weierstrass.ts';
import { type Hook, NO, powerCycles, YES } from './hook.ts';

const SIZE = 32;
const SCALAR_BITS = 256;
/** Has no root in either field. */
const NON_RESIDUE = 3n;

/** p + q where either may be the point at infinity, `undefined`. */
function sum(p: Point | undefined, q: Point | undefined): Point | undefined {
  if (p === undefined || q === undefined) return p ?? q;
  if (p[0] !== q[0]) return addPoints(SECP256K1, p, q);
  return p[1] === q[1] ? doublePoint(SECP256K1, p) : undefined;
}

/** a G + b p */
function combination(a: bigint, b: bigint, p: Point): Point | undefined {
  const { generator } = SECP256K1;
  const choices = [undefined, generator, p, sum(generator, p)];
  let total: Point | undefined;
  for (let bit = BigInt(SCALAR_BITS - 1); bit >= 0n; bit--) {
    total = sum(sum(total, total), choices[Number((a >> bit) & 1n) + 2 * Number((b >> bit) & 1n)]);
  }
  return total;
}

/** The scalars of a signature, or `undefined` when one is 0 or not reduced. */
function scalarsOf(signature: Uint8Array, { order }: SigningCurve): readonly [r: bigint, s: bigint] | undefined {
  const [r, s] = [fromBigEndian(signature.subarray(0, SIZE)), fromBigEndian(signature.subarray(SIZE, 2 * SIZE))];
  return r > 0n && r < order && s > 0n && s < order ? [r, s] : undefined;
}

/** The key that signed `hash`. @param id - bit 0: y of the signature's point is odd; bit 1: its x is r + order. */
function keyOf(r: bigint, s: bigint, id: number, hash: bigint): Point | undefined {
  const { modulus, order } = SECP256K1;
  const x = id >= 2 ? r + order : r;
  const root = x < modulus ? yOf(SECP256K1, x) : undefined;
  if (root === undefined) return undefined;
  const y = Number(root % 2n) === id % 2 ? root : modulus - root;
  const scale = inverse(r, order)!;
  return combination(mod(-hash * scale, order), mod(s * scale, order), [x, y]);
}

/** 65 bytes of signature and recovery id, 32 of the hash; answered by the compressed key and the inverse of the lower s. */
function recover(request: Uint8Array): readonly [key: Uint8Array | undefined, inverse: Uint8Array] | string {
  const { order } = SECP256K1;
  const scalars = scalarsOf(request, SECP256K1);
  if (scalars === undefined) return 'got a signature whose r or s is 0 or not reduced';
  const [r, given] = scalars;
  const isHigh = 2n * given > order;
  const s = isHigh ? order - given : given;
  const id = request[2 * SIZE]! ^ (isHigh ? 1 : 0);
  if (id > 3) return `got the recovery id ${request[2 * SIZE]}`;
  const key = keyOf(r, s, id, fromBigEndian(request.subarray(2 * SIZE + 1)));
  const bytes = key && Uint8Array.of(Number(2n + (key[1] % 2n)), ...toBigEndian(key[0], SIZE));
  return [bytes, toBigEndian(inverse(s, order)!, SIZE)];
}

/** Additions of points for each bit of the scalars, an inverse in each. */
const recoverCycles = (): number => 10 * powerCycles(SIZE);

const recoverOrFail: Hook = {
  name: 'the ecrecover hook',
  descriptor: 5,
  bytes: [97, 97],
  cycles: recoverCycles,
  answer: (request) => {
    const recovered = recover(request);
    if (typeof recovered === 'string') return recovered;
    const [key, inverseOfS] = recovered;
    return key === undefined ? 'got a signature that no key has made' : [key, inverseOfS];
  },
};

const recoverOrNot: Hook = {
  name: 'the second ecrecover hook',
  descriptor: 7,
  bytes: [97, 97],
  cycles: recoverCycles,
  answer: (request) => {
    const recovered = recover(request);
    if (typeof recovered === 'string') return recovered;
    const [key, inverseOfS] = recovered;
    return key === undefined ? [NO] : [YES, key, inverseOfS];
  },
};

/** 64 bytes of signature; answered by the inverse of s. */
const invertS: Hook = {
  name: 'the secp256r1 hook',
  descriptor: 6,
  bytes: [64, 64],
  cycles: () => powerCycles(SIZE),
  answer: (request) => {
    const scalars = scalarsOf(request, SECP256R1);
    if (scalars === undefined) return 'got a signature whose r or s is 0 or not reduced';
    return [toBigEndian(inverse(scalars[1], SECP256R1.order)!, SIZE)];
  },
};

/**
 * One byte, the curve and whether y is odd; r; and alpha, what y^2 must be. Answered by y and the inverse of r as a scalar, or by a root of
 * 3 alpha, which shows that alpha has none.
 */
const decompressR: Hook = {
  name: 'the ecrecover hook',
  descriptor: 15,
  bytes: [65, 65],
  cycles: () => powerCycles(SIZE),
  answer: (request) => {
    const number = request[0]! & 0x7f;
    const curve = number === 1 ? SECP256K1 : number === 2 ? SECP256R1 : undefined;
    if (curve === undefined) return `got the curve ${number}; 1 is secp256k1 and 2 secp256r1`;
    const { modulus, order } = curve;
    const [r, alpha] = [fromBigEndian(request.subarray(1, 1 + SIZE)), fromBigEndian(request.subarray(1 + SIZE))];
    if (r >= modulus || alpha >= modulus || alpha === 0n) return 'got an r or alpha that is 0 or not reduced';
    const root = squareRoot(alpha, modulus, NON_RESIDUE);
    if (root === undefined) {
      const other = squareRoot((NON_RESIDUE * alpha) % modulus, modulus, NON_RESIDUE)!;
      return [NO, toBigEndian(other, SIZE)];
    }
    const inverseOfR = r < order ? inverse(r, order) : undefined;
    if (inverseOfR === undefined) return 'got an r that is no scalar';
    const y = root % 2n === BigInt(request[0]! >> 7) ? root : modulus - root;
    return [YES, toBigEndian(y, SIZE), toBigEndian(inverseOfR, SIZE)];
  },
};

export const ECDSA_HOOKS: readonly Hook[] = [recoverOrFail, invertS, recoverOrNot, decompressR];
