/**
 * @module Wrap: the same statement of a whole chain, in a proof that is small. Nothing verifies it but whoever it is for.
 */
import type { Digest } from '@weft/primitives/hash/modes';
import { type Child, verifyFixed } from '../circuit/verifier.ts';
import type { ProgramBackend } from './backend.ts';
import { assertInKeySet } from './key-set.ts';
import { type WholeStatement, wholeWords } from './whole.ts';

export interface WrapSpec {
  readonly child: Child;
  /** Root of the set of keys of the circuits of whole chains, hashed as the child is. */
  readonly keySet: Digest;
}

/**
 * Asserts that there is a proof of this statement in source 1, under a key of the set. Hints: the root of its preprocessed tables,
 * and where that is in the set.
 */
export function wrap<F, E>(b: ProgramBackend<F, E>, { child, keySet }: WrapSpec, whole: WholeStatement<F>): void {
  const { digestLength } = child.key.suite;
  b.source(0);
  const root = b.read(digestLength, 'the root of a circuit');
  assertInKeySet(
    b,
    digestLength,
    root,
    keySet.map((x) => b.felt(x)),
  );
  b.source(1);
  verifyFixed(b, child, root, wholeWords(whole));
}
