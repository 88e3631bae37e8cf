/**
 * @module Whole chains: what a proof says to whoever knows only the program. Its statement is the program's digest and what the
 * chain's last proof says; where the chain was cut, how often, and through which states it went is in nobody's statement.
 *
 * That a chain is whole is nothing that anyone says: it starts where the program does, which the program's digest holds, and ends
 * where nothing can go on.
 */
import { ConstraintError } from '@weft/primitives';
import type { Digest } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { type Child, verifyFixed } from '../circuit/verifier.ts';
import { assertEqualWords, type ProgramBackend } from './backend.ts';
import { assertInKeySet } from './key-set.ts';
import { type LiftSpec, liftHinted, readLiftHints } from './lift.ts';
import { programDigest } from './program-digest.ts';
import { type ChainLayout, pickWords, spanWords } from './span.ts';

export interface WholeStatement<F> {
  /** Digest of the program and its machine's key. */
  readonly program: readonly F[];
  /** What the chain's last proof says. */
  readonly last: readonly F[];
}

/** All words of a statement, in the order in which they are observed. */
export function wholeWords<F>({ program, last }: WholeStatement<F>): F[] {
  return [...program, ...last];
}

/** Words of a statement. */
export function wholeLength(layout: ChainLayout, digestLength: number): number {
  return digestLength + layout.last.length;
}

/** The inverse of {@link wholeWords}. */
export function wholeOfWords<F>(digestLength: number, words: readonly F[]): WholeStatement<F> {
  return { program: words.slice(0, digestLength), last: words.slice(digestLength) };
}

/**
 * What a whole chain leaves off: anything but for the word that says that nothing goes on.
 * @throws {ConstraintError} CHAIN when no link has that word: a part of a chain would pass for all of it.
 */
function haltedEnd<F, E>(b: ProgramBackend<F, E>, { links, halt }: ChainLayout, end: readonly F[]): readonly F[] {
  const at = links.flatMap((link) => link.end).indexOf(halt.word);
  if (at < 0) throw new ConstraintError('CHAIN', `no link leaves off ${halt.word}, which says that a chain is whole`);
  return end.map((x, i) => (i === at ? b.felt(halt.is) : x));
}

/**
 * Asserts that there are proofs for this statement in sources 1, 2, ..., all of their chain: as a lift would, and that the chain is
 * whole. Hints: as a lift's.
 */
export function wholeLift<F, E>(b: ProgramBackend<F, E>, spec: LiftSpec, { program, last }: WholeStatement<F>): void {
  const { child, layout } = spec;
  const hints = readLiftHints(b, spec);
  const ends = pickWords(
    child.key.machine.statement.words,
    hints.statements.at(-1)!,
    layout.links.flatMap((link) => link.end),
  );
  // A lift has no use for the set of keys: it verifies no proof under any of them.
  liftHinted(b, spec, hints, { program, start: hints.first, end: haltedEnd(b, layout, ends), last, keySet: [] });
}

/** What is taken for granted of the proof of a chain's span. */
export interface WholeSpec {
  readonly child: Child;
  readonly layout: ChainLayout;
  /** Digest of the key of the chain's machine, and the suite that programs are hashed by. */
  readonly chain: { readonly digest: Digest; readonly suite: HashSuite };
  /** Root of the set of keys. Here it is a constant: no circuit of the set names this one. */
  readonly keySet: Digest;
}

/**
 * Asserts that there is a proof in source 1, under a key of the set, of a span that is all of a chain.
 *
 * Hints: the root of the proof's preprocessed tables, where that is in the key set; start, end and last words of its span; height and
 * root of the program's preprocessed table.
 */
export function whole<F, E>(
  b: ProgramBackend<F, E>,
  { child, layout, chain, keySet }: WholeSpec,
  { program, last }: WholeStatement<F>,
): void {
  const { suite, digest } = chain;
  const words = layout.links.flatMap((link) => link.start).length;
  b.source(0);
  const root = b.read(suite.digestLength, 'the root of a circuit');
  const set = keySet.map((x) => b.felt(x));
  assertInKeySet(b, suite.digestLength, root, set);
  const start = b.read(words, 'where the span starts');
  const end = haltedEnd(b, layout, b.read(words, 'where the span ends'));
  const parts = {
    digest,
    logHeights: b.read(1, 'the height of the program'),
    root: b.read(suite.digestLength, 'the root of the program'),
    first: start,
  };
  assertEqualWords(b, program, programDigest(b, suite, parts), 'the program of a whole chain, and where it starts');
  b.source(1);
  verifyFixed(b, child, root, spanWords({ program, start, end, last, keySet: set }));
}
