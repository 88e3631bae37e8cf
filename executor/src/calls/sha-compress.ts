/**
 * @module SHA_COMPRESS: the compression function of SHA-256 (FIPS 180-4, 6.2.2 steps 2 to 4). The schedule at a0, the eight words of the
 * hash at a1, which become the next.
 */
import type { Operation } from '../precompiles/operation.ts';
import { SYSCALL } from '../program/abi.ts';
import type { SystemCall } from './call.ts';
import { type AccessedWord, type CallTable, precompile } from './precompile.ts';

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** The cube root of `x`, below 2^123, rounded down. */
function cubeRoot(x: bigint): bigint {
  let root = 0n;
  for (let bit = 40n; bit >= 0n; bit--) if ((root + (1n << bit)) ** 3n <= x) root += 1n << bit;
  return root;
}

/**
 * The round constants of FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first primes. In integers,
 * because they are part of the machine's key and engines may round `Math.cbrt` as they like.
 */
export const SHA_CONSTANTS: readonly number[] = (() => {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes.map((p) => Number(BigInt.asUintN(32, cubeRoot(BigInt(p) << 96n))));
})();

const ROUNDS = 64;
/** Rounds that a row does. */
export const SHA_ROUNDS_PER_ROW = 4;
const HASH_WORDS = 8;

/** What a round adds up and how far beyond 16 and 32 bits that goes: 0 to 5 for e, -1 to 2 for a. */
interface Carries {
  readonly eLo: number;
  readonly eHi: number;
  readonly aLo: number;
  readonly aHi: number;
}

/**
 * The words that the rounds go through: a of round t is `a[t + 4]` after it, and d, c, b, a before the first are `a[0]` to `a[3]`; e, f,
 * g and h likewise.
 */
interface Rounds {
  readonly a: readonly number[];
  readonly e: readonly number[];
  readonly carries: readonly Carries[];
}

function compress(w: ArrayLike<number>, hash: ArrayLike<number>): Rounds {
  const a = [3, 2, 1, 0].map((i) => hash[i]!);
  const e = [7, 6, 5, 4].map((i) => hash[i]!);
  const carries: Carries[] = [];
  for (let t = 0; t < ROUNDS; t++) {
    const [d, c, b, last] = a.slice(t) as [number, number, number, number];
    const [h, g, f, x] = e.slice(t) as [number, number, number, number];
    const sigma1 = (rotate(x, 6) ^ rotate(x, 11) ^ rotate(x, 25)) >>> 0;
    const choice = ((x & f) ^ (~x & g)) >>> 0;
    const sigma0 = (rotate(last, 2) ^ rotate(last, 13) ^ rotate(last, 22)) >>> 0;
    const majority = ((last & b) ^ (last & c) ^ (b & c)) >>> 0;
    const summands = [d, h, sigma1, choice, SHA_CONSTANTS[t]!, w[t]!];
    const eLo = summands.reduce((sum, s) => sum + (s & 0xffff), 0) >>> 16;
    const eHi = (summands.reduce((sum, s) => sum + (s >>> 16), 0) + eLo) >>> 16;
    const nextE = summands.reduce((sum, s) => (sum + s) >>> 0, 0);
    const lo = (nextE & 0xffff) - (d & 0xffff) + (sigma0 & 0xffff) + (majority & 0xffff);
    const aLo = lo >> 16;
    const aHi = ((nextE >>> 16) - (d >>> 16) + (sigma0 >>> 16) + (majority >>> 16) + aLo) >> 16;
    a.push((nextE - d + sigma0 + majority) >>> 0);
    e.push(nextE);
    carries.push({ eLo, eHi, aLo, aHi });
  }
  return { a, e, carries };
}

/** What the rounds make of a hash, before it is added to it: a to h. */
const lastWords = ({ a, e }: Rounds): number[] => [...a.slice(-4).reverse(), ...e.slice(-4).reverse()];

const indexed = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);

/** Rows of four rounds: eight words of each window, four of the schedule, and a round's carries in one word, a's plus 1. */
export const SHA_COMPRESS_ROWS: CallTable = {
  events: 'sha_compress',
  fields: [
    'clk',
    'schedule',
    ...indexed('a', SHA_ROUNDS_PER_ROW + 4),
    ...indexed('e', SHA_ROUNDS_PER_ROW + 4),
    ...indexed('w', SHA_ROUNDS_PER_ROW),
    ...indexed('previous', SHA_ROUNDS_PER_ROW),
    ...indexed('carries', SHA_ROUNDS_PER_ROW),
  ],
  rows: ROUNDS / SHA_ROUNDS_PER_ROW,
};

/** The row that adds what the rounds made to the hash. */
export const SHA_FINAL_ROWS: CallTable = {
  events: 'sha_final',
  fields: [
    'clk',
    'schedule',
    'hash',
    ...indexed('before', HASH_WORDS),
    ...indexed('last', HASH_WORDS),
    ...indexed('previous', HASH_WORDS),
  ],
  rows: 1,
};

const operation: Operation = {
  name: 'SHA_COMPRESS',
  code: SYSCALL.SHA_COMPRESS,
  spans: [
    { pointer: 'a0', count: ROUNDS, access: 'read' },
    { pointer: 'a1', count: HASH_WORDS, access: 'update' },
  ],
  refuse: ({ a0, a1 }) =>
    a0 === a1
      ? { code: 'SYSCALL_ARGUMENT', reason: 'SHA_COMPRESS of a schedule and a hash at one address' }
      : undefined,
  run: ([w, hash]) => {
    const last = lastWords(compress(w!, hash!));
    return [Uint32Array.from(hash!, (x, i) => x + last[i]!)];
  },
};

export const shaCompress: SystemCall = precompile({
  operation,
  tables: [SHA_COMPRESS_ROWS, SHA_FINAL_ROWS],
  record: ({ clock, args: { a0, a1 }, words: [schedule, hash] }, event) => {
    const rounds = compress(
      schedule!.map(({ before }) => before),
      hash!.map(({ before }) => before),
    );
    const { a, e, carries } = rounds;
    for (let t = 0; t < ROUNDS; t += SHA_ROUNDS_PER_ROW) {
      const windows = [a, e].flatMap((x) => x.slice(t, t + SHA_ROUNDS_PER_ROW + 4));
      const of = <T>(list: readonly T[]): T[] => list.slice(t, t + SHA_ROUNDS_PER_ROW);
      const words: AccessedWord[] = of(schedule!);
      const packed = of(carries).map(({ eLo, eHi, aLo, aHi }) => eLo + 8 * eHi + 64 * (aLo + 1) + 256 * (aHi + 1));
      const memory = [...words.map(({ before }) => before), ...words.map(({ previous }) => previous)];
      event(SHA_COMPRESS_ROWS.events, [clock, a0 / 4, ...windows, ...memory, ...packed]);
    }
    const accessed = [...hash!.map(({ before }) => before), ...lastWords(rounds), ...hash!.map((x) => x.previous)];
    event(SHA_FINAL_ROWS.events, [clock, a0 / 4, a1, ...accessed]);
  },
});
