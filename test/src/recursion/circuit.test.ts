/** The verifier's record: the same for every proof of a shape, and of the same opinion as the verifier. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { reasonOf } from '@weft/primitives/testing';
import type { PreprocessedKey } from '@weft/prover';
import { operationCounts, recordVerifier, verifyByCircuit } from '@weft/recursion';
import { machineKey } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';
import { circuitOf } from '../support/circuit.ts';
import { counterKey, counterProgram, proveCounter } from '../support/counter.ts';
import { INSTANCES } from '../support/instances.ts';

describe.each(INSTANCES)('$name', ({ verify, proof, words, others }) => {
  it('accepts honest proofs of all heights', async () => {
    expect(reasonOf(() => verify(proof, words))).toBe('accepted');
    // `verify` runs the one recorded program of the shape beside the native verifier, and compares.
    for (const other of await others()) expect(reasonOf(() => verify(other.proof, other.words))).toBe('accepted');
  });
  it('rejects what the verifier rejects, for the same reason: any word of the proof and of the statement', () => {
    const reasons = new Set<string>();
    const count = proof.length / 4;
    for (let k = 0; k < 60; k++) {
      const bytes = proof.slice();
      // From the front, where most kinds of messages are, to the end.
      const at = Math.floor(count * (k / 60) ** 3);
      bytes[4 * at]! ^= 1 << (k % 8);
      reasons.add(reasonOf(() => verify(bytes, words)));
    }
    for (const k of words.keys())
      reasons.add(
        reasonOf(() =>
          verify(
            proof,
            words.map((w, i) => (i === k ? w ^ 1 : w)),
          ),
        ),
      );
    for (const length of [4, 400, count * 4 - 4])
      expect(reasonOf(() => verify(proof.subarray(0, length), words))).toBe('format');
    expect(reasons.has('accepted')).toBe(false);
    expect(reasons.size).toBeGreaterThan(3);
  });
});

it('is recorded without a proof, the same each time, and costs what it cost', () => {
  const key = machineKey();
  const { program } = circuitOf(key, 1, [9]);
  const { program: again } = recordVerifier(key, key.shapes[1]!, [9]);
  expect(bytesToHex(sha256(new Uint8Array(again.words.buffer)))).toBe(
    bytesToHex(sha256(new Uint8Array(program.words.buffer))),
  );
  const counts = operationCounts(program);
  // Permutations of the transcript and products of extension elements: what a lift pays for.
  expect(counts.PERMUTE).toBeLessThan(2_600);
  expect(counts.MUL_EXT).toBeLessThan(27_500);
  expect(counts.FOLD).toBeLessThan(4_700);
});

it("refuses what the verifier refuses before it starts: words and keys that are none, or another program's", async () => {
  const program = await counterProgram();
  const { proof, words } = await proveCounter(program, [129, 40]);
  const { logHeights } = program.key;
  const verifier = circuitOf(counterKey, 0, logHeights);
  const judge = (key: PreprocessedKey, statement: readonly number[]): string =>
    reasonOf(() => verifyByCircuit(verifier, key, statement, proof));
  expect(judge(program.key, words)).toBe('accepted');
  for (const change of [P, 2 ** 32, 0.5])
    expect(
      judge(
        program.key,
        words.map((w, i) => (i === 1 ? w + change : w)),
      ),
    ).toBe('statement');
  expect(judge(program.key, words.slice(1))).toBe('statement');
  expect(judge({ ...program.key, logHeights: logHeights.map((h) => h + 1) }, words)).toBe('program');
  expect(judge({ ...program.key, root: program.key.root.map((x) => x + P) }, words)).toBe('program');
});
