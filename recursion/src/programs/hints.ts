/**
 * @module What programs take as hints, from what a prover knows.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { KeyPath } from './key-set.ts';
import { type ChainLayout, pickWords, type SpanStatement } from './span.ts';
import type { WholeStatement } from './whole.ts';

/** Hints of a lift: what `lift` reads, in its order. */
export function liftHints(root: Digest, first: readonly Felt[], statements: readonly (readonly Felt[])[]): Felt[] {
  return [...root, ...first, ...statements.flat()];
}

/** A proof of a span, as a join takes it. */
export interface SpanChild {
  readonly span: SpanStatement<Felt>;
  /** Of its circuit's preprocessed tables. */
  readonly root: Digest;
  /** Where that is in the key set. */
  readonly path: KeyPath;
}

/** Hints of a join: what `join` reads, in its order. */
export function joinHints(children: readonly SpanChild[]): Felt[] {
  return children.flatMap(({ span, root, path }) => [
    ...root,
    path.index,
    ...path.siblings.flat(),
    ...span.start,
    ...span.end,
    ...span.last,
  ]);
}

/** Hints of a proof in another's place: what `wrap` reads, in its order. */
export function wrapHints({ root, path }: Pick<SpanChild, 'root' | 'path'>): Felt[] {
  return [...root, path.index, ...path.siblings.flat()];
}

/** A program's preprocessed table. */
export interface ProgramTable {
  /** log2 of its rows. */
  readonly logHeight: number;
  readonly root: Digest;
}

/** Hints of a proof that a span is all of a chain: what `whole` reads, in its order. */
export function wholeHints({ span, root, path }: SpanChild, program: ProgramTable): Felt[] {
  const { start, end } = span;
  return [...root, path.index, ...path.siblings.flat(), ...start, ...end, program.logHeight, ...program.root];
}

/** The span of proofs with these statements, in their order: what an honest lift says. */
export function spanOfStatements(
  layout: ChainLayout,
  names: readonly string[],
  statements: readonly (readonly Felt[])[],
  program: Digest,
  keySet: Digest,
): SpanStatement<Felt> {
  const pick = (words: readonly Felt[], wanted: readonly string[]): Felt[] => pickWords(names, words, wanted);
  const [first, last] = [statements[0]!, statements.at(-1)!];
  return {
    program,
    start: pick(
      first,
      layout.links.flatMap((link) => link.start),
    ),
    end: pick(
      last,
      layout.links.flatMap((link) => link.end),
    ),
    last: pick(last, layout.last),
    keySet,
  };
}

/** What an honest proof says of a chain that this span is all of. */
export function wholeOfSpan({ program, last }: SpanStatement<Felt>): WholeStatement<Felt> {
  return { program, last };
}

/** The span of spans that follow each other: what an honest join says. */
export function spanOfSpans(spans: readonly SpanStatement<Felt>[]): SpanStatement<Felt> {
  const [first, last] = [spans[0]!, spans.at(-1)!];
  return { ...first, end: last.end, last: last.last };
}
