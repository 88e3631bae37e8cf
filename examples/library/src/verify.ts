/**
 * @module Checking a proof.
 */
import { VerificationError, verify } from '@weft/sdk';

/** Reads a proof's public values, or says why it is not to be believed. */
export function verifyExample(vk: Uint8Array, proof: Uint8Array): string {
  try {
    const { publicValues } = verify(vk, proof);
    const view = new DataView(publicValues.buffer, publicValues.byteOffset);
    return `fib(${view.getUint32(0, true)}) = ${view.getUint32(4, true)}`;
  } catch (error) {
    if (error instanceof VerificationError) return `rejected: ${error.code}`;
    throw error;
  }
}
