/**
 * @module What the call does: the eight words at a0 become their exclusive or with the eight at a1.
 */
import { type Operation, rowCall, rowTable, type SystemCall } from '@weft/executor';

/** No call of the SP1 ABI has it. */
export const XOR_WORDS = 0x00_00_01_70;
export const WORDS = 8;

const operation: Operation = {
  name: 'XOR_WORDS',
  code: XOR_WORDS,
  // All reads are before all updates, in the cycle as in this list.
  spans: [
    { pointer: 'a1', count: WORDS, access: 'read' },
    { pointer: 'a0', count: WORDS, access: 'update' },
  ],
  run: ([mask, words]) => [words!.map((word, i) => word ^ mask![i]!)],
};

/** The call as the interpreter runs it: one row a call, of the words before it and when they were last accessed. */
export const xorWords: SystemCall = rowCall(operation);

/** The name of its rows. */
export const EVENTS: string = rowTable(operation).events;
