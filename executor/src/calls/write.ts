/**
 * @module WRITE: a2 bytes at a1 to descriptor a0. The bytes leave no trace in a proof; public values count through the
 * digest that the guest commits.
 */
import { MAX_WRITE, SYSCALL } from '../program/abi.ts';
import { MEMORY_END } from '../program/layout.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';

export const write: SystemCall = {
  name: 'WRITE',
  code: SYSCALL.WRITE,
  isUnconstrained: true,
  run: (m) => {
    recordEcall(m);
    const { a0: descriptor, a1: address, a2: length } = m;
    if (length > MAX_WRITE || address + length > MEMORY_END) {
      const reason = `WRITE of ${length} bytes at 0x${address.toString(16)} reaches beyond memory`;
      m.refuse({ code: 'SYSCALL_ARGUMENT', reason });
    }
    m.refuse(m.host.write(descriptor, () => m.memory.bytes(address, length), !m.isUnconstrained));
    return m.pc + 4;
  },
};
