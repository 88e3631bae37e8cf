/**
 * @module ENTER_UNCONSTRAINED and EXIT_UNCONSTRAINED: code that only the host runs, to compute hints. The proven run finds 0
 * in t0 and skips the block; EXIT is never part of it.
 */
import { SYSCALL, T0 } from '../program/abi.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';

export const enterUnconstrained: SystemCall = {
  name: 'ENTER_UNCONSTRAINED',
  code: SYSCALL.ENTER_UNCONSTRAINED,
  run: (m) => {
    recordEcall(m, { write: { cell: T0, value: 0 } });
    m.registers[T0] = 0;
    if (m.enterUnconstrained()) m.registers[T0] = 1;
    return m.pc + 4;
  },
};

export const exitUnconstrained: SystemCall = {
  name: 'EXIT_UNCONSTRAINED',
  code: SYSCALL.EXIT_UNCONSTRAINED,
  isUnconstrained: true,
  run: (m) => {
    const entry = m.exitUnconstrained();
    const reason = 'EXIT_UNCONSTRAINED outside an unconstrained block';
    if (entry === undefined) m.refuse({ code: 'UNCONSTRAINED', reason });
    return entry! + 4;
  },
};
