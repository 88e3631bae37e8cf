/**
 * @module Join: from proofs of spans that follow each other to the statement of the span of all. Its children are lifts or joins, of
 * one class of tables.
 */
import { type Child, verifyFixed } from '../circuit/verifier.ts';
import { assertEqualWords, type ProgramBackend } from './backend.ts';
import { assertInKeySet } from './key-set.ts';
import { type ChainLayout, checkCount, type SpanStatement, spanOfWords, spanWords } from './span.ts';

/** A join of `count` proofs. */
export interface JoinSpec {
  readonly child: Child;
  readonly layout: ChainLayout;
  readonly count: number;
}

/**
 * Asserts that there are proofs for this span in sources 1, 2, ...: that each is under a key of the set, and that each span goes on
 * where the one before it ended. Nothing asks whether a child is a lift or a join: both say the same.
 *
 * @throws {ConstraintError} CHAIN for no proof at all.
 *
 * Hints, for each child: the root of its preprocessed tables, where that is in the key set, the words of its span but those that all have
 * in common.
 */
export function join<F, E>(b: ProgramBackend<F, E>, { child, layout, count }: JoinSpec, span: SpanStatement<F>): void {
  checkCount(count);
  const { digestLength } = child.key.suite;
  // All children have these in common.
  const { program, keySet } = span;
  const own = child.key.machine.statement.words.length - program.length - keySet.length;
  b.source(0);
  const children = Array.from({ length: count }, () => {
    const root = b.read(digestLength, 'the root of a circuit');
    assertInKeySet(b, digestLength, root, span.keySet);
    const words = b.read(own, 'the statement of a span');
    return { root, span: spanOfWords(layout, digestLength, [...program, ...words, ...keySet]) };
  });
  let at = span.start;
  for (const [i, one] of children.entries()) {
    assertEqualWords(b, one.span.start, at, 'a span goes on where the one before it ended');
    at = one.span.end;
    b.source(i + 1);
    verifyFixed(b, child, one.root, spanWords(one.span));
  }
  assertEqualWords(b, span.end, at, 'where a join ends');
  assertEqualWords(b, span.last, children.at(-1)!.span.last, 'what the last span of a join says');
}
