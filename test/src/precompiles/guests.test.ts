/** Guests that call precompiles, against @noble/curves and @noble/hashes; inputs that they must turn down. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, numberToBytesBE } from '@noble/curves/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { LiveHost } from '@weft/executor/run/host';
import type { GuestName } from '@weft/guest-examples';
import { P } from '@weft/primitives/field/base';
import { permuteState } from '@weft/primitives/hash/permute';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { codeOf, seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { runGuest } from '../support/guest-runs.ts';

const { word, felt } = seeded(9);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => word() >>> 24);
const number = (length: number): bigint => bytes(length).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
const flipped = (of: Uint8Array, at: number): Uint8Array => of.map((byte, i) => (i === at ? byte ^ 1 : byte));
const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex');
/** What a guest makes public when it ends well. */
function answer(name: GuestName, ...stdin: readonly Uint8Array[]): string {
  const { exitCode, publicValues } = runGuest(name, stdin);
  expect(exitCode).toBe(0);
  return hex(publicValues);
}

it('keccak-calls: digests of messages of all lengths around a block', () => {
  const items = [0, 1, 4, 135, 136, 137, 271, 272, 500].map(bytes);
  const { publicValues, calls } = runGuest('keccak-calls', items);
  expect(hex(publicValues)).toBe(items.map((item) => hex(keccak_256(item))).join(''));
  const blocks = items.reduce((n, { length }) => n + Math.floor(length / 136) + 1, 0);
  expect(calls).toEqual({ KECCAK_PERMUTE: blocks });
});

const signers: readonly (readonly [GuestName, typeof secp256k1])[] = [
  ['ecdsa', secp256k1],
  ['ecdsa-software', secp256k1],
  ['ecdsa-p256', p256],
];
describe.each(signers)('%s', (guest, curve) => {
  const { Point } = curve;
  const order = Point.Fn.ORDER;
  const verdict = (key: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean => {
    const result = answer(guest, key, hash, signature);
    expect(result.slice(0, -2)).toBe(hex(key) + hex(hash));
    return result.endsWith('01');
  };
  const secret = curve.utils.randomSecretKey(bytes(48));
  const [long, short] = [curve.getPublicKey(secret, false), curve.getPublicKey(secret, true)];
  const hash = bytes(32);
  const sign = (of: Uint8Array): Uint8Array => curve.sign(of, secret, { prehash: false });
  const signature = sign(hash);

  it('takes signatures of either form of the key, s high or low', () => {
    expect(verdict(long, hash, signature)).toBe(true);
    expect(verdict(short, hash, signature)).toBe(true);
    const s = numberToBytesBE(order - BigInt(`0x${hex(signature.slice(32))}`), 32);
    expect(verdict(long, hash, concatBytes(signature.slice(0, 32), s))).toBe(true);
  });
  it('takes a hash that is not below the order', () => {
    const high = new Uint8Array(32).fill(255);
    expect(verdict(long, high, sign(high))).toBe(true);
  });
  it('turns down another hash, r, s and key', () => {
    expect(verdict(long, flipped(hash, 31), signature)).toBe(false);
    expect(verdict(long, hash, flipped(signature, 31))).toBe(false);
    expect(verdict(long, hash, flipped(signature, 63))).toBe(false);
    expect(verdict(curve.getPublicKey(bytes(32), false), hash, signature)).toBe(false);
    expect(
      verdict(
        short.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
        hash,
        signature,
      ),
    ).toBe(false);
  });
  it('turns down an r or s that is 0 or not below the order', () => {
    const [zero, all] = [new Uint8Array(32), numberToBytesBE(order, 32)];
    for (const wrong of [zero, all]) {
      expect(verdict(long, hash, concatBytes(wrong, signature.slice(32)))).toBe(false);
      expect(verdict(long, hash, concatBytes(signature.slice(0, 32), wrong))).toBe(false);
    }
  });
  it('turns down what is no key', () => {
    const { x, y } = Point.fromBytes(long).toAffine();
    const key = (first: number, ...numbers: readonly bigint[]): Uint8Array =>
      concatBytes(Uint8Array.of(first), ...numbers.map((value) => numberToBytesBE(value, 32)));
    const modulus = Point.Fp.ORDER;
    expect(verdict(key(4, x, (y + 1n) % modulus), hash, signature)).toBe(false);
    expect(verdict(key(4, modulus, y), hash, signature)).toBe(false);
    expect(verdict(key(4, x, modulus), hash, signature)).toBe(false);
    expect(verdict(key(2, modulus), hash, signature)).toBe(false);
    expect(verdict(key(5, x, y), hash, signature)).toBe(false);
    expect(verdict(key(4, x), hash, signature)).toBe(false);
    expect(verdict(long.slice(0, 64), hash, signature)).toBe(false);
  });
  it('turns down a signature whose point is infinite', () => {
    // u1 G + u2 Q = 0 where the hash is -r d.
    const d = BigInt(`0x${hex(secret)}`);
    const r = number(31);
    const crafted = numberToBytesBE(order - ((r * d) % order), 32);
    expect(verdict(long, crafted, numberToBytesBE((r << 256n) | 12345n, 64))).toBe(false);
  });
  it('adds points that are equal or opposite on the way', () => {
    for (const key of [1n, 2n, order - 1n, order - 2n]) {
      const point = Point.BASE.multiply(key).toBytes(false);
      const made = curve.sign(hash, numberToBytesBE(key, 32), { prehash: false });
      expect(verdict(point, hash, made)).toBe(true);
      expect(verdict(point, hash, flipped(made, 40))).toBe(false);
    }
  });
});

describe('ecdsa', () => {
  const secret = bytes(32);
  const hash = bytes(32);
  const input = [secp256k1.getPublicKey(secret, false), hash, secp256k1.sign(hash, secret, { prehash: false })];
  it('takes nobody else at his word for the inverse of s', () => {
    /** Answers the hook with another number. */
    class Liar extends LiveHost {
      #items = 0;
      override beginRead(): void {
        super.beginRead();
        this.#items++;
      }
      override hintWord(progress: number): number {
        return super.hintWord(progress) ^ (this.#items > input.length && progress === 28 ? 1 << 24 : 0);
      }
    }
    expect(runGuest('ecdsa', input, (items) => new Liar(items, 1 << 20)).exitCode).toBe(103);
  });
  it('needs fewer than 400 calls, and software many times the cycles', () => {
    const [called, software] = [runGuest('ecdsa', input), runGuest('ecdsa-software', input)];
    expect(called.calls['SECP256K1_DOUBLE']! + called.calls['SECP256K1_ADD']!).toBeLessThan(400);
    expect(software.calls).toEqual({});
    expect(software.cycles).toBeGreaterThan(20 * called.cycles);
  });
  it('ends with a compressed key whose x no point has', async () => {
    const key = Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 2 : i === 32 ? 5 : 0));
    expect(await codeOf(() => runGuest('ecdsa', [key, hash, input[2]!]))).toBe('OPERAND');
    expect(answer('ecdsa-software', key, hash, input[2]!).endsWith('00')).toBe(true);
  });
});

