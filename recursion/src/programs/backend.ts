/**
 * @module What a program about proofs may do beyond what a verifier may: read several proofs, and hints beside them.
 */
import type { Backend } from '@weft/prover/transcript/backend';

export interface ProgramBackend<F, E> extends Backend<F, E> {
  /** From now on reads are from this source: 0 holds hints, which nothing vouches for, the others a proof each. */
  source(index: number): void;
}

/** Asserts that two lists of one length are equal. */
export function assertEqualWords<F, E>(
  b: Backend<F, E>,
  found: readonly F[],
  expected: readonly F[],
  what: string,
): void {
  for (const [i, x] of expected.entries()) b.assertEqualFelt(found[i]!, x, 'chain', what);
}
