/**
 * @module Guests that hash with the SHA-256 calls.
 */
import { SYSCALL } from '@weft/executor/program/abi';
import * as asm from '@weft/executor/program/assembler';

export const SHA_INITIAL: readonly number[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
/** Addresses of the schedule and of the hash. */
export const SCHEDULE: number = asm.DATA + 0x100;
export const HASH: number = asm.DATA + 0x300;
const [VALUE, BASE] = [6, 9];

/** Stores words from an address on. */
export function storeWords(address: number, words: readonly number[]): number[] {
  return [
    ...asm.li(BASE, address),
    ...words.flatMap((x, i) => [...asm.li(VALUE, x | 0), asm.store('SW', VALUE, BASE, 4 * i)]),
  ];
}

/** Halts with 1 unless these words are in memory. */
export function expectWords(address: number, words: readonly number[]): number[] {
  const fail = asm.halt(1);
  return words.flatMap((x, i) => [
    ...asm.li(BASE, address + 4 * i),
    asm.load('LW', 7, BASE, 0),
    ...asm.li(VALUE, x | 0),
    asm.branch('BEQ', 7, VALUE, 4 * (fail.length + 1)),
    ...fail,
  ]);
}

/** The padded blocks of a message, as big-endian words. */
function blocksOf(message: Uint8Array): number[][] {
  const blocks = Math.ceil((message.length + 9) / 64);
  const padded = new Uint8Array(64 * blocks);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(64 * blocks - 4, 8 * message.length);
  return Array.from({ length: blocks }, (_, k) => Array.from({ length: 16 }, (_, i) => view.getUint32(64 * k + 4 * i)));
}

/** Hashes a message with the calls. */
export function hashMessage(message: Uint8Array, schedule: number = SCHEDULE, hash: number = HASH): number[] {
  return [
    ...storeWords(hash, SHA_INITIAL),
    ...blocksOf(message).flatMap((block) => [
      ...storeWords(schedule, block),
      ...asm.call(SYSCALL.SHA_EXTEND, schedule, 0),
      ...asm.call(SYSCALL.SHA_COMPRESS, schedule, hash),
    ]),
  ];
}

/** The words of a digest, as the calls leave them. */
export function digestWords(digest: Uint8Array): number[] {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.length);
  return Array.from({ length: 8 }, (_, i) => view.getUint32(4 * i));
}
