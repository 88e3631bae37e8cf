/**
 * @module Spans: what a proof about proofs says. A span is a stretch of a chain, proofs of one machine that follow each other;
 * the statement of a span has the same words whether one proof or thousands stand behind it. Nothing here knows the machine:
 * how its proofs stand in a chain is the data of a {@link ChainLayout}.
 */
import { ConstraintError } from '@weft/primitives';

/** How the proofs of a machine follow each other, by the names of their statements' words. */
export interface ChainLayout {
  /** What one proof leaves off, and the next takes up. A program's identity holds what its first proof takes up, in this order. */
  readonly links: readonly { readonly start: readonly string[]; readonly end: readonly string[] }[];
  /** What the last proof says of the whole chain. */
  readonly last: readonly string[];
  /** A word that differs from `from` in every proof that is a step of the chain at all. */
  readonly progress: { readonly word: string; readonly from: number };
  /** A word that links leave off, and its value where nothing can go on: only there a chain is whole. */
  readonly halt: { readonly word: string; readonly is: number };
}

/** What the proof of a span says. */
export interface SpanStatement<F> {
  /** Digest of the program that the proofs are of, and of its machine's key. */
  readonly program: readonly F[];
  /** Where the span starts and ends: the words of all links. */
  readonly start: readonly F[];
  readonly end: readonly F[];
  readonly last: readonly F[];
  /** Root of the set of keys under which proofs may be joined; the same all the way up, and known to whoever believes the last one. */
  readonly keySet: readonly F[];
}

const FIELDS = ['program', 'start', 'end', 'last', 'keySet'] as const satisfies (keyof SpanStatement<unknown>)[];

/** Words of each field, in the order in which they are observed. */
function lengthsOf(layout: ChainLayout, digestLength: number): Readonly<Record<keyof SpanStatement<unknown>, number>> {
  for (const { start, end } of layout.links)
    if (start.length !== end.length)
      throw new ConstraintError('CHAIN', `a link leaves off ${end.length} words and takes up ${start.length}`);
  const start = layout.links.flatMap((link) => link.start).length;
  return { program: digestLength, start, end: start, last: layout.last.length, keySet: digestLength };
}

/** @throws {ConstraintError} CHAIN: a span of no proof would be anything. */
export function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new ConstraintError('CHAIN', `a span of ${count} proofs`);
}

/**
 * The words of these names.
 * @throws {ConstraintError} CHAIN for a name that no word has: a circuit would check something else.
 */
export function pickWords<T>(names: readonly string[], words: readonly T[], wanted: readonly string[]): T[] {
  return wanted.map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw new ConstraintError('CHAIN', `the statement has no word ${name}`);
    return words[at]!;
  });
}

/** Names of a span's words. @throws {ConstraintError} CHAIN when a link's two sides have different lengths. */
export function spanWordNames(layout: ChainLayout, digestLength: number): string[] {
  const lengths = lengthsOf(layout, digestLength);
  return FIELDS.flatMap((field) => Array.from({ length: lengths[field] }, (_, i) => `${field}_${i}`));
}

/** All words of a statement, in the order in which they are observed. */
export function spanWords<F>(span: SpanStatement<F>): F[] {
  return FIELDS.flatMap((field) => span[field]);
}

/** The inverse of {@link spanWords}. */
export function spanOfWords<F>(layout: ChainLayout, digestLength: number, words: readonly F[]): SpanStatement<F> {
  const lengths = lengthsOf(layout, digestLength);
  let at = 0;
  const fields = FIELDS.map((field) => {
    at += lengths[field];
    return [field, words.slice(at - lengths[field], at)];
  });
  return Object.fromEntries(fields) as SpanStatement<F>;
}
