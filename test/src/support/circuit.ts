/**
 * @module The recorded verifier beside the native one: whatever a test verifies, both verify, and must agree.
 */
import { VerificationError } from '@weft/primitives';
import { type MachineKey, type PreprocessedKey, verifyBytes } from '@weft/prover';
import { shapeAt } from '@weft/prover/protocol/key';
import { type RecordedVerifier, recordVerifier, verifyByCircuit } from '@weft/recursion';
import { expect } from 'vitest';

/** By machine key, then shape and heights. Keys are told apart as objects: a test may give two machines one digest. */
const recorded = new WeakMap<MachineKey, Map<string, RecordedVerifier>>();

/** The recorded verifier of a shape, made once. */
export function circuitOf(key: MachineKey, shapeIndex: number, logHeights: readonly number[]): RecordedVerifier {
  let ofKey = recorded.get(key);
  if (ofKey === undefined) recorded.set(key, (ofKey = new Map()));
  const name = [shapeIndex, ...logHeights].join();
  const known = ofKey.get(name);
  if (known !== undefined) return known;
  const verifier = recordVerifier(key, shapeAt(key, shapeIndex)!, logHeights);
  ofKey.set(name, verifier);
  return verifier;
}

/** Why a verifier rejects, or `accepted`, and what it threw. */
export interface Outcome {
  readonly reason: string;
  readonly error?: unknown;
}

/** Any error but a verifier's own fails the test. */
export function outcomeOf(work: () => unknown): Outcome {
  try {
    work();
    return { reason: 'accepted' };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return { reason: error.code, error };
  }
}

/** The shape that a proof's first word names, if there is one. */
export function shapeIndexOf(proof: Uint8Array): number | undefined {
  return proof.length < 4 ? undefined : new DataView(proof.buffer, proof.byteOffset).getUint32(0, true);
}

/**
 * Runs the native verifier, and the recorded one of the proof's shape if it has one; they must agree.
 * @param logHeights - what the circuit is recorded for. Where the preprocessed tables have others it knows no more than that
 * they do, and must reject as `program`.
 * @throws {VerificationError} what the native verifier throws.
 */
export function verifyTwice(
  native: () => unknown,
  key: MachineKey,
  preprocessed: PreprocessedKey,
  words: readonly number[],
  proof: Uint8Array,
  logHeights: readonly number[] = preprocessed.logHeights,
): void {
  const { reason, error } = outcomeOf(native);
  const shape = shapeAt(key, shapeIndexOf(proof) ?? -1);
  if (shape !== undefined) {
    const verifier = circuitOf(key, shape.index, logHeights);
    const circuit = outcomeOf(() => verifyByCircuit(verifier, preprocessed, words, proof));
    const others = preprocessed.logHeights.join() !== logHeights.join();
    if (others) expect(reason, 'a proof for other heights').not.toBe('accepted');
    expect(circuit.reason, 'the recorded verifier').toBe(others ? 'program' : reason);
  }
  if (error !== undefined) throw error;
}

/**
 * Runs the native verifier, and a recorded one whatever is submitted; both must accept, or both reject. Where it
 * names another shape or other heights than the circuit's, it may say so in place of the native verifier's reason.
 * @throws {VerificationError} what the native verifier throws.
 */
export function verifyBeside(
  verifier: RecordedVerifier,
  preprocessed: PreprocessedKey,
  words: readonly number[],
  proof: Uint8Array,
): void {
  const { reason, error } = outcomeOf(() => verifyBytes(verifier.key, preprocessed, words, proof));
  const circuit = outcomeOf(() => verifyByCircuit(verifier, preprocessed, words, proof)).reason;
  const mayDiffer = reason !== 'accepted' && (circuit === 'shape' || circuit === 'program');
  if (!mayDiffer) expect(circuit, 'the recorded verifier').toBe(reason);
  if (error !== undefined) throw error;
}
