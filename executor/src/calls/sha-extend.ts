/**
 * @module SHA_EXTEND: the message schedule of SHA-256 (FIPS 180-4, 6.2.2 step 1). Sixty-four words at a0, the first sixteen given.
 */
import { noSecondArgument, type Operation } from '../precompiles/operation.ts';
import { SYSCALL } from '../program/abi.ts';
import type { SystemCall } from './call.ts';
import { type CallTable, precompile } from './precompile.ts';

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
const sigma0 = (x: number): number => (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) >>> 0;
const sigma1 = (x: number): number => (rotate(x, 17) ^ rotate(x, 19) ^ (x >>> 10)) >>> 0;

/** Words that are given. */
const BLOCK_WORDS = 16;
const SCHEDULE_WORDS = 64;

/** The whole schedule of the first sixteen words. */
function extendSchedule(words: Uint32Array): Uint32Array {
  const w = words.slice();
  for (let i = BLOCK_WORDS; i < SCHEDULE_WORDS; i++)
    w[i] = sigma1(w[i - 2]!) + w[i - 7]! + sigma0(w[i - 15]!) + w[i - BLOCK_WORDS]!;
  return w;
}

/** The row of a given word that asks for the last word but one, as another row's `w7`: no word is a sum of that one. */
export const SHA_ASKING_ROW: number = BLOCK_WORDS - 1;

/** A row for each word: what it is, what was there, and the four summands of those that are not given, else 0. */
export const SHA_EXTEND_ROWS: CallTable = {
  events: 'sha_extend',
  fields: ['clk', 'pointer', 'word', 'old', 'previous', 's0', 's1', 'w7', 'w16'],
  rows: SCHEDULE_WORDS,
};

const operation: Operation = {
  name: 'SHA_EXTEND',
  code: SYSCALL.SHA_EXTEND,
  spans: [{ pointer: 'a0', count: SCHEDULE_WORDS, access: 'update', kept: BLOCK_WORDS }],
  refuse: noSecondArgument('SHA_EXTEND'),
  run: ([before]) => [extendSchedule(before!)],
};

export const shaExtend: SystemCall = precompile({
  operation,
  tables: [SHA_EXTEND_ROWS],
  record: ({ clock, args, words: [words] }, event) => {
    const w = extendSchedule(Uint32Array.from(words!, ({ before }) => before));
    for (const [i, { before, previous }] of words!.entries()) {
      const asked = i === SHA_ASKING_ROW ? w[SCHEDULE_WORDS - 2]! : 0;
      const summands =
        i < BLOCK_WORDS ? [0, 0, asked, 0] : [sigma0(w[i - 15]!), sigma1(w[i - 2]!), w[i - 7]!, w[i - BLOCK_WORDS]!];
      event(SHA_EXTEND_ROWS.events, [clock, args.a0 / 4, w[i]!, before, previous, ...summands]);
    }
  },
});
