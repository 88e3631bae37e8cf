/**
 * @module The digest of what the proofs of a chain are of, opened in a circuit.
 */
import type { Felt } from '@weft/primitives/field/base';
import { wholeBlocks } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { ProgramBackend } from './backend.ts';

/** What is hashed, in its order; a machine of another package hashes the same for its verifiers. */
export interface ProgramParts<F> {
  /** Of the machine's key. */
  readonly digest: readonly Felt[];
  /** Of the preprocessed tables. */
  readonly logHeights: readonly F[];
  readonly root: readonly F[];
  /** What the program's first proof takes up. */
  readonly first: readonly F[];
}

export function programDigest<F, E>(
  b: ProgramBackend<F, E>,
  suite: HashSuite,
  { digest, logHeights, root, first }: ProgramParts<F>,
): readonly F[] {
  const machine = digest.map((x) => b.felt(x));
  return b.hashRows([wholeBlocks(suite, [...machine, ...logHeights, ...root, ...first], b.felt(0))])[0]!;
}
