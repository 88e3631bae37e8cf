/**
 * @module Oracles of the examples that say what is in private data: numbers by DataView and sort, patterns by RegExp.
 */
import { concatBytes } from '@noble/curves/utils.js';
import { text } from '../support/values.ts';
import { sha256 } from './hashes.ts';
import { flipped, type Oracle, replaced } from './oracle.ts';

const SALT = 32;
const FEWEST = 4;

interface Wage {
  readonly group: string;
  readonly amount: bigint;
}

const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number | bigint): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
const bincodeText = (of: string): Uint8Array => concatBytes(u64(text(of).length), text(of));
const bincodeWages = (wages: readonly Wage[]): Uint8Array =>
  concatBytes(u64(wages.length), ...wages.map(({ group, amount }) => concatBytes(bincodeText(group), u64(amount))));

/** Undefined where the bytes are no such list. */
function readWages(bytes: Uint8Array): Wage[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const number = (): bigint => {
    at += 8;
    return view.getBigUint64(at - 8, true);
  };
  const name = (): string => {
    const length = Number(number());
    at += length;
    if (at > bytes.length) throw new RangeError('a name that is longer than the list');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at - length, at));
  };
  try {
    const count = Number(number());
    // Each has two numbers: no room is made for more than can be there.
    if (count > bytes.length / 16) return undefined;
    const wages = Array.from({ length: count }, () => ({ group: name(), amount: number() }));
    return at === bytes.length ? wages : undefined;
  } catch {
    return undefined;
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Buffer.compare(text(a), text(b));

function describeGroup([name, amounts]: readonly [string, readonly bigint[]]): Uint8Array {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : 1));
  const sum = sorted.reduce((a, b) => a + b, 0n);
  const median = sorted[Math.ceil(sorted.length / 2) - 1]!;
  return concatBytes(bincodeText(name), u32(sorted.length), u64(median), u64(sum / BigInt(sorted.length)));
}

export const wageSurvey: Oracle = {
  answer: ([data, salt]) => {
    const wages = readWages(data!);
    if (wages === undefined || salt!.length !== SALT) return undefined;
    const groups = new Map<string, bigint[]>();
    for (const { group, amount } of wages) groups.set(group, [...(groups.get(group) ?? []), amount]);
    if ([...groups.values()].some(({ length }) => length < FEWEST)) return undefined;
    const described = [...groups].sort(byName).map(describeGroup);
    return concatBytes(sha256(salt!, data!), u64(described.length), ...described);
  },
  cheats: (stdin) => {
    const [data, salt] = stdin;
    const wages = readWages(data!)!;
    return {
      'a group of one': replaced(stdin, 0, bincodeWages([...wages, { group: 'board', amount: 90_000_000n }])),
      'a group of three': replaced(
        stdin,
        0,
        bincodeWages(wages.slice(0, 3).map((wage) => ({ ...wage, group: 'board' }))),
      ),
      'bytes behind the list': replaced(stdin, 0, concatBytes(data!, Uint8Array.of(0))),
      'a list that is cut': replaced(stdin, 0, data!.subarray(0, data!.length - 1)),
      'a name of 1 GiB': replaced(stdin, 0, concatBytes(u64(1), u64(2 ** 30), u64(0))),
      'a list of 2^40': replaced(stdin, 0, u64(2 ** 40)),
      'a group that is no text': replaced(
        stdin,
        0,
        data!.map((byte, i) => (i === 16 ? 0xff : byte)),
      ),
      'a salt that is cut': replaced(stdin, 1, salt!.subarray(1)),
    };
  },
};

const behindLength = (of: string): Uint8Array => concatBytes(u32(text(of).length), text(of));

function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export const regexFind: Oracle = {
  answer: ([pattern, salt, data]) => {
    const [expression, subject] = [decoded(pattern!), decoded(data!)];
    if (expression === undefined || subject === undefined || salt!.length !== SALT) return undefined;
    const found = compiled(expression)?.exec(subject);
    if (!found) return undefined;
    const groups = Array.from(found).slice(1) as (string | undefined)[];
    return concatBytes(
      sha256(salt!, data!),
      behindLength(expression),
      ...groups.map((group) => (group === undefined ? u32(2 ** 32 - 1) : behindLength(group))),
    );
  },
  cheats: (stdin) => ({
    'a pattern that finds nothing': replaced(stdin, 0, text('Total: (9+)')),
    'no pattern': replaced(stdin, 0, text('Total: (')),
    'a pattern with a repetition of nothing': replaced(stdin, 0, text('*')),
    'a pattern that is no text': replaced(stdin, 0, Uint8Array.of(0xff)),
    'a text that was changed': replaced(
      stdin,
      2,
      flipped(stdin[2]!, new TextDecoder().decode(stdin[2]).indexOf('Total')),
    ),
    'a text that is none': replaced(stdin, 2, Uint8Array.of(...stdin[2]!, 0xc3)),
    'a salt that is cut': replaced(stdin, 1, stdin[1]!.subarray(1)),
  }),
};
