/** What hooks answer: vectors, @noble/curves, and what a guest checks of an answer. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { BLS12_381, BN254, ED25519, SECP256K1, SECP256R1 } from '../precompiles/curves.ts';
import {
  fromBigEndian,
  fromLittleEndian,
  inverse,
  mod,
  squareRoot,
  toBigEndian,
  toLittleEndian,
} from '../precompiles/integers.ts';
import { numbersBelow } from '../precompiles/operations.test-support.ts';
import { hookOf } from './index.ts';

/** The items that a hook answers, or why it has none; checks the size that it asks for. */
function ask(descriptor: number, ...request: readonly Uint8Array[]): readonly Uint8Array[] | string {
  const hook = hookOf(descriptor)!;
  const bytes = concatBytes(...request);
  expect(bytes.length).toBeGreaterThanOrEqual(hook.bytes[0]);
  expect(bytes.length).toBeLessThanOrEqual(hook.bytes[1]);
  return hook.answer(bytes);
}

const be = (value: bigint, length = 32): Uint8Array => toBigEndian(value, length);
const le = (value: bigint, length = 32): Uint8Array => toLittleEndian(value, length);
const YES = Uint8Array.of(1);
const NO = Uint8Array.of(0);
const { modulus: P, order: N } = SECP256K1;

it('there is one for each descriptor of SP1, and for no other', () => {
  const all = Array.from({ length: 64 }, (_, descriptor) => descriptor).filter((d) => hookOf(d) !== undefined);
  expect(all).toEqual([5, 6, 7, 8, 15, 16, 17, 18, 19, 20, 21]);
});

describe('ecrecover, descriptors 5 and 7', () => {
  /** Of r, s, id and hash: the key that @noble/curves recovers, else `undefined`. */
  function recovered(r: bigint, s: bigint, id: number, hash: Uint8Array): Uint8Array | undefined {
    try {
      return new secp256k1.Signature(r, s, id).recoverPublicKey(hash).toBytes(true);
    } catch {
      return undefined;
    }
  }
  /** Asks both. */
  function both(r: bigint, s: bigint, id: number, hash: Uint8Array): readonly Uint8Array[] | string | undefined {
    const request = [be(r), be(s), Uint8Array.of(id), hash];
    const [first, second] = [ask(5, ...request), ask(7, ...request)];
    if (typeof second === 'string') {
      expect(first).toBe(second);
      return second;
    }
    if (second[0]![0] === 1) {
      expect(first).toEqual(second.slice(1));
      return first;
    }
    expect([second, first]).toEqual([[NO], 'got a signature that no key has made']);
    return undefined;
  }
  const next = numbersBelow(N - 1n, 1);

  it('recovers the keys of signatures, of either s', () => {
    for (let i = 0; i < 6; i++) {
      const [hash, secret] = [be(next() + 1n), be(next() + 1n)];
      const bytes = secp256k1.sign(hash, secret, { prehash: false, format: 'recovered', lowS: true });
      const { r, s, recovery } = secp256k1.Signature.fromBytes(bytes, 'recovered');
      const expected = [secp256k1.getPublicKey(secret, true), be(inverse(s, N)!)];
      expect(both(r, s, recovery!, hash)).toEqual(expected);
      expect(both(r, N - s, recovery! ^ 1, hash)).toEqual(expected);
    }
  });
  it('of a transaction of Ethereum', () => {
    const [hash, r, s] = [
      '456e9aea5e197a1f1af7a3e85a3212fa4049a3ba34c2289b4c860fc0b0c64ef3',
      '9242685bf161793cc25603c231bc2f568eb630ea16aa137d2664ac8038825608',
      '4f8ae3bd7535248d0bd448298cc2e2071e56992d0774dc340c368ae950852ada',
    ].map(hexToBytes) as [Uint8Array, Uint8Array, Uint8Array];
    const [key] = ask(5, r, s, Uint8Array.of(1), hash) as readonly Uint8Array[];
    const address = keccak_256(secp256k1.Point.fromBytes(key!).toBytes(false).subarray(1)).subarray(12);
    expect(bytesToHex(address)).toBe('7156526fbd7a3c72969b54f64e42c10fbb768c8a');
  });
  it('agrees about any r, s, id and hash, those included that no key has', () => {
    let without = 0;
    for (let i = 0; i < 16; i++) {
      const [r, s, hash, id] = [next() + 1n, 1n + (next() % (N / 2n - 1n)), be(next()), i & 3] as const;
      // Every x up to modulus - order is that of r + order too.
      const small = id >= 2 ? 1n + (r % (P - N - 1n)) : r;
      const expected = recovered(small, s, id, hash);
      if (expected === undefined) without++;
      expect(both(small, s, id, hash)?.[0], `${i}`).toEqual(expected);
    }
    expect(without).toBeGreaterThan(2);
    expect(without).toBeLessThan(14);
  });
  it('does so where the sums of its points are special: R = G, R = -G, a key at infinity, a hash of 0', () => {
    const [x] = SECP256K1.generator;
    const k = next() + 1n;
    const { x: rx, y: ry } = secp256k1.Point.BASE.multiply(k).toAffine();
    for (const id of [0, 1])
      for (const hash of [0n, 1n, x, N - 1n, N, 2n ** 256n - 1n])
        expect(both(x, 3n, id, be(hash))?.[0]).toEqual(recovered(x, 3n, id, be(hash)));
    expect(both(rx % N, 5n, Number(ry % 2n), be(mod(5n * k, N)))).toBeUndefined();
  });
  it('has no key where r + order is no x, whatever it is modulo the modulus', () => {
    const withPoints = Array.from({ length: 8 }, () => P - N + (next() % 2n ** 200n)).filter(
      (r) => squareRoot(mod((r + N) ** 3n + 7n, P), P, 3n) !== undefined,
    );
    expect(withPoints.length).toBeGreaterThan(0);
    for (const r of withPoints) for (const id of [2, 3]) expect(both(r, 1n, id, be(1n))).toBeUndefined();
  });
  it('refuses what is no signature', () => {
    for (const [r, s] of [
      [0n, 1n],
      [1n, 0n],
      [N, 1n],
      [1n, N],
      [2n ** 256n - 1n, 1n],
    ] as const)
      expect(both(r, s, 0, be(1n))).toBe('got a signature whose r or s is 0 or not reduced');
    expect(both(1n, 1n, 4, be(1n))).toBe('got the recovery id 4');
    expect(both(1n, N - 1n, 5, be(1n))).toBe('got the recovery id 5');
    // The other s turns bit 0 alone.
    expect(both(1n, 1n, 3, be(1n))).not.toBe('got the recovery id 3');
  });
});

