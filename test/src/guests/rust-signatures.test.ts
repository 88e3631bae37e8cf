/** What the runtime crate makes of precompiles, against @noble and node:crypto, and hosts that answer its questions with lies. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, numberToBytesBE } from '@noble/curves/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { LiveHost } from '@weft/executor/run/host';
import { seeded } from '@weft/primitives/testing';
import { describe, expect, it } from 'vitest';
import { runGuest } from '../support/guest-runs.ts';
import { text } from '../support/values.ts';

const { word } = seeded(14);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => word() >>> 24);
const flipped = (of: Uint8Array, at: number): Uint8Array => of.map((byte, i) => (i === at ? byte ^ 1 : byte));
const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex');
const bigint = (of: Uint8Array): bigint => BigInt(`0x${hex(of)}`);
const number = (value: bigint): Uint8Array => numberToBytesBE(value, 32);

/** A host that gives the guest another item than it should. @param lies - by how many items the guest read before. */
class Liar extends LiveHost {
  readonly #lies: ReadonlyMap<number, Uint8Array>;
  #items = -1;
  constructor(stdin: readonly Uint8Array[], lies: ReadonlyMap<number, Uint8Array>, onText: (text: string) => void) {
    super(stdin, 1 << 20, (_, written) => onText(new TextDecoder().decode(written)));
    this.#lies = lies;
  }
  override beginRead(): void {
    super.beginRead();
    this.#items++;
  }
  override hintWord(progress: number): number {
    const lie = this.#lies.get(this.#items);
    if (lie === undefined) return super.hintWord(progress);
    return [3, 2, 1, 0].reduce((value, k) => (value << 8) | (lie[progress + k] ?? 0), 0);
  }
}

type Lies = Readonly<Record<number, Uint8Array>>;
interface Answer {
  readonly exitCode: number;
  /** Hexadecimal. */
  readonly answer: string;
  readonly output: string;
}

/** @param lies - by how many items were read behind those of the question. */
function run(question: string, items: readonly Uint8Array[], lies: Lies = {}): Answer {
  const stdin = [text(question), ...items];
  const of = new Map(Object.entries(lies).map(([at, lie]) => [stdin.length + Number(at), lie]));
  let output = '';
  const makeHost = (given: readonly Uint8Array[]): LiveHost => new Liar(given, of, (text) => (output += text));
  const { exitCode, publicValues } = runGuest('signatures-rust', stdin, makeHost);
  return { exitCode, answer: hex(publicValues), output };
}
function ask(question: string, ...items: readonly Uint8Array[]): string {
  const { exitCode, answer } = run(question, items);
  expect(exitCode).toBe(0);
  return answer;
}
/** The guest panics for this reason, and nothing is public. */
function isCaught(reason: string, question: string, items: readonly Uint8Array[], lies: Lies): void {
  const { output, ...rest } = run(question, items, lies);
  expect(output).toContain(reason);
  expect(rest).toEqual({ exitCode: 101, answer: '' });
}

const [NO, YES] = [Uint8Array.of(0), Uint8Array.of(1)];

it.each([0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 135, 136, 137, 300])('digests of %i bytes', (length) => {
  const message = bytes(length);
  const cut = Math.floor(length / 3);
  const expected = [sha256, sha512, keccak_256].map((hash) => hex(hash(message))).join('');
  expect(ask('digests', message.slice(0, cut), message.slice(cut))).toBe(expected);
});

/** Square and multiply. */
function power(a: bigint, e: bigint, m: bigint): bigint {
  let result = 1n % m;
  for (const bit of e.toString(2)) result = (((result * result) % m) * (bit === '1' ? a : 1n)) % m;
  return result;
}

