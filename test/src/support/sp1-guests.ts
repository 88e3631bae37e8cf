/**
 * @module Runs of the guests for SP1's crates: their input as a host for SP1 writes it, and the public values that they must give, computed
 * without Weft.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Sp1GuestName } from '@weft/guest-examples';
import { concatBytes } from '@weft/primitives';
import { seeded } from '@weft/primitives/testing';
import * as sp1 from '@weft/sdk/sp1';
import { text } from './values.ts';

const { f64, map, string, u8, u32, u64, vec, Sp1Stdin } = sp1;

export interface Sp1Run {
  readonly guest: Sp1GuestName;
  readonly stdin: sp1.Sp1Stdin;
  readonly publicValues: Uint8Array;
  /** 0 where it is left out. */
  readonly exitCode?: number;
  /** Part of what the guest prints. */
  readonly output?: string;
}

const { below } = seeded(19);
/** Bytes of some number. */
const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
const little = (value: bigint, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const big = (value: bigint, length: number): Uint8Array => little(value, length).reverse();
const fromLittle = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const mod = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let e = exponent, b = base; e > 0n; e >>= 1n, b = (b * b) % modulus) if (e & 1n) result = (result * b) % modulus;
  return result;
}

function fibonacci(guest: Sp1GuestName): Sp1Run {
  const n = 500;
  let [a, b] = [0, 1];
  for (let i = 0; i < n; i++) [a, b] = [b, (a + b) % 7919];
  const publicValues = concatBytes(...[n, a, b].map((x) => little(BigInt(x), 4)));
  return { guest, stdin: new Sp1Stdin().write(u32, n), publicValues, output: `fibonacci(500) = ${a}\n` };
}

