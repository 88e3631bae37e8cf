/**
 * @module One call of each precompile, with operands that have a result: what the guests `every-call` and `every-call-rust` read, and what the
 * calls leave.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { OPERATIONS } from '@weft/executor/precompiles/index';
import { wordsOf } from '@weft/executor/precompiles/integers';
import { seeded } from '@weft/primitives/testing';
import { digestWords, SHA_INITIAL } from './sha.ts';

const { word, felt } = seeded(12);
const random = (count: number): Uint32Array => Uint32Array.from({ length: count }, word);
export const bytesOf = (words: Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

/** Operands of a call, as the guest reads them, and what the call changes. */
export interface Example {
  readonly name: string;
  readonly operands: readonly Uint32Array[];
  readonly changed: readonly Uint32Array[];
}

/** By what the executor says of the call. @param before - the words of each of its spans. @param operands - unless they are those, the last first. */
function example(name: string, before: readonly Uint32Array[], operands = before.toReversed()): Example {
  const operation = OPERATIONS.find((o) => o.name === name)!;
  const changed = operation.run(before, { a0: 0, a1: 1, a2: 0, a3: 0 });
  if ('code' in changed) throw new Error(changed.reason);
  return { name, operands, changed };
}

function hashes(): Example[] {
  // The only block of "abc", so that its digest is known.
  const block = Uint32Array.of(0x61626380, ...new Array<number>(14).fill(0), 24);
  const schedule = new Uint32Array(64);
  schedule.set(block);
  const rotated = (x: number, by: number): number => (x >>> by) | (x << (32 - by));
  for (let i = 16; i < 64; i++) {
    const [x, y] = [schedule[i - 15]!, schedule[i - 2]!];
    const first = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
    schedule[i] = first + (rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10)) + schedule[i - 16]! + schedule[i - 7]!;
  }
  const given = Uint32Array.of(...block, ...random(48));
  const digest = Uint32Array.from(digestWords(sha256(new TextEncoder().encode('abc'))));
  return [
    { name: 'SHA_EXTEND', operands: [given], changed: [schedule] },
    { name: 'SHA_COMPRESS', operands: [schedule, Uint32Array.from(SHA_INITIAL)], changed: [digest] },
    example('KECCAK_PERMUTE', [random(50)]),
    example('POSEIDON2_PERMUTE', [Uint32Array.from({ length: 16 }, felt)]),
  ];
}

interface Point {
  toAffine(): { x: bigint; y: bigint };
}
const point = (of: Point, size: number): Uint32Array => {
  const { x, y } = of.toAffine();
  return Uint32Array.of(...wordsOf(x, size), ...wordsOf(y, size));
};

function curve(name: string, base: Point & { multiply(k: bigint): Point }, size: number): Example[] {
  const [p, q] = [point(base.multiply(BigInt(word())), size), point(base.multiply(BigInt(word())), size)];
  const x = p.slice(0, size);
  const decompress = `${name}_DECOMPRESS`;
  return [
    example(`${name}_ADD`, [q, p]),
    example(`${name}_DOUBLE`, [p]),
    ...(OPERATIONS.some((o) => o.name === decompress)
      ? [example(decompress, [x, x], [Uint32Array.of(...random(size), ...x)])]
      : []),
  ];
}

function edwards(): Example[] {
  const { BASE } = ed25519.Point;
  const [p, q] = [point(BASE.multiply(5n), 8), point(BASE.multiply(77n), 8)];
  const y = p.slice(8);
  return [example('ED_ADD', [q, p]), example('ED_DECOMPRESS', [y, y], [Uint32Array.of(...random(8), ...y)])];
}

const field = (name: string, size: number): Example[] =>
  [size, 2 * size].flatMap((count, k) =>
    ['ADD', 'SUB', 'MUL'].map((of) => example(`${name}_FP${k === 0 ? '' : '2'}_${of}`, [random(count), random(count)])),
  );

function integers(): Example[] {
  const [factor, wide] = [random(8), random(64)];
  const before = [factor, wide, new Uint32Array(64), new Uint32Array(8)];
  // A small factor and a large modulus: the quotient has 256 bits.
  const other = Uint32Array.of(...random(7), 1, ...random(7), 0x80000000);
  return [example('UINT256_MUL', [other, random(8)]), example('U256XU2048_MUL', before, [factor, wide])];
}

export const EXAMPLES: readonly Example[] = [
  ...hashes(),
  ...edwards(),
  ...curve('SECP256K1', secp256k1.Point.BASE, 8),
  ...curve('SECP256R1', p256.Point.BASE, 8),
  ...curve('BN254', bn254.G1.Point.BASE, 8),
  ...curve('BLS12381', bls12_381.G1.Point.BASE, 12),
  ...field('BN254', 8),
  ...field('BLS12381', 12),
  ...integers(),
];