describe('numbers', () => {
  it('powers', () => {
    const m = bigint(bytes(32));
    for (const [a, e, by] of [
      [bigint(bytes(31)) % m, bigint(bytes(32)), m],
      [m - 1n, 2n ** 256n - 1n, m],
      [5n, 0n, m],
      [0n, 0n, 1n],
      [0n, 7n, m],
      [2n, 1n, 3n],
    ] as const) {
      expect(ask('power', number(a), number(e), number(by))).toBe(hex(number(power(a, e, by))));
    }
  });
  it('inverses, by a host that gives them', () => {
    const m = secp256k1.Point.Fn.ORDER;
    const a = bigint(bytes(32)) % m;
    const inverse = power(a, m - 2n, m);
    expect(ask('inverse', number(a), number(m))).toBe(hex(number(inverse)));
    isCaught('the inverse of the host is none', 'inverse', [number(a), number(m)], { 0: number(inverse + 1n) });
    // Right but for the modulus, which fits where the inverse is small.
    const small = power(7n, m - 2n, m);
    isCaught('the inverse of the host is not reduced', 'inverse', [number(small), number(m)], { 0: number(7n + m) });
  });
});

describe.each([
  ['secp256k1', secp256k1],
  ['secp256r1', p256],
] as const)('%s', (name, curve) => {
  const { Point } = curve;
  const [modulus, order] = [Point.Fp.ORDER, Point.Fn.ORDER];
  const secret = curve.utils.randomSecretKey(bytes(48));
  const [long, short] = [curve.getPublicKey(secret, false), curve.getPublicKey(secret, true)];
  const hash = bytes(32);
  const sign = (of: Uint8Array): Uint8Array => curve.sign(of, secret, { prehash: false });
  const signature = sign(hash);
  const s = bigint(signature.slice(32));
  const key = (first: number, ...numbers: readonly bigint[]): Uint8Array =>
    concatBytes(Uint8Array.of(first), ...numbers.map(number));
  /** The first x above 1 that no point has. */
  const nowhere = ((): bigint => {
    for (let x = 2n; ; x++) {
      try {
        Point.fromBytes(key(2, x));
      } catch {
        return x;
      }
    }
  })();
  const squareOfY = (x: bigint): bigint =>
    (((x * x + curve.Point.CURVE().a) % modulus) * x + curve.Point.CURVE().b) % modulus;

  it('takes signatures of either form of the key, s high or low', () => {
    expect(ask(name, long, hash, signature)).toBe('01');
    expect(ask(name, short, hash, signature)).toBe('01');
    const other = concatBytes(signature.slice(0, 32), number(order - s));
    expect(ask(name, long, hash, other)).toBe('01');
    const high = new Uint8Array(32).fill(255);
    expect(ask(name, long, high, sign(high))).toBe('01');
  });
  it('turns down another hash, r, s and key', () => {
    expect(ask(name, long, flipped(hash, 31), signature)).toBe('00');
    expect(ask(name, long, hash, flipped(signature, 31))).toBe('00');
    expect(ask(name, long, hash, flipped(signature, 63))).toBe('00');
    expect(ask(name, flipped(short, 0), hash, signature)).toBe('00');
    expect(ask(name, curve.getPublicKey(bytes(32)), hash, signature)).toBe('00');
  });
  it('turns down an r or s that is 0 or not below the order', () => {
    for (const wrong of [new Uint8Array(32), number(order)]) {
      expect(ask(name, long, hash, concatBytes(wrong, signature.slice(32)))).toBe('00');
      expect(ask(name, long, hash, concatBytes(signature.slice(0, 32), wrong))).toBe('00');
    }
  });
  it('turns down what is no key', () => {
    const { x, y } = Point.fromBytes(long).toAffine();
    for (const none of [
      key(4, x, (y + 1n) % modulus),
      key(4, modulus, y),
      key(4, x, modulus),
      key(2, modulus),
      key(2, nowhere),
      key(3, nowhere),
      key(5, x, y),
      key(4, x),
      key(2, x, y),
      long.slice(0, 64),
      new Uint8Array(1),
      new Uint8Array(),
    ]) {
      expect(ask(name, none, hash, signature)).toBe('02');
    }
  });
  it('turns down a signature whose point is infinite', () => {
    // u1 G + u2 Q = 0 where the hash is -r d.
    const r = bigint(bytes(31));
    const crafted = number(order - ((r * bigint(secret)) % order));
    expect(ask(name, long, crafted, concatBytes(number(r), number(12345n)))).toBe('00');
    const id = Uint8Array.of(0);
    // Recovered, its key is infinite too where s R = z G.
    const g = Point.BASE.toAffine();
    expect(
      ask(
        `recover ${name}`,
        number(9n),
        concatBytes(
          number(g.x),
          number(9n),
          id.map(() => Number(g.y % 2n)),
        ),
      ),
    ).toBe('');
  });
  it('adds points that are equal or opposite on the way', () => {
    for (const k of [1n, 2n, order - 1n, order - 2n]) {
      const made = curve.sign(hash, number(k), { prehash: false });
      expect(ask(name, Point.BASE.multiply(k).toBytes(false), hash, made)).toBe('01');
      expect(ask(name, Point.BASE.multiply(k).toBytes(false), hash, flipped(made, 40))).toBe('00');
    }
  });
  it('recovers keys', () => {
    const made = curve.sign(hash, secret, { prehash: false, format: 'recovered' });
    const account = name === 'secp256k1' ? hex(keccak_256(long.slice(1)).slice(12)) : '';
    const behind = (id: number): Uint8Array => concatBytes(made.slice(1), Uint8Array.of(id));
    expect(ask(`recover ${name}`, hash, behind(made[0]!))).toBe(hex(long.slice(1)) + account);
    expect(ask(`recover ${name}`, hash, behind(made[0]! ^ 1))).not.toBe(hex(long.slice(1)) + account);
    expect(ask(`recover ${name}`, hash, behind(4))).toBe('');
    // r + order is no x: it is not below the modulus, or not even below 2^256.
    expect(ask(`recover ${name}`, hash, behind(2))).toBe('');
    expect(ask(`recover ${name}`, hash, concatBytes(number(nowhere), number(s), NO))).toBe('');
  });
  it('recovers keys whose x is r + order', () => {
    // The first r for which a point has such an x.
    let r = 1n;
    while (power(squareOfY(r + order), (modulus - 1n) / 2n, modulus) !== 1n) r++;
    const made = concatBytes(number(r), number(s));
    const expected = curve.Signature.fromBytes(made).addRecoveryBit(3).recoverPublicKey(hash).toBytes(false);
    expect(ask(`recover ${name}`, hash, concatBytes(made, Uint8Array.of(3))).slice(0, 128)).toBe(
      hex(expected.slice(1)),
    );
  });
  it('takes nobody at his word for an inverse of s', () => {
    isCaught('the inverse of the host is none', name, [long, hash, signature], {
      0: number(power(s, order - 2n, order) + 1n),
    });
  });
  it('takes nobody at his word for a root', () => {
    const { x, y } = Point.fromBytes(short).toAffine();
    expect(squareOfY(x)).toBe((y * y) % modulus);
    const root = (reason: string, lie: Lies): void =>
      // The key comes first: its root is asked for once three items were read, and those of signatures are there already.
      isCaught(reason, name, [short, hash, signature], lie);
    root('the root of the host is none', { 0: YES, 1: number((y + 1n) % modulus) });
    // Says that there is none, and shows 0, or the root itself.
    root('the root of the host is 0', { 0: NO, 1: number(0n) });
    root('the host shows no root', { 0: NO, 1: number(y) });
    // Says that there is one.
    isCaught('the root of the host is none', name, [key(2, nowhere), hash, signature], { 0: YES });
  });
});

