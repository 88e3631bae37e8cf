/**
 * @module Checking a proof.
 */
import { VerificationError, verify } from '@weft/sdk';

/** Reads the public values of a successful run's proof, or says why it is not to be believed. */
export function verifyExample(vk: Uint8Array, proof: Uint8Array): string {
  try {
    const { publicValues } = verify(vk, proof, { expectExit: 0 });
    const view = new DataView(publicValues.buffer, publicValues.byteOffset);
    return `fib(${view.getUint32(0, true)}) = ${view.getUint32(4, true)}`;
  } catch (error) {
    if (error instanceof VerificationError) return `rejected: ${error.code}`;
    throw error;
  }
}
