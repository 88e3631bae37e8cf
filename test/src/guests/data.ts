/**
 * @module Oracles of the examples about data and puzzles: JavaScript's own sorting, numbers and regular expressions, and node:crypto.
 */
import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from './hashes.ts';
import { flipped, type Oracle, replaced } from './oracle.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytes = (of: string): Uint8Array => new Uint8Array(Buffer.from(of, 'latin1'));
const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const isOneToNine = (cells: readonly string[]): boolean => cells.toSorted().join('') === '123456789';

export const sudoku: Oracle = {
  answer: ([puzzle, solution]) => {
    const [given, solved] = [text(puzzle!), text(solution!)];
    const nine = Array.from({ length: 9 }, (_, i) => i);
    const unit = (cell: (i: number, k: number) => number): boolean =>
      nine.every((i) => isOneToNine(nine.map((k) => solved[cell(i, k)]!)));
    const isSolved =
      solved.length === 81 &&
      unit((i, k) => 9 * i + k) &&
      unit((i, k) => 9 * k + i) &&
      unit((i, k) => 9 * (3 * Math.floor(i / 3) + Math.floor(k / 3)) + 3 * (i % 3) + (k % 3));
    const fits = /^[1-9.]{81}$/.test(given) && new RegExp(`^${given}$`).test(solved);
    return isSolved && fits ? puzzle : undefined;
  },
  cheats: ([puzzle, solution]) => {
    // Two rows of one band: columns and boxes stay right, but for the cells that are given.
    const swapped = text(solution!).replace(/^(.{9})(.{9})/, '$2$1');
    const latin = Array.from({ length: 81 }, (_, i) => `${((Math.floor(i / 9) + (i % 9)) % 9) + 1}`).join('');
    return {
      'a solution of another puzzle': [puzzle!, bytes(swapped)],
      'boxes that repeat digits': [bytes('.'.repeat(81)), bytes(latin)],
      'a wrong digit': [puzzle!, flipped(solution!, 80)],
      'the puzzle itself': [puzzle!, puzzle!],
      'a solution that is cut': [puzzle!, solution!.slice(0, 80)],
    };
  },
};

