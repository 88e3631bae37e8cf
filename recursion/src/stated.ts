/**
 * @module What the steps of folding a chain say. Whoever hands out steps and checks their proofs takes no more than this: no circuit, and
 * nothing that proves.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Digest } from '@weft/primitives/hash/modes';
import type { ChainedMachine } from './circuits.ts';
import { spanOfSpans, spanOfStatements, wholeOfSpan } from './programs/hints.ts';
import type { KeySet } from './programs/key-set.ts';
import { type SpanStatement, spanOfWords, spanWords } from './programs/span.ts';
import { wholeWords } from './programs/whole.ts';
import type { FoldStep } from './tree.ts';

/** What the proofs of a chain are of. */
export interface ChainedProgram {
  /** Digest of program and machine. */
  readonly digest: Digest;
  /** log2 of the rows of its preprocessed table, and the root of its columns. */
  readonly logHeight: number;
  readonly root: Digest;
  /** What its first proof takes up, in the order of the links. */
  readonly first: readonly Felt[];
}

/** A proof and the words of its statement. */
export interface StatedProof {
  /** The circuit that it is of; absent for a proof of the chain. */
  readonly circuit?: string | undefined;
  readonly words: readonly Felt[];
  readonly proof: Uint8Array;
}

/** What a step is given: its circuit, and what it is about. */
export type StepSpec = Pick<FoldStep, 'kind' | 'circuit'>;

type Stated = Omit<StatedProof, 'proof'>;

/**
 * The words of what an honest step says.
 * @param set - of the keys of the circuits of spans.
 * @param children - what it is about, in the order of the chain: proofs of the chain for `lift` and `single`, of spans else.
 */
export function stepWords(
  machine: ChainedMachine,
  set: KeySet,
  { kind }: StepSpec,
  program: ChainedProgram,
  children: readonly Stated[],
): Felt[] {
  if (kind === 'wrap') return [...children[0]!.words];
  const span = stepSpan(machine, set, kind, program, children);
  return kind === 'lift' || kind === 'join' ? spanWords(span) : wholeWords(wholeOfSpan(span));
}

function stepSpan(
  { layout, key }: ChainedMachine,
  set: KeySet,
  kind: FoldStep['kind'],
  { digest }: ChainedProgram,
  children: readonly Stated[],
): SpanStatement<Felt> {
  if (kind === 'lift' || kind === 'single') {
    const statements = children.map((child) => child.words);
    return spanOfStatements(layout, key.machine.statement.words, statements, digest, set.root);
  }
  return spanOfSpans(children.map(({ words }) => spanOfWords(layout, key.suite.digestLength, words)));
}
