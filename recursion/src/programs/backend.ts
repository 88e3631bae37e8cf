/**
 * @module What a program about proofs may do beyond what a verifier may: read several proofs, and hints beside them.
 */
import type { MachineKey, PreprocessedKey, Shape } from '@weft/prover/protocol/key';
import type { Backend } from '@weft/prover/transcript/backend';
import { VerifierChannel } from '@weft/prover/transcript/channel';
import { receiveShape, verifyProof } from '@weft/prover/verify/verify';

export interface ProgramBackend<F, E> extends Backend<F, E> {
  /** From now on reads are from this source: 0 holds hints, which nothing vouches for, the others a proof each. */
  source(index: number): void;
}

/** What a program takes for granted about the proofs that it verifies: constants of its circuit, never the proof's to say. */
export interface Child {
  readonly key: MachineKey;
  readonly shape: Shape;
  /** Of the preprocessed tables. */
  readonly logHeights: readonly number[];
}

/** Verifies the proof in a source: it is of this machine, shape and heights, under this root, and says these words. */
export function verifyChild<F, E>(
  b: ProgramBackend<F, E>,
  source: number,
  { key, shape, logHeights }: Child,
  root: readonly F[],
  words: readonly F[],
): void {
  b.source(source);
  const channel = new VerifierChannel<F, E>(b);
  const index = receiveShape(channel, key);
  b.assertEqualFelt(index, b.felt(shape.index), 'shape', 'the shape of the circuit');
  const preprocessed: PreprocessedKey = { logHeights, root: [] };
  verifyProof(channel, key, shape, preprocessed, root, words);
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
