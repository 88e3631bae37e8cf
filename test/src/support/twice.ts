/**
 * @module Shards and runs before both verifiers: as `verifyShard`, `verifyRun` and `verify` judge them, and with each shard's
 * proof judged by the executed circuit.
 */
import type { MachineKey } from '@weft/prover';
import { verifyByCircuit } from '@weft/recursion';
import { machineKey } from '@weft/rv32im/key';
import { openProof } from '@weft/rv32im/run/proof-file';
import { checkChain, type ShardProof, type VerifyingKey, verifyRun, verifyShard } from '@weft/rv32im/run/verify';
import { type ShardStatement, statementWords } from '@weft/rv32im/statement';
import { verify } from '@weft/sdk';
import { expect } from 'vitest';
import { circuitOf, outcomeOf, shapeIndexOf, verifyTwice } from './circuit.ts';

/** @throws {VerificationError} what `verifyShard` throws. */
export function verifyShardTwice(
  key: MachineKey,
  vk: VerifyingKey,
  statement: ShardStatement<number>,
  proof: Uint8Array,
): void {
  const native = (): unknown => verifyShard(key, vk, statement, proof);
  verifyTwice(native, key, vk.preprocessed, statementWords(statement), proof);
}

/** What a run's verifier does, with circuits in place of the verifier of shards. */
function runByCircuits(
  key: MachineKey,
  vk: VerifyingKey,
  shards: readonly ShardProof[],
  publicValues: Uint8Array,
): void {
  const { logHeights } = vk.preprocessed;
  const statements = shards.map((s) => s.statement);
  checkChain(vk, statements, publicValues);
  for (const { statement, proof } of shards) {
    const verifier = circuitOf(key, shapeIndexOf(proof)!, logHeights);
    verifyByCircuit(verifier, vk.preprocessed, statementWords(statement), proof);
  }
}

function same(native: () => unknown, circuits: () => unknown): void {
  const { reason, error } = outcomeOf(native);
  expect(outcomeOf(circuits).reason, 'with recorded verifiers').toBe(reason);
  if (error !== undefined) throw error;
}

/**
 * For shards that name a shape of the key.
 * @throws {VerificationError} what `verifyRun` throws.
 */
export function verifyRunTwice(
  key: MachineKey,
  vk: VerifyingKey,
  shards: readonly ShardProof[],
  publicValues: Uint8Array,
): void {
  same(
    () => verifyRun(key, vk, shards, publicValues),
    () => runByCircuits(key, vk, shards, publicValues),
  );
}

/**
 * For files under their own verifying key, whose shards name a shape of the key.
 * @param digest - of the verifying key.
 * @throws {VerificationError} what `verify` throws.
 */
export function verifyFileTwice(digest: Uint8Array, bytes: Uint8Array): void {
  same(
    () => verify(digest, bytes),
    () => {
      const { vk, shards, publicValues } = openProof(bytes);
      const list = Array.from({ length: shards.count }, (_, i) => ({
        statement: shards.statement(i),
        proof: shards.proof(i),
      }));
      runByCircuits(machineKey(), vk, list, publicValues);
    },
  );
}
