/**
 * @module COMMIT_DEFERRED_PROOFS: word a0 of the digest of proofs that the guest relies on. Only "none" can be said, whose
 * words are 0.
 */
import { SYSCALL } from '../program/abi.ts';
import type { SystemCall } from './call.ts';
import { recordEcall } from './ecall.ts';

export const commitDeferredProofs: SystemCall = {
  name: 'COMMIT_DEFERRED_PROOFS',
  code: SYSCALL.COMMIT_DEFERRED_PROOFS,
  run: (m) => {
    const reason = 'a guest that verifies proofs is not supported: deferred word is not 0';
    if (m.a1 !== 0) m.refuse({ code: 'DEFERRED_PROOF', reason });
    recordEcall(m, { reads: ['a1'] });
    return m.pc + 4;
  },
};