describe('ed25519', () => {
  const secret = bytes(32);
  const key = ed25519.getPublicKey(secret);
  const verdict = (of: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    const result = answer('ed25519', of, message, signature);
    expect(result.slice(0, -2)).toBe(hex(of) + hex(message));
    return result.endsWith('01');
  };
  it.each([0, 1, 47, 48, 63, 64, 175, 176, 400])('takes signatures of %i bytes', (length) => {
    const message = bytes(length);
    expect(verdict(key, message, ed25519.sign(message, secret))).toBe(true);
  });
  it('turns down another message, R, S and key', () => {
    const message = bytes(40);
    const signature = ed25519.sign(message, secret);
    expect(verdict(key, flipped(message, 3), signature)).toBe(false);
    expect(verdict(key, message, flipped(signature, 5))).toBe(false);
    expect(verdict(key, message, flipped(signature, 31))).toBe(false);
    expect(verdict(key, message, flipped(signature, 40))).toBe(false);
    expect(verdict(ed25519.getPublicKey(bytes(32)), message, signature)).toBe(false);
  });
  it('turns down an S that is not below the order', () => {
    const message = bytes(5);
    const signature = ed25519.sign(message, secret);
    const s = signature.slice(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    const larger = numberToBytesBE(s + ed25519.Point.Fn.ORDER, 32).reverse();
    expect(verdict(key, message, concatBytes(signature.slice(0, 32), larger))).toBe(false);
  });
  it('turns down a key that is not reduced, or x = 0 with the wrong parity', () => {
    const signature = concatBytes(Uint8Array.of(1), new Uint8Array(63));
    // The neutral point signs everything with R = the neutral point and S = 0.
    const neutral = Uint8Array.of(1, ...new Uint8Array(31));
    expect(verdict(neutral, bytes(3), signature)).toBe(true);
    expect(verdict(Uint8Array.of(1, ...new Uint8Array(30), 0x80), bytes(3), signature)).toBe(false);
    const unreduced = numberToBytesBE(2n ** 255n - 18n, 32).reverse();
    expect(verdict(unreduced, bytes(3), signature)).toBe(false);
  });
});

/** Points as the guests have them: infinity is (0, 0). */
const affine = (point: { is0(): boolean; toAffine(): { x: bigint; y: bigint } }, length: number): Uint8Array => {
  const { x, y } = point.is0() ? { x: 0n, y: 0n } : point.toAffine();
  return concatBytes(numberToBytesBE(x, length), numberToBytesBE(y, length));
};

describe.each([
  ['bn254', bn254.G1.Point, bn254.fields.Fp2, 32],
  ['bls12381', bls12_381.G1.Point, bls12_381.fields.Fp2, 48],
] as const)('%s', (guest, Point, Fp2, length) => {
  const modulus = Point.Fp.ORDER;
  const ask = (question: number, ...parts: readonly Uint8Array[]): string =>
    answer(guest, concatBytes(Uint8Array.of(question), ...parts));
  const coordinates = (...numbers: readonly bigint[]): Uint8Array =>
    concatBytes(...numbers.map((value) => numberToBytesBE(value, length)));
  const multiple = (k: bigint): Uint8Array => affine(k === 0n ? Point.ZERO : Point.BASE.multiply(k), length);
  const found = (point: Uint8Array): string => `01${hex(point)}`;
  const order = Point.Fn.ORDER;

  it('adds all pairs of points', () => {
    const [k, l] = [number(30), number(30)];
    const cases: readonly (readonly [bigint, bigint])[] = [
      [k, l],
      [k, k],
      [k, order - k],
      [k, 0n],
      [0n, k],
      [0n, 0n],
    ];
    for (const [a, b] of cases) expect(ask(1, multiple(a), multiple(b))).toBe(found(multiple((a + b) % order)));
  });
  it('multiplies by all scalars of 256 bits', () => {
    const k = number(30);
    for (const scalar of [0n, 1n, 2n, 15n, order - 1n, order, order + 1n, 2n ** 256n - 1n, number(32)]) {
      const expected = found(multiple((k * scalar) % order));
      expect(ask(2, multiple(k), numberToBytesBE(scalar, 32))).toBe(expected);
    }
    expect(ask(2, multiple(0n), numberToBytesBE(7n, 32))).toBe(found(multiple(0n)));
  });
  it('turns down what is no point', () => {
    const { x, y } = Point.BASE.toAffine();
    const wrong = [
      coordinates(x, y + 1n),
      coordinates(x + modulus, y),
      coordinates(x, y + modulus),
      coordinates(0n, 1n),
    ];
    for (const point of wrong) {
      expect(ask(1, point, multiple(2n))).toBe('00');
      expect(ask(1, multiple(2n), point)).toBe('00');
      expect(ask(2, point, numberToBytesBE(3n, 32))).toBe('00');
    }
  });
  it('adds, subtracts and multiplies in the extension', () => {
    const pairs = [number(length), number(length), number(length), number(length)];
    for (const [a0, a1, b0, b1] of [pairs, [0n, 1n, 0n, 1n], [modulus - 1n, 0n, modulus - 1n, 1n]] as bigint[][]) {
      const a = Fp2.create({ c0: Fp2.Fp.create(a0!), c1: Fp2.Fp.create(a1!) });
      const b = Fp2.create({ c0: Fp2.Fp.create(b0!), c1: Fp2.Fp.create(b1!) });
      const results = [Fp2.add(a, b), Fp2.sub(a, b), Fp2.mul(a, b)];
      const expected = coordinates(...results.flatMap(({ c0, c1 }) => [c0, c1]));
      expect(ask(3, coordinates(a0!, a1!, b0!, b1!))).toBe(hex(expected));
    }
  });
  it('answers many questions, and exits with 1 for what is none', () => {
    const questions = [1, 2].map((k) => concatBytes(Uint8Array.of(1), multiple(BigInt(k)), multiple(5n)));
    expect(answer(guest, ...questions)).toBe(found(multiple(6n)) + found(multiple(7n)));
    for (const wrong of [[], [0], [5, ...multiple(1n), ...multiple(1n)], [1, ...multiple(1n)], [2, ...multiple(1n)]])
      expect(runGuest(guest, [Uint8Array.from(wrong)]).exitCode).toBe(1);
  });
});

describe('bls12381', () => {
  const { Point } = bls12_381.G1;
  const decompress = (compressed: Uint8Array): string => answer('bls12381', Uint8Array.of(4, ...compressed));
  it('decompresses points of either sign, and infinity', () => {
    for (const k of [1n, 2n, number(30), number(30), number(30)]) {
      for (const point of [Point.BASE.multiply(k), Point.BASE.multiply(k).negate()])
        expect(decompress(point.toBytes(true))).toBe(`01${hex(affine(point, 48))}`);
    }
    expect(decompress(Point.ZERO.toBytes(true))).toBe(`01${'00'.repeat(96)}`);
  });
  it('turns down flags and numbers that are none', async () => {
    const base = Point.BASE.toBytes(true);
    expect(decompress(base.map((byte, i) => (i === 0 ? byte & 0x7f : byte)))).toBe('00');
    expect(decompress(base.map((byte, i) => (i === 0 ? byte | 0x40 : byte)))).toBe('00');
    expect(decompress(Uint8Array.of(0xe0, ...new Uint8Array(47)))).toBe('00');
    const modulus = numberToBytesBE(Point.Fp.ORDER, 48);
    expect(decompress(modulus.map((byte, i) => (i === 0 ? byte | 0x80 : byte)))).toBe('00');
    const none = Uint8Array.of(0x80, ...new Uint8Array(46), 1);
    expect(await codeOf(() => decompress(none))).toBe('OPERAND');
  });
});

describe('uint256', () => {
  const power = (base: bigint, exponent: bigint, m: bigint): bigint => {
    let result = 1n % m;
    for (const bit of exponent.toString(2)) result = ((bit === '1' ? base : 1n) * result * result) % m;
    return result;
  };
  const most = 2n ** 256n - 1n;
  it.each([
    ['random numbers', number(32), number(32), number(32)],
    ['a small modulus', most, number(32), 7n],
    ['the modulus 1', number(32), number(32), 1n],
    ['the modulus 0, which is 2^256', number(32), number(32), 0n],
    ['the exponent 0', number(32), 0n, number(32)],
    ['the base 0', 0n, 0n, number(32)],
    ['greatest numbers', most, most, most - 1n],
  ])('of %s', (_, base, exponent, modulus) => {
    const [factor, wide] = [number(32), number(256)];
    const items = [base, exponent, modulus, factor].map((value) => numberToBytesBE(value, 32));
    const result = numberToBytesBE(power(base, exponent, modulus || 2n ** 256n), 32);
    const expected = hex(concatBytes(result, numberToBytesBE(factor * wide, 288)));
    expect(answer('uint256', ...items, numberToBytesBE(wide, 256))).toBe(expected);
  });
  it('multiplies the greatest numbers', () => {
    const items = [1n, 1n, 1n, most].map((value) => numberToBytesBE(value, 32));
    const product = numberToBytesBE(most * (2n ** 2048n - 1n), 288);
    expect(answer('uint256', ...items, new Uint8Array(256).fill(255)).slice(64)).toBe(hex(product));
  });
});

describe('poseidon2', () => {
  const root = (leaves: readonly number[]): number[] => {
    if (leaves.length === 8) return [...leaves];
    const half = leaves.length / 2;
    const children = [...root(leaves.slice(0, half)), ...root(leaves.slice(half))];
    const permuted = permuteState(POSEIDON2_KOALABEAR, 'node', children);
    return children.slice(0, 8).map((value, i) => (value + permuted[i]!) % P);
  };
  const item = (words: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);
  it.each([1, 2, 4, 16])('the root over %i leaves', (count) => {
    const leaves = Array.from({ length: 8 * count }, felt);
    expect(answer('poseidon2', item(leaves))).toBe(hex(item(root(leaves))));
  });
  it('exits with 1 for a word that is no element, and leaves that are no tree', () => {
    for (const wrong of [[], [1], new Array<number>(24).fill(0), [P, 0, 0, 0, 0, 0, 0, 0]])
      expect(runGuest('poseidon2', [item(wrong)]).exitCode).toBe(1);
  });
});

it('two-families: hashes by SHA-256 and verifies in one run', () => {
  const secret = bytes(32);
  const [key, message] = [secp256k1.getPublicKey(secret), bytes(200)];
  const signature = secp256k1.sign(sha256(message), secret, { prehash: false });
  const { publicValues, calls } = runGuest('two-families', [key, message, signature]);
  expect(hex(publicValues)).toBe(`${hex(key)}${hex(sha256(message))}01`);
  expect(calls).toMatchObject({ SHA_EXTEND_BYTES: 4, SHA_COMPRESS: 4, SECP256K1_DECOMPRESS: 1 });
  expect(answer('two-families', key, flipped(message, 7), signature).endsWith('00')).toBe(true);
});

it('doublings: thousands of calls', () => {
  const { publicValues, calls } = runGuest('doublings', [new TextEncoder().encode('3000')]);
  expect(calls).toEqual({ SECP256K1_DOUBLE: 3000 });
  const { Point } = secp256k1;
  let k = 1n;
  for (let i = 0; i < 3000; i++) k = (2n * k) % Point.Fn.ORDER;
  const { x, y } = Point.BASE.multiply(k).toAffine();
  const words = [numberToBytesBE(x, 32).reverse(), numberToBytesBE(y, 32).reverse()];
  expect(hex(publicValues)).toBe(words.map(hex).join(''));
});