describe('a root that is not reduced', () => {
  it('is no y of a key', () => {
    // A y so small that it has another number below 2^256 is one of the points that secp256k1 has for it, as x^3 = y^2 - 7.
    const { modulus } = { modulus: secp256k1.Point.Fp.ORDER };
    for (let y = 1n; ; y++) {
      const cube = (y * y - 7n + modulus) % modulus;
      if (power(cube, (modulus - 1n) / 3n, modulus) !== 1n) continue;
      // The modulus is 7 modulo 9.
      const x = power(cube, (modulus + 2n) / 9n, modulus);
      expect((x * x * x) % modulus).toBe(cube);
      const key = concatBytes(Uint8Array.of(2), number(x));
      isCaught('the root of the host is not reduced', 'secp256k1', [key, bytes(32), bytes(64)], {
        0: YES,
        1: number(y + modulus),
      });
      break;
    }
  });
});

describe('ed25519', () => {
  const P = ed25519.Point.Fp.ORDER;
  const secret = bytes(32);
  const key = ed25519.getPublicKey(secret);
  const message = bytes(40);
  const signature = ed25519.sign(message, secret);
  const little = (value: bigint): Uint8Array => number(value).reverse();
  const D = ed25519.Point.CURVE().d;
  const ratio = (y: bigint): readonly [u: bigint, v: bigint] => [(y * y + P - 1n) % P, (D * y * y + 1n) % P];
  /** The first y that no point has, and what shows it. */
  const [nowhere, inverse, root] = ((): readonly [bigint, bigint, bigint] => {
    for (let y = 2n; ; y++) {
      const [u, v] = ratio(y);
      const inverseOfV = power(v, P - 2n, P);
      if (power((u * inverseOfV) % P, (P - 1n) / 2n, P) === 1n) continue;
      const square = (2n * u * inverseOfV) % P;
      const half = power(square, (P + 3n) / 8n, P);
      const found = (half * half) % P === square ? half : (half * power(2n, (P - 1n) / 4n, P)) % P;
      return [y, inverseOfV, found];
    }
  })();

  it.each([0, 1, 47, 48, 63, 64, 175, 176, 400])('takes signatures of %i bytes', (length) => {
    const signed = bytes(length);
    expect(ask('ed25519', key, signed, ed25519.sign(signed, secret))).toBe('01');
  });
  it('takes those of RFC 8032, 7.1', () => {
    const rfc = (of: string): Uint8Array => Uint8Array.from(Buffer.from(of, 'hex'));
    const of = rfc('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const made = rfc(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(ask('ed25519', of, Uint8Array.of(0x72), made)).toBe('01');
    expect(ask('ed25519', of, Uint8Array.of(0x73), made)).toBe('00');
  });
  it('turns down another message, R, S and key', () => {
    expect(ask('ed25519', key, flipped(message, 3), signature)).toBe('00');
    for (const at of [5, 31, 40]) expect(ask('ed25519', key, message, flipped(signature, at))).toBe('00');
    expect(ask('ed25519', ed25519.getPublicKey(bytes(32)), message, signature)).toBe('00');
  });
  it('turns down an S that is not below the order', () => {
    const larger = little(bigint(signature.slice(32).reverse()) + ed25519.Point.Fn.ORDER);
    expect(ask('ed25519', key, message, concatBytes(signature.slice(0, 32), larger))).toBe('00');
  });
  it('turns down what is no key', () => {
    // The neutral point signs everything with R = the neutral point and S = 0.
    const made = concatBytes(Uint8Array.of(1), new Uint8Array(63));
    expect(ask('ed25519', little(1n), message, made)).toBe('01');
    expect(ask('ed25519', little(1n + 2n ** 255n), message, made)).toBe('00');
    expect(ask('ed25519', little(P + 1n), message, made)).toBe('00');
    expect(ask('ed25519', little(nowhere), message, made)).toBe('00');
    expect(ask('ed25519', little(nowhere + 2n ** 255n), message, made)).toBe('00');
  });
  it('takes nobody at his word for what is no key', () => {
    const question = [little(nowhere), message, signature];
    expect(run('ed25519', question, { 1: little(inverse), 2: little(root) })).toMatchObject({
      exitCode: 0,
      answer: '00',
    });
    isCaught('the inverse of the host is none', 'ed25519', question, { 1: little(inverse + 1n) });
    isCaught('the host shows no root', 'ed25519', question, { 2: little((root + 1n) % P) });
    isCaught('the root of the host is 0', 'ed25519', question, { 2: little(0n) });
    isCaught('the root of the host is 0 or not reduced', 'ed25519', question, { 2: little(root + P) });
    // The host says that y has a point: the precompile decides.
    expect(() => run('ed25519', question, { 0: YES })).toThrow('ED_DECOMPRESS');
  });
});

describe('rsa', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const part = (of: string | undefined): Uint8Array => new Uint8Array(Buffer.from(of!, 'base64url'));
  const modulus = part(publicKey.export({ format: 'jwk' }).n);
  const message = bytes(100);
  const sign = (hash: string): Uint8Array => new Uint8Array(createSign(hash).update(message).sign(privateKey));
  const signature = sign('sha256');
  const exponent = Uint8Array.of(0, 1, 0, 1);
  const wide = (value: bigint): Uint8Array => numberToBytesBE(value, 256);
  const m = bigint(modulus);

  it('takes signatures of node:crypto', () => {
    expect(ask('rsa', modulus, exponent, message, signature)).toBe('01');
  });
  it('turns down another message, signature, hash, modulus and exponent', () => {
    expect(ask('rsa', modulus, exponent, flipped(message, 50), signature)).toBe('00');
    expect(ask('rsa', modulus, exponent, message, flipped(signature, 200))).toBe('00');
    expect(ask('rsa', modulus, exponent, message, sign('sha512'))).toBe('00');
    expect(ask('rsa', flipped(modulus, 255), exponent, message, signature)).toBe('00');
    expect(ask('rsa', modulus, Uint8Array.of(0, 0, 0, 3), message, signature)).toBe('00');
  });
  it('turns down what needs no secret', () => {
    const padded = power(bigint(signature), 65537n, m);
    // With the exponent 1 anybody signs.
    expect(ask('rsa', modulus, Uint8Array.of(0, 0, 0, 1), message, wide(padded))).toBe('00');
    expect(ask('rsa', modulus, new Uint8Array(4), message, wide(padded))).toBe('00');
    // Of a short modulus a root is easily found: s^2 - padded has the root s.
    let s = padded;
    for (let next = s / 2n; next < s; next = (s + (3n * padded) / s) / 2n) s = next;
    const short = s * s - padded;
    expect(padded < short && short < 2n ** 2047n).toBe(true);
    expect(ask('rsa', wide(short), Uint8Array.of(0, 0, 0, 2), message, wide(s))).toBe('00');
  });
  it('turns down a signature that is not below the modulus', () => {
    const larger = bigint(signature) + m;
    const [small, large] = larger < 2n ** 2048n ? [signature, wide(larger)] : [signature, modulus];
    expect(ask('rsa', modulus, exponent, message, small)).toBe('01');
    expect(ask('rsa', modulus, exponent, message, large)).toBe('00');
  });
  it('takes nobody at his word for a quotient', () => {
    const question = [modulus, exponent, message, signature];
    const square = bigint(signature) ** 2n;
    const [remainder, quotient] = [square % m, square / m];
    const little = (value: bigint): Uint8Array => wide(value).reverse();
    expect(run('rsa', question, { 0: little(remainder), 1: little(quotient) })).toMatchObject({
      exitCode: 0,
      answer: '01',
    });
    isCaught('the quotient of the host is wrong', 'rsa', question, { 0: little(remainder ^ 1n) });
    isCaught('the quotient of the host is wrong', 'rsa', question, { 1: little(quotient ^ 1n) });
    const short = 2n ** 2047n + 11n;
    isCaught('the remainder of the host is not reduced', 'rsa', [wide(short), exponent, message, wide(2n ** 1500n)], {
      0: little((2n ** 3000n % short) + short),
      1: little(2n ** 3000n / short - 1n),
    });
  });
});
