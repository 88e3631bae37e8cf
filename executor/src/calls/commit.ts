/**
 * @module COMMIT: word a1 becomes word a0 of the digest of the public values.
 */
import { SYSCALL } from '../program/abi.ts';
import { CELL } from '../program/layout.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';

export const commit: SystemCall = {
  name: 'COMMIT',
  code: SYSCALL.COMMIT,
  run: (m) => {
    const { a0: word, a1: value, registers } = m;
    if (word >= 8) m.refuse({ code: 'SYSCALL_ARGUMENT', reason: `COMMIT of word ${word}; there are 8` });
    const [cell, flag] = [CELL.digest + word, CELL.committed + word];
    recordEcall(m, { reads: ['a0', 'a1'], write: { cell, value }, flag });
    registers[cell] = value;
    registers[flag] = 1;
    return m.pc + 4;
  },
};
