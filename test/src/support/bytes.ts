/**
 * @module Bytes that go into test runs and come out of them.
 */

/** An input item. */
export const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/** For proofs: the test runner's own comparison takes seconds for a megabyte. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
