/**
 * @module Programs about proofs, recorded and run: the body says what a statement stands for, over any backend.
 */
import { VerificationError } from '@weft/primitives';
import { type Felt, P } from '@weft/primitives/field/base';
import { committedWidths } from '@weft/prover/air/machine';
import { blocksOf, packingRule } from '@weft/prover/protocol/stacking';
import type { OpenedRow } from '@weft/prover/transcript/backend';
import { NativeBackend } from '@weft/prover/transcript/native';
import { executeCircuit, type ProofReader } from '../circuit/execute.ts';
import type { CircuitProgram } from '../circuit/program.ts';
import { CircuitRecorder } from '../circuit/recorder.ts';
import type { Child, VerifierRun } from '../circuit/verifier.ts';
import type { ProgramBackend } from './backend.ts';
import { type ChainLayout, type SpanStatement, spanOfWords, spanWordNames } from './span.ts';
import { type WholeStatement, wholeLength, wholeOfWords } from './whole.ts';

/** What a program says of a span. */
export type SpanBody = <F, E>(b: ProgramBackend<F, E>, span: SpanStatement<F>) => void;
/** What a program says of a whole chain. */
export type WholeBody = <F, E>(b: ProgramBackend<F, E>, whole: WholeStatement<F>) => void;

/** A recorded program: its public inputs are the words of a statement. */
export interface ProofProgram {
  readonly circuit: CircuitProgram;
  readonly child: Child;
}

/** Records a program whose proofs are all of one kind. */
function recordProgram(
  child: Child,
  words: number,
  body: <F, E>(b: ProgramBackend<F, E>, words: readonly F[]) => void,
): ProofProgram {
  const { key, shape } = child;
  const recorder = new CircuitRecorder(key.suite, blocksOf(committedWidths(shape.machine)).length);
  body(recorder, recorder.input(words));
  return { circuit: recorder.finish(), child };
}

export function recordSpanProgram(child: Child, layout: ChainLayout, body: SpanBody): ProofProgram {
  const { digestLength } = child.key.suite;
  const count = spanWordNames(layout, digestLength).length;
  return recordProgram(child, count, (b, words) => body(b, spanOfWords(layout, digestLength, words)));
}

export function recordWholeProgram(child: Child, layout: ChainLayout, body: WholeBody): ProofProgram {
  const { digestLength } = child.key.suite;
  const count = wholeLength(layout, digestLength);
  return recordProgram(child, count, (b, words) => body(b, wholeOfWords(digestLength, words)));
}

const areElements = (words: readonly unknown[]): boolean =>
  words.every((x) => Number.isInteger(x) && (x as number) >= 0 && (x as number) < P);

/** What nothing vouches for: words that a program reads and then checks. */
class HintReader implements ProofReader {
  readonly #words: readonly Felt[];
  #at = 0;

  constructor(words: readonly Felt[]) {
    this.#words = words;
  }

  /** @throws {VerificationError} `format` when there are no more, or one is no element. */
  read(count: number, what: string): Felt[] {
    const words = this.#words.slice(this.#at, this.#at + count);
    if (words.length < count || !areElements(words))
      throw new VerificationError('format', `the hints end before ${what}, or hold what is no element`);
    this.#at += count;
    return words;
  }

  readRows(): OpenedRow<Felt>[] {
    throw new VerificationError('format', 'hints hold no rows');
  }

  readOffsets(): Felt[] {
    throw new VerificationError('format', 'hints hold no offsets');
  }
}

/**
 * Runs a program.
 * @param words - of the statement.
 * @param proofs - one for each of its other sources.
 * @throws {VerificationError} when the hints and proofs do not show what the words say, `statement` for words that are no elements.
 * @throws {RangeError} for another number of words.
 */
export function runProgram(
  { circuit, child }: ProofProgram,
  words: readonly Felt[],
  hints: readonly Felt[],
  proofs: readonly Uint8Array[],
): VerifierRun {
  // Wires hold 32 bits: other numbers would be cut to what the circuit accepts, or pass where nothing reads them.
  if (!areElements(words)) throw new VerificationError('statement', 'the statement holds what is no element');
  const { suite } = child.key;
  const packing = packingRule(committedWidths(child.shape.machine), child.shape.variables);
  const readers = proofs.map((proof) => new NativeBackend(suite, proof, packing));
  const values = executeCircuit(circuit, suite, words, [new HintReader(hints), ...readers]);
  for (const reader of readers) reader.assertEnd();
  return { inputs: words, values };
}