function collections(): Sp1Run {
  const lines = ['the quick brown fox', 'jumps over the lazy dog', 'the naïve end'];
  const words = lines.flatMap((line) => line.split(' '));
  const counts = new Map([...new Set(words)].map((word) => [word, words.filter((w) => w === word).length]));
  // A BTreeMap is in the order of the bytes.
  const sorted = new Map([...counts].sort(([x], [y]) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
  const mean = words.reduce((sum, word) => sum + [...word].length, 0) / words.length;
  return {
    guest: 'sp1-collections',
    stdin: new Sp1Stdin().write(vec(string), lines),
    publicValues: concatBytes(sp1.encode(map(string, u32), sorted), sp1.encode(f64, mean)),
    output: `12 words, ${mean.toFixed(3)} letters each, root ${Math.sqrt(mean).toFixed(6)}\n`,
  };
}

function structures(): Sp1Run {
  // name "Ada", mark, flags, [Nothing, Circle(1.25), Box { 7, -9 }], { "x": 2^100 }, key, size 40: as bincode 1.3.3 writes them.
  const given =
    '0300000000000000416461c39f01010300030000000000000000000000010000000000a03f020000000700f7ffffffffffffff010000000000000001000000000000007800000000000000000000000010000000010203042800000000000000';
  // "Ada!", and [Box { 8, 9 }, Circle(2.5), Nothing], { "x": 2^100 + 1 }, size 43.
  const wanted =
    '040000000000000041646121c39f01010300030000000000000002000000080009000000000000000100000000002040000000000100000000000000010000000000000078010000000000000000000000100000000102030' +
    '42b00000000000000';
  const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
  return { guest: 'sp1-structures', stdin: new Sp1Stdin().writeSlice(bytes(given)), publicValues: bytes(wanted) };
}

/** A public key of a curve: x and y, the highest byte first. */
function publicKey(guest: Sp1GuestName, curve: typeof secp256k1 | typeof p256): Sp1Run {
  const scalar = random(32);
  scalar[31]! &= 0x7f;
  const key = curve.Point.BASE.multiply(fromLittle(scalar)).toBytes(false);
  return { guest, stdin: new Sp1Stdin().writeSlice(scalar), publicValues: key.subarray(1) };
}

function edwards(): Sp1Run {
  const scalar = random(32);
  scalar[31]! &= 0x0f;
  const { x, y } = ed25519.Point.BASE.toAffine();
  const base = concatBytes(little(x, 32), little(y, 32));
  const multiple = ed25519.Point.BASE.multiply(fromLittle(scalar)).toBytes();
  return {
    guest: 'sp1-ed25519',
    stdin: new Sp1Stdin().writeSlice(base).writeSlice(scalar),
    publicValues: concatBytes(base, multiple),
  };
}

/** Sum, difference and product of the first element of two pairs, then of the pairs as elements a + b i, i^2 = -1. */
function fieldResults(p: readonly bigint[], q: readonly bigint[], modulus: bigint): bigint[] {
  const [a, b, c, d] = [...p, ...q] as [bigint, bigint, bigint, bigint];
  const results = [a + c, a - c, a * c, a + c, b + d, a - c, b - d, a * c - b * d, a * d + b * c];
  return results.map((value) => mod(value, modulus));
}

function pairing(
  guest: Sp1GuestName,
  curve: typeof bn254 | typeof bls12_381,
  bytes: number,
  items: readonly Uint8Array[],
): Sp1Run {
  const scalar = random(32);
  scalar[31]! &= 0x1f;
  const { x, y } = curve.G1.Point.BASE.multiply(fromLittle(scalar)).toAffine();
  const modulus = curve.fields.Fp.ORDER;
  const element = (): bigint => mod(fromLittle(random(bytes)), modulus);
  const [p, q] = [
    [element(), element()],
    [element(), element()],
  ] as const;
  const stdin = new Sp1Stdin().writeSlice(scalar);
  for (const item of items.slice(0, 1)) stdin.writeSlice(item);
  for (const pair of [p, q]) stdin.writeSlice(concatBytes(...pair.map((e) => little(e, bytes))));
  const results = fieldResults(p, q, modulus).map((value) => little(value, bytes));
  return { guest, stdin, publicValues: concatBytes(little(x, bytes), little(y, bytes), ...items.slice(1), ...results) };
}

function integers(): Sp1Run {
  const [x, y, modulus, wide] = [32, 32, 32, 256].map(random) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const [a, b, m, w] = [x, y, modulus, wide].map(fromLittle) as [bigint, bigint, bigint, bigint];
  const stdin = new Sp1Stdin();
  for (const item of [x, y, modulus, wide]) stdin.writeSlice(item);
  const products = concatBytes(little((a * b) % m, 32), little(BigInt.asUintN(256, a * b), 32), little(a * w, 288));
  return { guest: 'sp1-integers', stdin, publicValues: products };
}

const isSquare = (value: bigint, prime: bigint): boolean => power(value, (prime - 1n) / 2n, prime) === 1n;
const flag = (value: boolean): Uint8Array => Uint8Array.of(value ? 1 : 0);

function hooks(): Sp1Run {
  const [modulus, other] = [2n ** 255n - 19n, bls12_381.fields.Fp.ORDER];
  const [element, wide] = [mod(fromLittle(random(32)), modulus), mod(fromLittle(random(48)), other)];
  const [product, divisor] = [random(512), random(256)];
  // The quotient must have 2048 bits.
  product[511]! &= 0x0f;
  divisor[255]! |= 0x80;
  const [a, b] = [fromLittle(product), fromLittle(divisor)];
  const point = ed25519.Point.BASE.multiply(77n);
  const v = mod(ed25519.Point.CURVE().d * point.toAffine().y ** 2n + 1n, modulus);
  return {
    guest: 'sp1-hooks',
    stdin: new Sp1Stdin()
      .writeSlice(big(element, 32))
      .writeSlice(concatBytes(product, divisor))
      .writeSlice(big(wide, 48))
      .writeSlice(concatBytes(point.toBytes(), little(v, 32))),
    publicValues: concatBytes(
      big(power(element, modulus - 2n, modulus), 32),
      flag(isSquare(element, modulus)),
      little(a % b, 256),
      little(a / b, 256),
      big(power(wide, other - 2n, other), 48),
      flag(isSquare(wide, other)),
      flag(true),
    ),
  };
}

const SECRET = random(32);

function recover(): Sp1Run {
  const { x, y } = secp256k1.Point.fromBytes(secp256k1.getPublicKey(SECRET)).toAffine();
  const { ORDER: order } = secp256k1.Point.Fn;
  const modulus = secp256k1.Point.Fp.ORDER;
  const odd = y % 2n === 1n ? y : modulus - y;
  return {
    guest: 'sp1-recover',
    stdin: new Sp1Stdin().writeSlice(big(x, 32)).writeSlice(big((x ** 3n + 7n) % modulus, 32)),
    publicValues: concatBytes(big(odd, 32), big(power(x, order - 2n, order), 32)),
  };
}

/** @param isThere - whether there is a key that made the signature. */
function oldRecover(isThere: boolean): Sp1Run {
  const guest = 'sp1-v3-recover';
  const hash = sha256(text('a message'));
  if (!isThere) {
    // No point has the x 5: 5^3 + 7 = 132 is no square.
    const request = concatBytes(big(5n, 32), big(1n, 32), Uint8Array.of(0), hash);
    return { guest, stdin: new Sp1Stdin().writeSlice(request), publicValues: Uint8Array.of(0) };
  }
  const signature = secp256k1.sign(hash, SECRET, { prehash: false, format: 'recovered' });
  const request = concatBytes(signature.subarray(1), signature.subarray(0, 1), hash);
  const { ORDER: order } = secp256k1.Point.Fn;
  const s = BigInt(`0x${Buffer.from(signature.subarray(33)).toString('hex')}`);
  const inverse = big(power(s, order - 2n, order), 32);
  const publicValues = concatBytes(secp256k1.getPublicKey(SECRET), inverse, Uint8Array.of(1));
  return { guest, stdin: new Sp1Stdin().writeSlice(request), publicValues };
}

const NONE = new Uint8Array(0);
const MESSAGE = random(200);
const KEY = bls12_381.G1.Point.BASE.multiply(123456789n);
const [FACTOR, OTHER] = [1009n, 1000003n];

export const SP1_RUNS: readonly Sp1Run[] = [
  fibonacci('sp1-fibonacci'),
  collections(),
  structures(),
  {
    guest: 'sp1-unconstrained',
    stdin: new Sp1Stdin().write(u64, FACTOR * OTHER).write(string, 'unread input stays behind the hints'),
    publicValues: little(FACTOR * OTHER, 8),
  },
  {
    guest: 'sp1-standard',
    stdin: new Sp1Stdin().write(u8, 7),
    publicValues: Uint8Array.of(7),
    exitCode: 7,
    output: '0 arguments, HOME is Err(NotPresent)\n',
  },
  { guest: 'sp1-panics', stdin: new Sp1Stdin().write(u32, 8), publicValues: little(4n, 4) },
  { guest: 'sp1-panics', stdin: new Sp1Stdin().write(u32, 7), publicValues: NONE, exitCode: 1, output: '7 is odd' },
  {
    guest: 'sp1-hashes',
    stdin: new Sp1Stdin().writeSlice(MESSAGE),
    publicValues: concatBytes(sha256(MESSAGE), keccak_256(MESSAGE)),
  },
  publicKey('sp1-secp256k1', secp256k1),
  publicKey('sp1-secp256r1', p256),
  edwards(),
  pairing('sp1-bn254', bn254, 32, []),
  pairing('sp1-bls12381', bls12_381, 48, [KEY.toBytes(true), KEY.toBytes(false)]),
  integers(),
  hooks(),
  recover(),
  {
    guest: 'sp1-cycle-tracker',
    stdin: new Sp1Stdin().writeSlice(Uint8Array.of(1, 2, 3, 5)),
    publicValues: big(2n, 8),
    output: 'cycle-tracker-report-start: sum\n',
  },
  fibonacci('sp1-v3-fibonacci'),
  {
    guest: 'sp1-v3-unconstrained',
    stdin: new Sp1Stdin().write(u64, FACTOR * OTHER).write(string, 'input comes before the hints'),
    publicValues: little(FACTOR, 8),
  },
  oldRecover(true),
  oldRecover(false),
];
