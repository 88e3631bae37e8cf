/**
 * @module Lift: from proofs of a machine that follow each other to the statement of their span.
 */
import { wholeBlocks } from '@weft/primitives/hash/modes';
import { type Child, verifyFixed } from '../circuit/verifier.ts';
import { assertEqualWords, type ProgramBackend } from './backend.ts';
import { type ChainLayout, checkCount, pickWords, type SpanStatement } from './span.ts';

/** A lift of `count` proofs of one machine, shape and program height. */
export interface LiftSpec {
  readonly child: Child;
  readonly layout: ChainLayout;
  readonly count: number;
}

/**
 * Digest of what proofs are of: the machine, the program's preprocessed tables, and what its first proof takes up.
 * @param first - the words of all links' starts.
 */
function programDigest<F, E>(
  b: ProgramBackend<F, E>,
  { key, logHeights }: Child,
  root: readonly F[],
  first: readonly F[],
): readonly F[] {
  const constants = [...key.digest, ...logHeights].map((x) => b.felt(x));
  return b.hashRows([wholeBlocks(key.suite, [...constants, ...root, ...first], b.felt(0))])[0]!;
}

/**
 * Asserts that there are proofs for this span in sources 1, 2, ...: that they verify, that each goes on where the one before it
 * ended, and that each is a step. Where the program starts is no matter of a span: only its digest says.
 *
 * @throws {ConstraintError} CHAIN for no proof at all, or a layout that names a word which a statement has not.
 *
 * Hints: root of the preprocessed tables, what the program's first proof takes up, the words of each proof's statement.
 */
export function lift<F, E>(b: ProgramBackend<F, E>, { child, layout, count }: LiftSpec, span: SpanStatement<F>): void {
  checkCount(count);
  const { machine, suite } = child.key;
  const names = machine.statement.words;
  const starts = layout.links.flatMap((link) => link.start);
  const ends = layout.links.flatMap((link) => link.end);
  b.source(0);
  const root = b.read(suite.digestLength, 'the root of the preprocessed tables');
  const first = b.read(starts.length, 'what the first proof takes up');
  const statements = Array.from({ length: count }, () => b.read(names.length, 'a statement'));
  assertEqualWords(b, span.program, programDigest(b, child, root, first), 'the program of a lift');
  let at = span.start;
  let last = span.last;
  for (const [i, words] of statements.entries()) {
    const pick = (wanted: readonly string[]): F[] => pickWords(names, words, wanted);
    assertEqualWords(b, pick(starts), at, 'a proof goes on where the one before it ended');
    const { word: progress, from } = layout.progress;
    // What changes nothing could stand anywhere, any number of times.
    b.inverse(b.mulBase(b.constant(1), b.subFelt(pick([progress])[0]!, b.felt(from))), 'chain');
    at = pick(ends);
    last = pick(layout.last);
    b.source(i + 1);
    verifyFixed(b, child, root, words);
  }
  assertEqualWords(b, span.end, at, 'where a lift ends');
  assertEqualWords(b, span.last, last, 'what the last proof of a lift says');
}
