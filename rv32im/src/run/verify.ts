/**
 * @module Verifying a run: every shard's proof, and the rule by which their statements stand for a finished run.
 */
import { HALT_PC } from '@weft/executor/program/layout';
import { publicValuesFault } from '@weft/executor/program/public-values';
import { VerificationError } from '@weft/primitives';
import { checkArray, checkBytes, checkInteger, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { type Digest, hashLeaf } from '@weft/primitives/hash/modes';
import {
  checkMachineKey,
  checkPreprocessedKey,
  type MachineKey,
  type PreprocessedKey,
} from '@weft/prover/protocol/key';
import { verifyBytes } from '@weft/prover/verify/proof';
import { checkStatement, type ShardStatement, statementTuples, statementWords } from '../statement.ts';

/** What a verifier has to know of a program. */
export interface VerifyingKey {
  /** The program table. */
  readonly preprocessed: PreprocessedKey;
  readonly entryPc: number;
  /** Root of the state tree before the first instruction. */
  readonly imageRoot: Digest;
}

/** @throws {TypeError} {@link RangeError} unless `vk` is a verifying key. */
export function checkVerifyingKey(name: string, vk: VerifyingKey): void {
  checkObject(name, vk, 'a verifying key', ['preprocessed', 'entryPc', 'imageRoot']);
  checkPreprocessedKey(`${name}.preprocessed`, vk.preprocessed);
  checkInteger(`${name}.entryPc`, vk.entryPc, 0, P - 1);
  checkArray(`${name}.imageRoot`, vk.imageRoot, (item, x) => checkInteger(item, x, 0, P - 1));
}

/** Eight elements that stand for the machine and the program. */
export function vkDigest(key: MachineKey, vk: VerifyingKey): Digest {
  checkMachineKey('key', key);
  checkVerifyingKey('vk', vk);
  const { logHeights, root } = vk.preprocessed;
  return hashLeaf(key.suite, [...key.digest, ...logHeights, ...root, vk.entryPc, ...vk.imageRoot]);
}

/** A shard's proof and what it proves. */
export interface ShardProof {
  readonly statement: ShardStatement<number>;
  readonly proof: Uint8Array;
}

/**
 * The rule by which shards stand for a finished run: the first starts at the program's image and entry, each goes on where
 * the one before it ended, the last one and no other halts, and the digest that the guest committed is that of the public
 * values, or there are none of either.
 * @returns the exit code.
 * @throws {VerificationError} `chain` or `public_values`.
 * @throws {TypeError} {@link RangeError} for an argument that is none.
 */
export function checkChain(
  vk: VerifyingKey,
  statements: readonly ShardStatement<number>[],
  publicValues: Uint8Array,
): number {
  checkVerifyingKey('vk', vk);
  checkArray('statements', statements);
  for (const [i, s] of statements.entries()) checkStatement(`statements[${i}]`, s);
  checkBytes('publicValues', publicValues);
  const broken = (message: string): never => {
    throw new VerificationError('chain', message);
  };
  let [root, pc] = [vk.imageRoot, vk.entryPc];
  for (const [i, s] of statements.entries()) {
    const where = i === 0 ? 'the program' : `shard ${i - 1}`;
    if (s.before.some((x, k) => x !== root[k])) broken(`shard ${i} starts from another state than ${where} left`);
    if (s.startPc !== pc) broken(`shard ${i} starts at another pc than ${where} left`);
    // No instruction is at HALT_PC, so a shard that started there would prove nothing.
    if (s.endPc === HALT_PC && i < statements.length - 1) broken(`shard ${i} halts, but is not the last`);
    [root, pc] = [s.after, s.endPc];
  }
  const last = statements.at(-1);
  if (last === undefined || pc !== HALT_PC) return broken('the last shard does not halt: this is a part of a run');
  const words = Array.from({ length: 8 }, (_, i) => last.digest[2 * i]! + 2 ** 16 * last.digest[2 * i + 1]!);
  const fault = publicValuesFault(last.committed, words, publicValues);
  if (fault !== undefined) throw new VerificationError('public_values', fault);
  return last.exitLo + 2 ** 16 * last.exitHi;
}

/**
 * Verifies the proof of a whole run.
 * @returns the exit code.
 * @throws {VerificationError}
 */
export function verifyRun(
  key: MachineKey,
  vk: VerifyingKey,
  shards: readonly ShardProof[],
  publicValues: Uint8Array,
): number {
  checkArray('shards', shards, (name, shard) => checkObject(name, shard, 'a shard proof', ['statement', 'proof']));
  const exitCode = checkChain(
    vk,
    shards.map((s) => s.statement),
    publicValues,
  );
  for (const { statement, proof } of shards) verifyShard(key, vk, statement, proof);
  return exitCode;
}

/**
 * Verifies one shard proof against a full statement.
 * @throws {VerificationError}
 */
export function verifyShard(
  key: MachineKey,
  vk: VerifyingKey,
  statement: ShardStatement<number>,
  proof: Uint8Array,
): void {
  checkVerifyingKey('vk', vk);
  checkStatement('statement', statement);
  const input = { words: statementWords(statement), tuples: statementTuples(statement, (x) => x) };
  verifyBytes(key, vk.preprocessed, input, proof);
}