it('descriptor 6 gives the inverse of s of secp256r1', () => {
  const s = numbersBelow(SECP256R1.order, 2)();
  expect(ask(6, be(7n), be(s))).toEqual([be(p256.Point.Fn.inv(s))]);
  for (const [r, bad] of [
    [0n, 1n],
    [1n, 0n],
    [1n, SECP256R1.order],
  ] as const)
    expect(ask(6, be(r), be(bad))).toMatch(/0 or not reduced/);
});

describe.each([
  [1, SECP256K1, secp256k1.Point],
  [2, SECP256R1, p256.Point],
] as const)('descriptor 15, curve %i', (number, { modulus, order, a, b }, Point) => {
  const head = (isOdd: number): Uint8Array => Uint8Array.of(number | (isOdd << 7));
  it('gives y of either parity and the inverse of r', () => {
    for (let k = 1n; k < 8n; k++) {
      const { x, y } = Point.BASE.multiply(k).toAffine();
      const [isOdd, alpha] = [Number(y % 2n), be((y * y) % modulus)];
      expect(ask(15, head(isOdd), be(x), alpha)).toEqual([YES, be(y), be(Point.Fn.inv(x % order))]);
      expect(ask(15, head(1 - isOdd), be(x), alpha)).toEqual([YES, be(modulus - y), be(Point.Fn.inv(x % order))]);
    }
  });
  it('shows that there is no y by a root of 3 alpha', () => {
    let shown = 0;
    for (let x = 1n; x < 20n; x++) {
      const alpha = mod(x ** 3n + a * x + b, modulus);
      const answer = ask(15, head(0), be(x), be(alpha)) as readonly Uint8Array[];
      if (answer[0]![0] === 1) continue;
      shown++;
      expect(answer.length).toBe(2);
      expect(mod(fromBigEndian(answer[1]!) ** 2n - 3n * alpha, modulus)).toBe(0n);
    }
    expect(shown).toBeGreaterThan(4);
    // Which shows it, because 3 has none.
    expect(squareRoot(3n, modulus, 3n)).toBeUndefined();
  });
  it('refuses what is none of both', () => {
    expect(ask(15, head(0), be(1n), be(0n))).toMatch(/0 or not reduced/);
    expect(ask(15, head(0), be(modulus), be(1n))).toMatch(/0 or not reduced/);
    expect(ask(15, head(0), be(1n), be(modulus))).toMatch(/0 or not reduced/);
    for (const r of [0n, order, order + 1n]) expect(ask(15, head(0), be(r), be(1n))).toBe('got an r that is no scalar');
    expect(ask(15, Uint8Array.of(3), be(1n), be(1n))).toMatch(/got the curve 3/);
    expect(ask(15, Uint8Array.of(0x80), be(1n), be(1n))).toMatch(/got the curve 0/);
  });
});

