/**
 * @module Guests that ask for what they must not have, or end in odd ways: those that end in an error, with its code, and those that are provable.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';
import { MEMORY_END } from '@weft/executor/program/layout';
import { readGuest } from '@weft/guest-examples';
import { readU32 } from '@weft/primitives/bytes';
import { EMPTY_DIGEST } from './programs.ts';
import { text } from './values.ts';

const { DATA } = asm;
const { WRITE, COMMIT, HINT_LEN, HINT_READ, ENTER_UNCONSTRAINED, EXIT_UNCONSTRAINED } = SYSCALL;
const PUBLIC = 13;
const HINT = 14;
const MEBIBYTE = 2 ** 20;

export interface HostileGuest {
  readonly what: string;
  readonly elf: Uint8Array;
  readonly stdin: readonly Uint8Array[];
}

/** A guest that ends in an error, with the options under which it does. */
export interface TrappingGuest extends HostileGuest {
  readonly code: string;
  readonly options: { readonly maxCycles: number; readonly maxOutput?: number };
}

/** A guest whose run has a proof, and what it says. */
export interface ProvableGuest extends HostileGuest {
  readonly exitCode: number;
  readonly publicValues: Uint8Array;
}

/** The guest `hostile`, which reads what it is to do. */
const inC = (mode: number | 'no mode'): Pick<HostileGuest, 'elf' | 'stdin'> => ({
  elf: readGuest('hostile'),
  stdin: [text(`${mode}`)],
});
const NO_BYTES = new Uint8Array(0);
const FOUR_BYTES = Uint8Array.of(1, 2, 3, 4);
/** Enough for whatever ends by itself, and little of a second. */
const CYCLES = 4e6;
const LITTLE_OUTPUT = { maxCycles: CYCLES, maxOutput: 100_000 };

const trapping = (
  what: string,
  code: string,
  words: readonly number[],
  stdin: readonly Uint8Array[] = [FOUR_BYTES],
): TrappingGuest => ({
  what,
  code,
  elf: asm.elf([...words, ...asm.halt()]),
  stdin,
  options: { maxCycles: CYCLES },
});

/** ENTER, and the words where the block is run. */
const inBlock = (words: readonly number[]): number[] => [
  ...asm.call(ENTER_UNCONSTRAINED),
  asm.branch('BEQ', 5, 0, 4 * (1 + words.length)),
  ...words,
];
/** The words over and over. */
const endless = (words: readonly number[]): number[] => [...words, asm.jal(0, -4 * words.length)];

/** Asks for inverses modulo numbers of 4096 bits. */
const DEAREST_HOOK = [
  ...asm.li(6, DATA),
  ...asm.li(7, 0x00020000),
  // Length, element, modulus.
  asm.store('SW', 7, 6, 0),
  asm.i('ADDI', 7, 0, -1),
  asm.store('SB', 7, 6, 4 + 511),
  asm.store('SB', 7, 6, 4 + 512),
  ...endless(asm.call(WRITE, 21, DATA, 4 + 1024)),
];

/** Small frames meet the page at null, large ones wrap around to where no memory is. */
const OVERFLOW = 'STACK_OVERFLOW';

