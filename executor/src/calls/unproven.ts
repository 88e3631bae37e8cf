/**
 * @module Precompiles whose rows no table has yet, as calls of a run that nobody proves: they take a cycle and no row of their own.
 */

import { OPERATIONS } from '../precompiles/index.ts';
import { accessesOf, addressOf, type Operation } from '../precompiles/operation.ts';
import { A2 } from '../program/abi.ts';
import { PAGE_MASK } from '../program/memory.ts';
import type { CallMachine, SystemCall } from './call.ts';
import { WORD_SLOT, wordsFault } from './precompile.ts';

const A3 = A2 + 1;

function run(operation: Operation, m: CallMachine): number {
  const { memory } = m;
  const args = { a0: m.a0, a1: m.a1, a2: m.a2, a3: m.registers[A3]! >>> 0 };
  for (const span of operation.spans) {
    const { count, access } = span;
    const words = {
      address: addressOf(span, args),
      count,
      kept: access === 'read' ? count : 0,
      slot: WORD_SLOT[access],
    };
    m.refuse(wordsFault(operation.name, m, words));
  }
  const accesses = accessesOf(operation, args, (address) => memory.word(address));
  if ('code' in accesses) {
    m.refuse(accesses);
    return m.pc;
  }
  for (const { address, access, after } of accesses)
    if (access === 'update') memory.page(address)[(address & PAGE_MASK) >>> 2] = after;
  return m.pc + 4;
}

/** By their codes. */
export const UNPROVEN_CALLS: ReadonlyMap<number, SystemCall> = new Map(
  OPERATIONS.map((operation) => {
    const { name, code } = operation;
    return [code, { name, code, run: (m: CallMachine): number => run(operation, m) }];
  }),
);