describe('decompression of edwards25519, descriptors 8 and 16', () => {
  const { modulus, d } = ED25519;
  const vOf = (y: bigint): bigint => mod(d * y * y + 1n, modulus);
  it('can be done to compressed points', () => {
    for (let k = 1n; k < 8n; k++) {
      const point = ed25519.Point.BASE.multiply(k);
      expect(ask(8, point.toBytes())).toEqual([YES]);
      expect(ask(16, point.toBytes(), le(vOf(point.toAffine().y)))).toEqual([YES]);
    }
  });
  it('cannot be done to others, which is shown', () => {
    let shown = 0;
    for (let y = 0n; y < 20n; y++) {
      const v = vOf(y);
      const sign = 2n ** 255n * (y % 2n);
      const answer = ask(16, le(y + sign), le(v)) as readonly Uint8Array[];
      expect(ask(8, le(y + sign))).toEqual(answer.slice(0, 1));
      if (answer[0]![0] === 1) continue;
      shown++;
      const [inverseOfV, root] = answer.slice(1).map(fromLittleEndian) as [bigint, bigint];
      expect((inverseOfV * v) % modulus).toBe(1n);
      expect(mod(root * root - 2n * (y * y - 1n) * inverseOfV, modulus)).toBe(0n);
      expect([root % 2n, answer.length]).toEqual([0n, 3]);
    }
    expect(shown).toBeGreaterThan(4);
    expect(squareRoot(2n, modulus, 2n)).toBeUndefined();
  });
  it('cannot be done where y is not reduced, by the second', () => {
    for (const y of [modulus, modulus + 1n, 2n ** 255n - 1n]) expect(ask(16, le(y), le(1n))).toEqual([NO]);
    expect(ask(8, le(modulus + 1n))).toEqual([YES]);
    expect(ask(16, le(2n), le(modulus))).toBe('got a v that is not reduced');
  });
});

describe('RSA, descriptor 17', () => {
  const next = numbersBelow(2n ** 2048n, 3);
  it('gives remainder and quotient', () => {
    const [a, b] = [next(), next()];
    const m = 2n ** 2048n - 1n;
    expect(ask(17, le(a * b, 512), le(m, 256))).toEqual([le((a * b) % m, 256), le((a * b) / m, 256)]);
  });
  it('gives of a quotient what 256 bytes hold, and nothing for the modulus 0', () => {
    const product = 2n ** 4096n - 1n;
    expect(ask(17, le(product, 512), le(3n, 256))).toEqual([le(product % 3n, 256), le(product / 3n, 256)]);
    expect(ask(17, le(product, 512), le(0n, 256))).toBe('got the modulus 0');
  });
});