export const TRAPPING: readonly TrappingGuest[] = [
  ...(
    [
      ['stack overflow by recursion', 0, OVERFLOW],
      ['stack overflow by recursion with frames larger than all code', 1, OVERFLOW],
      ['stack overflow by one frame of 64 MiB', 2, OVERFLOW],
      ['stack overflow by one frame of almost 2 GiB', 3, OVERFLOW],
      ['output without end, by lines', 6, 'OUTPUT_LIMIT'],
      ['output without end of line', 7, 'OUTPUT_LIMIT'],
      ['a store just below null', 8, 'MEMORY_RANGE'],
      ['a call of null', 9, 'PC_OUTSIDE_CODE'],
    ] as const
  ).map(([what, mode, code]) => ({ what, code, ...inC(mode), options: LITTLE_OUTPUT })),
  trapping('HINT_READ of less than the item', 'HINT', asm.call(HINT_READ, DATA, 3)),
  trapping('HINT_READ of more than the item', 'HINT', asm.call(HINT_READ, DATA, 5)),
  trapping('HINT_READ of nothing', 'HINT', asm.call(HINT_READ, DATA, 0)),
  trapping('HINT_READ to unaligned memory', 'HINT', asm.call(HINT_READ, DATA + 2, 4)),
  trapping('HINT_READ of 4 GiB less one byte', 'HINT', asm.call(HINT_READ, DATA, -1)),
  trapping('HINT_READ of 4 GiB less one byte, without input', 'HINT', asm.call(HINT_READ, DATA, -1), []),
  trapping('HINT_READ of 2 GiB', 'HINT', asm.call(HINT_READ, DATA, 2 ** 31)),
  trapping('HINT_READ across the end of memory', 'HINT', asm.call(HINT_READ, MEMORY_END - 4, 8), [new Uint8Array(8)]),
  trapping('HINT_READ across 2^32', 'HINT', asm.call(HINT_READ, -4, 8), [new Uint8Array(8)]),
  trapping('HINT_READ to code', 'STORE_TO_CODE', asm.call(HINT_READ, asm.TEXT, 4)),
  trapping('WRITE of 1 GiB of public values', 'OUTPUT_LIMIT', asm.call(WRITE, PUBLIC, DATA, 2 ** 30)),
  trapping('WRITE of 1 GiB of output', 'OUTPUT_LIMIT', asm.call(WRITE, 1, DATA, 2 ** 30)),
  trapping('WRITE of 1 GiB of hints', 'OUTPUT_LIMIT', asm.call(WRITE, HINT, DATA, 2 ** 30)),
  trapping('WRITE of 1 GiB to a hook', 'HOOK', asm.call(WRITE, 17, DATA, 2 ** 30)),
  trapping('WRITE of 4 GiB less one byte', 'SYSCALL_ARGUMENT', asm.call(WRITE, PUBLIC, DATA, -1)),
  trapping('WRITE across 2^32', 'SYSCALL_ARGUMENT', asm.call(WRITE, 1, -16, 32)),
  trapping('public values without end', 'OUTPUT_LIMIT', endless(asm.call(WRITE, PUBLIC, DATA, MEBIBYTE))),
  {
    ...trapping('empty hints without end', 'OUTPUT_LIMIT', endless(asm.call(WRITE, HINT, DATA, 0))),
    options: LITTLE_OUTPUT,
  },
  trapping('questions to a hook without end', 'CYCLE_LIMIT', endless(asm.call(WRITE, 8, DATA, 32))),
  trapping('questions to the dearest hook without end', 'CYCLE_LIMIT', DEAREST_HOOK),
  trapping('a loop without end', 'CYCLE_LIMIT', endless([asm.i('ADDI', 6, 6, 1)])),
  trapping(
    'a loop without end inside an unconstrained block',
    'CYCLE_LIMIT',
    inBlock(endless([asm.i('ADDI', 6, 6, 1)])),
  ),
  {
    ...trapping('unconstrained blocks without end', 'CYCLE_LIMIT', endless(inBlock(asm.call(EXIT_UNCONSTRAINED)))),
    options: { maxCycles: CYCLES / 10 },
  },
  trapping('HALT inside an unconstrained block', 'UNCONSTRAINED', inBlock(asm.halt())),
  trapping('public values inside an unconstrained block', 'UNCONSTRAINED', inBlock(asm.call(WRITE, PUBLIC, DATA, 1))),
  trapping('HINT_LEN inside an unconstrained block', 'UNCONSTRAINED', inBlock(asm.call(HINT_LEN))),
  trapping('COMMIT of word 2^32 - 1', 'SYSCALL_ARGUMENT', asm.call(COMMIT, -1)),
  trapping('a digest of which one word was not committed', 'PUBLIC_VALUES', commits(EMPTY_DIGEST.slice(0, 7))),
  trapping(
    'words of the digest one place further',
    'PUBLIC_VALUES',
    commits([...EMPTY_DIGEST.slice(1), EMPTY_DIGEST[0]!]),
  ),
  trapping('a digest that is committed twice, the second time wrong', 'PUBLIC_VALUES', [
    ...commits(EMPTY_DIGEST),
    ...asm.call(COMMIT, 3, 1),
  ]),
  trapping('public values that are not committed', 'PUBLIC_VALUES', asm.call(WRITE, PUBLIC, DATA, 1)),
  trapping('public values written behind their digest', 'PUBLIC_VALUES', [
    ...commits(EMPTY_DIGEST),
    ...asm.call(WRITE, PUBLIC, DATA, 1),
  ]),
];

function commits(words: readonly number[]): number[] {
  return words.flatMap((word, i) => asm.call(COMMIT, i, word));
}

function provable(
  what: string,
  words: readonly number[],
  exitCode = 0,
  publicValues: Uint8Array = NO_BYTES,
  stdin: readonly Uint8Array[] = [],
): ProvableGuest {
  const dataMemory = Math.max(0x10000, publicValues.length);
  return { what, elf: asm.elf([...words, ...asm.halt(exitCode)], { dataMemory }), stdin, exitCode, publicValues };
}

const zeros = new Uint8Array(MEBIBYTE);
const digestOf = (bytes: Uint8Array): number[] => {
  const digest = sha256(bytes);
  return Array.from({ length: 8 }, (_, i) => readU32(digest, 4 * i));
};

export const PROVABLE: readonly ProvableGuest[] = [
  ...[0, 1, 101, 2 ** 32 - 1].map((exitCode) => provable(`exit code ${exitCode}`, [], exitCode)),
  provable('no public values, and no digest', asm.call(WRITE, PUBLIC, DATA, 0)),
  provable('no public values, and their digest', commits(EMPTY_DIGEST)),
  provable(
    '1 MiB of public values',
    [...asm.call(WRITE, PUBLIC, DATA, MEBIBYTE), ...commits(digestOf(zeros))],
    0,
    zeros,
  ),
  provable(
    'a digest that is committed last word first',
    EMPTY_DIGEST.map((word, i) => asm.call(COMMIT, i, word))
      .reverse()
      .flat(),
  ),
  provable('a digest that is committed twice, the second time right', [
    ...asm.call(COMMIT, 3, 1),
    ...commits(EMPTY_DIGEST),
  ]),
  provable('stdin left unread', [], 0, NO_BYTES, [FOUR_BYTES, new Uint8Array(1000)]),
  { what: 'a heap that is used up', ...inC(4), exitCode: 102, publicValues: NO_BYTES },
  { what: 'a heap that malloc used up', ...inC(5), exitCode: 5, publicValues: NO_BYTES },
  { what: 'a panic', ...inC('no mode'), exitCode: 101, publicValues: NO_BYTES },
];
