/**
 * @module WRITE: a2 bytes at a1 to descriptor a0. The bytes leave no trace in a proof; public values count through the
 * digest that the guest commits.
 */
import { SYSCALL } from '../program/abi.ts';
import { MEMORY_END } from '../program/layout.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';
import { nullPointerFault } from './null-pointer.ts';

export const write: SystemCall = {
  name: 'WRITE',
  code: SYSCALL.WRITE,
  isUnconstrained: true,
  run: (m) => {
    recordEcall(m);
    const { a0: descriptor, a1: address, a2: length } = m;
    const what = `WRITE of ${length} bytes at`;
    if (address + length > MEMORY_END) {
      const reason = `${what} 0x${address.toString(16)} reaches beyond memory`;
      m.refuse({ code: 'SYSCALL_ARGUMENT', reason });
    }
    m.refuse(nullPointerFault(m.program, what, address, length));
    const bytes = { length, read: () => m.memory.bytes(address, length) };
    m.refuse(m.host.write(descriptor, bytes, !m.isUnconstrained));
    return m.pc + 4;
  },
};