export const statistics: Oracle = {
  answer: ([salt, data]) => {
    if (data!.length === 0 || data!.length % 4 !== 0) return undefined;
    const numbers = [...new Int32Array(data!.slice().buffer)];
    const sorted = numbers.toSorted((a, b) => a - b);
    const n = numbers.length;
    const mean = numbers.reduce((sum, x) => sum + x, 0) / n;
    // Summed in the order of the guest: floating-point sums depend on it.
    const variance = sorted.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / n;
    const median = (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2;
    const figures = new Uint8Array(Float64Array.of(median, mean, variance).buffer);
    return joined(sha256(salt!, data!), words(n, sorted[0]!, sorted.at(-1)!), figures);
  },
  cheats: ([salt, data]) => ({
    'half a number': [salt!, data!.slice(0, -2)],
    'no data': [salt!, new Uint8Array()],
    'a salt that is cut': [salt!.slice(1), new Uint8Array(3)],
  }),
};

const base64url = (of: Uint8Array): string => Buffer.from(of).toString('base64url');

export const rsaVerify: Oracle = {
  answer: ([modulus, message, signature]) => {
    const key = createPublicKey({ key: { kty: 'RSA', n: base64url(modulus!), e: 'AQAB' }, format: 'jwk' });
    return verify('sha256', message!, key, signature!) ? joined(modulus!, sha256(message!)) : undefined;
  },
  cheats: (stdin) => ({
    'another message': replaced(stdin, 1, flipped(stdin[1]!, 4)),
    'another signature': replaced(stdin, 2, flipped(stdin[2]!, 200)),
    'another key': replaced(stdin, 0, flipped(stdin[0]!, 100)),
    'the signature 1': replaced(stdin, 2, joined(new Uint8Array(255), Uint8Array.of(1))),
    'a signature that is not below the modulus': replaced(stdin, 2, new Uint8Array(256).fill(255)),
  }),
};

export const regexMatch: Oracle = {
  answer: ([pattern, salt, content]) => {
    try {
      return new RegExp(text(pattern!)).test(text(content!)) ? joined(sha256(salt!, content!), pattern!) : undefined;
    } catch {
      return undefined;
    }
  },
  cheats: ([pattern, salt, content]) => ({
    'a text that does not match': [pattern!, salt!, bytes(text(content!).replaceAll('@', ' at '))],
    'no text': [pattern!, salt!, new Uint8Array()],
    'a pattern with an open group': [bytes('(a'), salt!, content!],
    'a pattern with an open class': [bytes('[a'), salt!, content!],
    'a range that goes down': [bytes('[z-a]'), salt!, content!],
    'nothing to repeat': [bytes('*'), salt!, content!],
    'a count that goes down': [bytes('a{3,2}'), salt!, content!],
  }),
};

export const auction: Oracle = {
  answer: (bids) => {
    const read = bids.map((bid) => {
      const [, name, amount] = /^([^,]+),(0|[1-9]\d*)$/s.exec(text(bid.subarray(32))) ?? [];
      return { seal: Buffer.from(sha256(bid)), name, amount: Number(amount) };
    });
    const sorted = read.toSorted((a, b) => Buffer.compare(a.seal, b.seal));
    const isTwice = new Set(sorted.map(({ seal }) => seal.toString('hex'))).size < bids.length;
    if (bids.length < 2 || isTwice || read.some(({ name, amount }) => name === undefined || amount >= 2 ** 32))
      return undefined;
    const [first, second] = sorted.toSorted((a, b) => b.amount - a.amount);
    return joined(...sorted.map(({ seal }) => seal), bytes(`${first!.name},${second!.amount}\n`));
  },
  cheats: ([first, ...others]) => {
    const salt = first!.slice(0, 32);
    const bidding = (what: string): Uint8Array[] => [joined(salt, bytes(what)), ...others];
    return {
      'one bid': [first!],
      'a bid twice': [first!, first!, ...others],
      'a bid without a name': bidding(',5'),
      'a bid without an amount': bidding('mallory,'),
      'an amount that is none': bidding('mallory,12x'),
      'an amount with a zero before it': bidding('mallory,012'),
      'an amount that wraps around': bidding('mallory,4294967296'),
      'a bid without a salt': [bytes('mallory,5'), ...others],
    };
  },
};

export const wordCount: Oracle = {
  answer: ([content, word]) => {
    if (!/^[a-z]+$/.test(text(word!))) return undefined;
    const all = (text(content!).match(/[A-Za-z]+/g) ?? []).map((found) => found.toLowerCase());
    const own = all.filter((found) => found === text(word!)).length;
    return joined(sha256(content!), words(all.length, new Set(all).size, own), word!);
  },
  cheats: ([content]) => ({
    'a word in upper case': [content!, bytes('The')],
    'two words': [content!, bytes('the sea')],
    'no word': [content!, new Uint8Array()],
  }),
};

/** What the sample script says of an account. */
function loan(account: string): string | undefined {
  const entries = [...account.matchAll(/(\d+-\d+) ([a-z]+) (\d+)\n/g)];
  const months = [...new Set(entries.map(([, month]) => month!))].sort();
  const sum = (kind: string): number =>
    entries.filter((entry) => entry[2] === kind).reduce((total, entry) => total + Number(entry[3]), 0);
  if (months.length < 3 || entries.some((entry) => entry[2] !== 'salary' && entry[2] !== 'rate')) return undefined;
  const verdict = sum('rate') / sum('salary') < 0.35 ? 'granted' : 'denied';
  return `from ${months[0]} to ${months.at(-1)}: ${verdict}\n`;
}

export const lua: Oracle = {
  answer: ([script, input]) => {
    // Of other scripts the oracle knows nothing but that the cheats among them fail.
    const said = text(script!).startsWith('-- Is a loan') ? loan(text(input!)) : undefined;
    return said === undefined ? undefined : joined(sha256(script!), bytes(said));
  },
  cheats: ([script, input]) => ({
    'an account that the script refuses': [script!, bytes(`${text(input!)}2026-11 gift 900000\n`)],
    'an account of two months': [script!, bytes('2026-09 salary 1000\n2026-10 salary 1000\n')],
    'a script that makes something public, then fails': [bytes('public("yes") error("no")'), input!],
    'a script with a wrong syntax': [bytes('public('), input!],
    'a compiled script': [bytes('\x1bLuaT\x00'), input!],
    'a script that wants files': [bytes('io.open("x")'), input!],
  }),
};
