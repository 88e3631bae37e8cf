/**
 * @module HALT: ends the run with the exit code in a0.
 */
import { SYSCALL } from '../program/abi.ts';
import { CELL, HALT_PC } from '../program/layout.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';

export const halt: SystemCall = {
  name: 'HALT',
  code: SYSCALL.HALT,
  run: (m) => {
    recordEcall(m, { reads: ['a0'], write: { cell: CELL.exitCode, value: m.a0 } });
    m.registers[CELL.exitCode] = m.a0;
    m.halt();
    return HALT_PC;
  },
};
