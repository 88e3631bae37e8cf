/**
 * @module The verifier of one shape, recorded: from the machine's key to a program that accepts what `verifyBytes` accepts.
 */
import { VerificationError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import { committedWidths } from '@weft/prover/air/machine';
import type { MachineKey, PreprocessedKey, Shape } from '@weft/prover/protocol/key';
import { blocksOf, packingRule } from '@weft/prover/protocol/stacking';
import type { Backend } from '@weft/prover/transcript/backend';
import { VerifierChannel } from '@weft/prover/transcript/channel';
import { NativeBackend } from '@weft/prover/transcript/native';
import { copyInput } from '@weft/prover/verify/proof';
import { receiveShape, verifyProof } from '@weft/prover/verify/verify';
import { type CircuitValues, executeCircuit } from './execute.ts';
import type { CircuitProgram } from './program.ts';
import { CircuitRecorder } from './recorder.ts';

/** What a circuit takes for granted about a proof that it verifies: constants of its own, never the proof's to say. */
export interface Child {
  readonly key: MachineKey;
  readonly shape: Shape;
  /** Of the preprocessed tables. */
  readonly logHeights: readonly number[];
}

/** A recorded verification, and what of. */
export interface RecordedVerifier extends Child {
  readonly program: CircuitProgram;
}

/** Verifies the proof that is read next: it is of this machine, shape and heights, under this root, and says these words. */
export function verifyFixed<F, E>(
  b: Backend<F, E>,
  { key, shape, logHeights }: Child,
  root: readonly F[],
  words: readonly F[],
): void {
  const channel = new VerifierChannel<F, E>(b);
  // The proof's first word names its shape: to the circuit it is a constant.
  const index = receiveShape(channel, key);
  b.assertEqualFelt(index, b.felt(shape.index), 'shape', 'the shape of the circuit');
  verifyProof(channel, key, shape, { logHeights, root: [] }, root, words);
}

/**
 * Records the verification of a proof of this shape.
 * @param logHeights - of the preprocessed tables: part of what the program is for. Its public inputs are the root of
 * their commitment, then the statement's words.
 */
export function recordVerifier(key: MachineKey, shape: Shape, logHeights: readonly number[]): RecordedVerifier {
  const { suite } = key;
  const { machine } = shape;
  const recorder = new CircuitRecorder(suite, blocksOf(committedWidths(machine)).length);
  const root = recorder.input(logHeights.length > 0 ? suite.digestLength : 0);
  const words = recorder.input(machine.statement.words.length);
  verifyFixed(recorder, { key, shape, logHeights }, root, words);
  return { program: recorder.finish(), key, shape, logHeights: [...logHeights] };
}

/** A run of a recorded verifier that accepted. */
export interface VerifierRun {
  /** The program's public inputs. */
  readonly inputs: readonly Felt[];
  readonly values: CircuitValues;
}

/**
 * Verifies a proof by running the recorded program of its shape.
 * @param words - the statement.
 * @throws {VerificationError} as `verifyBytes` would, for proofs of this shape; `shape` for others, `program` for
 * preprocessed tables of other heights.
 */
export function verifyByCircuit(
  { program, key, shape, logHeights }: RecordedVerifier,
  preprocessed: PreprocessedKey,
  words: readonly Felt[],
  proof: Uint8Array,
): VerifierRun {
  const input = copyInput(key, preprocessed, words, proof);
  if (input.program.logHeights.some((h, i) => h !== logHeights[i]))
    throw new VerificationError('program', 'the verifier was recorded for preprocessed tables of other heights');
  const packing = packingRule(committedWidths(shape.machine), shape.variables);
  const reader = new NativeBackend(key.suite, input.bytes, packing);
  const inputs = [...input.program.root, ...input.statement];
  const values = executeCircuit(program, key.suite, inputs, [reader]);
  reader.assertEnd();
  return { inputs, values };
}
