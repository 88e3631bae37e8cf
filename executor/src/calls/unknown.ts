/**
 * @module Calls that nobody proves, by what is known of their codes: a guest that makes one was built for something else.
 */

const DEFERRED = 'it verifies proofs of other runs (deferred proofs), which is not supported';
const BEFORE_V1 = 'of SP1 before version 1, which no later version of SP1 runs either';
const V6 = 'of SP1 version 6, whose guests are 64-bit: build the guest with sp1-zkvm 5.2.4';

/** Names of codes, and what there is to say. Those of SP1: crates/core/executor/src/syscalls/code.rs of versions 5.2.4 and 6.4.0. */
const KNOWN: ReadonlyMap<number, readonly [name: string, remark: string]> = new Map([
  [0x1b, ['VERIFY_SP1_PROOF', DEFERRED]],
  [100, ['HALT', BEFORE_V1]],
  [101, ['LWA', BEFORE_V1]],
  [999, ['WRITE', BEFORE_V1]],
  [0x00010130, ['UINT256_ADD_CARRY', V6]],
  [0x00010131, ['UINT256_MUL_CARRY', V6]],
  [0x00000132, ['MPROTECT', V6]],
  [0x00000134, ['SIG_RETURN', V6]],
]);

/** Why a call with this code ends the run. */
export function unknownCall(code: number): string {
  const known = KNOWN.get(code);
  const what = `unknown system call 0x${code.toString(16)}`;
  return known === undefined ? what : `${what}, ${known[0]}: ${known[1]}`;
}
