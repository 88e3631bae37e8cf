/**
 * @module The recorded verifier beside the native one: whatever a test verifies, both verify, and must agree.
 */
import { VerificationError } from '@weft/primitives';
import type { MachineKey, PreprocessedKey } from '@weft/prover';
import { type RecordedVerifier, recordVerifier, verifyByCircuit } from '@weft/recursion';
import { expect } from 'vitest';

const recorded = new Map<string, RecordedVerifier>();

/** The recorded verifier of a shape, made once. */
export function circuitOf(key: MachineKey, shapeIndex: number, logHeights: readonly number[]): RecordedVerifier {
  const name = [...key.digest, ...key.roleTag, shapeIndex, ...logHeights].join();
  const known = recorded.get(name);
  if (known !== undefined) return known;
  const verifier = recordVerifier(key, key.shapes[shapeIndex]!, logHeights);
  recorded.set(name, verifier);
  return verifier;
}

function outcome(work: () => unknown): { reason: string; error?: unknown } {
  try {
    work();
    return { reason: 'accepted' };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return { reason: error.code, error };
  }
}

/**
 * Runs the native verifier, and the recorded one of the proof's shape if it has one; they must agree.
 * @throws {VerificationError} what the native verifier throws.
 */
export function verifyTwice(
  native: () => unknown,
  key: MachineKey,
  preprocessed: PreprocessedKey,
  words: readonly number[],
  proof: Uint8Array,
): void {
  const { reason, error } = outcome(native);
  const index = proof.length < 4 ? undefined : new DataView(proof.buffer, proof.byteOffset).getUint32(0, true);
  const shape = index === undefined ? undefined : key.shapes[index];
  if (shape !== undefined) {
    const verifier = circuitOf(key, shape.index, preprocessed.logHeights);
    const circuit = outcome(() => verifyByCircuit(verifier, preprocessed, words, proof));
    expect(circuit.reason, 'the recorded verifier').toBe(reason);
  }
  if (error !== undefined) throw error;
}
