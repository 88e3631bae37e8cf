/**
 * @module HINT_LEN: the length of the next input item, in t0. It is the prover's choice.
 */
import { SYSCALL, T0 } from '../program/abi.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';

export const hintLen: SystemCall = {
  name: 'HINT_LEN',
  code: SYSCALL.HINT_LEN,
  run: (m) => {
    const value = m.host.hintLength();
    m.noteHint(value);
    recordEcall(m, { write: { cell: T0, value } });
    m.registers[T0] = value;
    return m.pc + 4;
  },
};
