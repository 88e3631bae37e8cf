/**
 * @module What programs take as hints, from what a prover knows.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { ChainLayout, SpanStatement } from './span.ts';

/** Hints of a lift: what `lift` reads, in its order. */
export function liftHints(root: Digest, first: readonly Felt[], statements: readonly (readonly Felt[])[]): Felt[] {
  return [...root, ...first, ...statements.flat()];
}

/** The span of proofs with these statements, in their order: what an honest lift says. */
export function spanOfStatements(
  layout: ChainLayout,
  names: readonly string[],
  statements: readonly (readonly Felt[])[],
  program: Digest,
  keySet: Digest,
): SpanStatement<Felt> {
  const pick = (words: readonly Felt[], wanted: readonly string[]): Felt[] =>
    wanted.map((name) => words[names.indexOf(name)]!);
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
