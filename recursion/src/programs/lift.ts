/**
 * @module Lift: from proofs of a machine that follow each other to the statement of their span.
 */
import { type Child, verifyFixed } from '../circuit/verifier.ts';
import { assertEqualWords, type ProgramBackend } from './backend.ts';
import { programDigest } from './program-digest.ts';
import { type ChainLayout, checkCount, pickWords, type SpanStatement } from './span.ts';

/** A lift of `count` proofs of one machine, shape and program height. */
export interface LiftSpec {
  readonly child: Child;
  readonly layout: ChainLayout;
  readonly count: number;
}

/** What a lift reads as hints, in their order. */
export interface LiftHints<F> {
  /** Of the program's preprocessed tables. */
  readonly root: readonly F[];
  /** What the program's first proof takes up: the words of all links' starts. */
  readonly first: readonly F[];
  /** The words of each proof. */
  readonly statements: readonly (readonly F[])[];
}

export function readLiftHints<F, E>(b: ProgramBackend<F, E>, { child, layout, count }: LiftSpec): LiftHints<F> {
  checkCount(count);
  const { machine, suite } = child.key;
  b.source(0);
  const root = b.read(suite.digestLength, 'the root of the preprocessed tables');
  const first = b.read(layout.links.flatMap((link) => link.start).length, 'what the first proof takes up');
  const words = machine.statement.words.length;
  return { root, first, statements: Array.from({ length: count }, () => b.read(words, 'a statement')) };
}

/**
 * Asserts that there are proofs for this span in sources 1, 2, ...: that they verify, that each goes on where the one before it
 * ended, and that each is a step. Where the program starts is no matter of a span: only its digest says.
 *
 * @throws {ConstraintError} CHAIN for no proof at all, or a layout that names a word which a statement has not.
 * @param hints - as {@link readLiftHints} reads them.
 */
export function liftHinted<F, E>(
  b: ProgramBackend<F, E>,
  { child, layout }: LiftSpec,
  { root, first, statements }: LiftHints<F>,
  span: SpanStatement<F>,
): void {
  const { machine, digest } = child.key;
  const names = machine.statement.words;
  const starts = layout.links.flatMap((link) => link.start);
  const ends = layout.links.flatMap((link) => link.end);
  const program = { digest, logHeights: child.logHeights.map((h) => b.felt(h)), root, first };
  assertEqualWords(b, span.program, programDigest(b, child.key.suite, program), 'the program of a lift');
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

/** As {@link liftHinted}, reading its hints. */
export function lift<F, E>(b: ProgramBackend<F, E>, spec: LiftSpec, span: SpanStatement<F>): void {
  liftHinted(b, spec, readLiftHints(b, spec), span);
}
