/**
 * @module SHA_EXTEND: the message schedule of SHA-256 (FIPS 180-4, 6.2.2 step 1). Sixty-four words at a0, the first sixteen given; to
 * SHA_EXTEND_BYTES, a call of our own, as the bytes that they are in messages.
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

/** The word whose bytes are these in the other order. */
const swapBytes = (x: number): number => (rotate(x, 8) & 0xff00ff00) | (rotate(x, 24) & 0x00ff00ff);

/** The whole schedule of the first sixteen words. @param areBytes - whether the bytes of each are in the order of a message's. */
function extendSchedule(words: Uint32Array, areBytes: boolean): Uint32Array {
  const w = words.slice();
  if (areBytes) for (let i = 0; i < BLOCK_WORDS; i++) w[i] = swapBytes(w[i]!);
  for (let i = BLOCK_WORDS; i < SCHEDULE_WORDS; i++)
    w[i] = sigma1(w[i - 2]!) + w[i - 7]! + sigma0(w[i - 15]!) + w[i - BLOCK_WORDS]!;
  return w;
}

/** The row of a given word that asks for the last word but one, as another row's `w7`: no word is a sum of that one. */
export const SHA_ASKING_ROW: number = BLOCK_WORDS - 1;

/**
 * A row for each word: what it is, what was there, and the four summands of those that are not given, else 0. `bytes` is 1 where given words
 * were bytes.
 */
export const SHA_EXTEND_ROWS: CallTable = {
  events: 'sha_extend',
  fields: ['clk', 'pointer', 'bytes', 'word', 'old', 'previous', 's0', 's1', 'w7', 'w16'],
  rows: SCHEDULE_WORDS,
};

function extend(name: string, code: number, areBytes: boolean): SystemCall {
  const operation: Operation = {
    name,
    code,
    spans: [{ pointer: 'a0', count: SCHEDULE_WORDS, access: 'update', kept: areBytes ? 0 : BLOCK_WORDS }],
    refuse: noSecondArgument(name),
    run: ([before]) => [extendSchedule(before!, areBytes)],
  };
  return precompile({
    operation,
    tables: [SHA_EXTEND_ROWS],
    record: ({ clock, args, words: [words] }, event) => {
      const w = extendSchedule(
        Uint32Array.from(words!, ({ before }) => before),
        areBytes,
      );
      for (const [i, { before, previous }] of words!.entries()) {
        const asked = i === SHA_ASKING_ROW ? w[SCHEDULE_WORDS - 2]! : 0;
        const summands =
          i < BLOCK_WORDS ? [0, 0, asked, 0] : [sigma0(w[i - 15]!), sigma1(w[i - 2]!), w[i - 7]!, w[i - BLOCK_WORDS]!];
        event(SHA_EXTEND_ROWS.events, [clock, args.a0 / 4, Number(areBytes), w[i]!, before, previous, ...summands]);
      }
    },
  });
}

export const shaExtend: SystemCall = extend('SHA_EXTEND', SYSCALL.SHA_EXTEND, false);
export const shaExtendBytes: SystemCall = extend('SHA_EXTEND_BYTES', SYSCALL.SHA_EXTEND_BYTES, true);