describe('the field of BLS12-381, descriptors 18 and 19', () => {
  const m = BLS12_381.modulus;
  const next = numbersBelow(m, 4);
  it('gives a root, or one of twice the number', () => {
    const answers = Array.from({ length: 12 }, (_, i) => {
      const element = i < 4 ? BigInt(i) : next();
      const [status, root] = ask(18, be(element, 48)) as readonly [Uint8Array, Uint8Array];
      const factor = status[0] === 1 ? 1n : 2n;
      expect(mod(fromBigEndian(root) ** 2n - factor * element, m)).toBe(0n);
      return status[0];
    });
    expect(new Set(answers)).toEqual(new Set([0, 1]));
    expect(ask(18, be(0n, 48))).toEqual([YES, be(0n, 48)]);
    expect(squareRoot(2n, m, 2n)).toBeUndefined();
  });
  it('refuses a number that is not reduced and has a root', () => {
    expect(ask(18, be(m + 4n, 48))).toBe('got a number that is not reduced');
    expect(ask(18, be(m, 48))).toEqual([NO, be(0n, 48)]);
  });
  it('gives inverses of all but 0', () => {
    const element = next();
    expect(ask(19, be(element, 48))).toEqual([be(inverse(element, m)!, 48)]);
    expect(ask(19, be(m - 1n, 48))).toEqual([be(m - 1n, 48)]);
    expect(ask(19, be(0n, 48))).toBe('got 0, which has no inverse');
  });
});

describe('any field, descriptors 20 and 21', () => {
  const head = (length: number): Uint8Array => be(BigInt(length), 4);
  const root = (element: bigint, modulus: bigint, nonResidue: bigint, length: number): readonly Uint8Array[] | string =>
    ask(20, head(length), be(element, length), be(modulus, length), be(nonResidue, length));
  const starknet = 2n ** 251n + 17n * 2n ** 192n + 1n;
  it.each([
    ['secp256k1, 3 modulo 4', SECP256K1.modulus, 3n, 32],
    ['BN254', BN254.modulus, 3n, 32],
    ['the scalars of BN254, with 28 twos', 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n, 5n, 32],
    ['Starknet, with 192 twos', starknet, 3n, 32],
    ['BLS12-381, longer than it needs', BLS12_381.modulus, 2n, 64],
    ['17, in one byte', 17n, 3n, 1],
  ] as const)('of %s', (_, modulus, nonResidue, length) => {
    const next = numbersBelow(modulus, length);
    const statuses = Array.from({ length: 10 }, (_, i) => {
      const element = i < 3 ? BigInt(i) : next();
      const [status, bytes] = root(element, modulus, nonResidue, length) as readonly [Uint8Array, Uint8Array];
      expect(bytes.length).toBe(length);
      const factor = status[0] === 1 ? 1n : nonResidue;
      expect(mod(fromBigEndian(bytes) ** 2n - factor * element, modulus)).toBe(0n);
      const inverses = ask(21, head(length), be(element, length), be(modulus, length));
      if (element === 0n) expect(inverses).toMatch(/no inverse/);
      else expect(inverses).toEqual([be(inverse(element, modulus)!, length)]);
      return status[0];
    });
    expect(new Set(statuses)).toEqual(new Set([0, 1]));
  });
  it('refuses numbers that are not reduced, moduli that are even or too special, other sizes', () => {
    expect(root(17n, 17n, 3n, 1)).toBe('got numbers that are not reduced');
    expect(root(1n, 17n, 17n, 1)).toBe('got numbers that are not reduced');
    expect(root(0n, 0n, 0n, 1)).toBe('got numbers that are not reduced');
    expect(root(1n, 16n, 3n, 1)).toMatch(/modulus that it has no roots for/);
    expect(root(0n, 1n, 0n, 1)).toMatch(/modulus that it has no roots for/);
    expect(root(1n, 2n ** 256n + 1n, 3n, 33)).toMatch(/modulus that it has no roots for/);
    expect(root(3n, 17n, 4n, 1)).toMatch(/found no root/);
    expect(ask(20, head(2), be(1n, 5))).toBe('got 9 bytes for 3 numbers of 2');
    expect(ask(20, be(0xffffffffn, 4))).toMatch(/4 bytes for 3 numbers of 4294967295/);
    expect(ask(21, head(1), be(1n, 3))).toBe('got 7 bytes for 2 numbers of 1');
    expect(ask(21, head(1), be(1n, 1), be(1n, 1))).toMatch(/no modulus/);
    expect(ask(21, head(0))).toMatch(/no inverse/);
  });
});
