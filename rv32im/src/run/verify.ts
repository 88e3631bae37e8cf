/**
 * @module Verifying a run: every shard's proof, and the rule by which their statements stand for a finished run.
 */
import { publicValuesFault } from '@weft/executor/program/public-values';
import { copyIfBytes, VerificationError } from '@weft/primitives';
import { checkArray, checkInteger, checkObject } from '@weft/primitives/arguments';
import { P } from '@weft/primitives/field/base';
import { type Digest, hashLeaf, wholeBlocks } from '@weft/primitives/hash/modes';
import {
  checkMachineKey,
  checkPreprocessedKey,
  type MachineKey,
  type PreprocessedKey,
  type Shape,
  shapeOf,
} from '@weft/prover/protocol/key';
import { proofSecurity, type Security } from '@weft/prover/protocol/security';
import { verifyBytes } from '@weft/prover/verify/proof';
import { CHAIN_RULE, type ShardStatement, statementOfWords, statementWords } from '../statement.ts';

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
  if (vk.imageRoot.length !== 8) throw new RangeError(`${name}.imageRoot must have 8 elements`);
}

/** Eight elements that stand for the machine and the program: its table, and what the first shard takes up. */
export function vkDigest(key: MachineKey, vk: VerifyingKey): Digest {
  checkMachineKey('key', key);
  checkVerifyingKey('vk', vk);
  const { logHeights, root } = vk.preprocessed;
  const first = CHAIN_RULE.links.flatMap((link) => vk[link.key]);
  return hashLeaf(key.suite, wholeBlocks(key.suite, [...key.digest, ...logHeights, ...root, ...first], 0));
}

/** What the last shard of a run says of all of it. */
export type RunEnd = Pick<ShardStatement<number>, 'exitLo' | 'exitHi' | 'committed' | 'digest'>;

/** A shard's proof and what it proves. */
export interface ShardProof {
  readonly statement: ShardStatement<number>;
  readonly proof: Uint8Array;
}

/** The shards of a run in their order, given out one at a time. Asked twice for a statement, it answers the same. */
export interface ShardSource {
  readonly count: number;
  statement(index: number): ShardStatement<number>;
  /** A copy. */
  proof(index: number): Uint8Array;
}

/**
 * The rule by which shards stand for a finished run, {@link CHAIN_RULE}: the first starts at the program's image and entry,
 * each goes on where the one before it ended, each has a step at least, the last one and no other halts, and the digest that
 * the guest committed is that of the public values, or there are none of either.
 * @returns the exit code.
 * @throws {VerificationError} `chain` or `public_values`, `statement` for what is none, `program` for what is no key.
 */
export function checkChain(
  vk: VerifyingKey,
  statements: readonly ShardStatement<number>[],
  publicValues: Uint8Array,
): number {
  const copies = copyList(statements).map(copyStatement);
  return followChain(copyVerifyingKey(vk), copies.length, (i) => copies[i]!, publicValues);
}

function followChain(
  vk: VerifyingKey,
  count: number,
  statementAt: (index: number) => ShardStatement<number>,
  publicValues: Uint8Array,
): number {
  const { links, haltPc, firstClock } = CHAIN_RULE;
  const broken = (message: string): never => {
    throw new VerificationError('chain', message);
  };
  let previous: ShardStatement<number> | undefined;
  for (let i = 0; i < count; i++) {
    const s = statementAt(i);
    for (const link of links) {
      const expected = [previous === undefined ? vk[link.key] : previous[link.previous]].flat();
      if ([s[link.field]].flat().some((x, k) => x !== expected[k])) {
        const where = i === 0 ? 'the program' : `shard ${i - 1}`;
        broken(`shard ${i} starts at another ${link.field === 'before' ? 'state' : 'pc'} than ${where} left`);
      }
    }
    if (s.endClock <= firstClock) broken(`shard ${i} has no step`);
    // No instruction is at the pc of a halted run, so a shard that started there would prove nothing.
    if (s.endPc === haltPc && i < count - 1) broken(`shard ${i} halts, but is not the last`);
    previous = s;
  }
  if (previous?.endPc !== haltPc) return broken('the last shard does not halt: this is a part of a run');
  return outcomeOf(previous, publicValues);
}

/**
 * What the end of a finished run says, held against its public values.
 * @returns the exit code.
 * @throws {VerificationError} `public_values` when the guest committed to others.
 */
export function outcomeOf(end: RunEnd, publicValues: Uint8Array): number {
  const words = Array.from({ length: 8 }, (_, i) => end.digest[2 * i]! + 2 ** 16 * end.digest[2 * i + 1]!);
  const bytes = copyIfBytes(publicValues);
  if (bytes === undefined) throw new VerificationError('public_values', 'public values are a Uint8Array');
  const fault = publicValuesFault(end.committed, words, bytes);
  if (fault !== undefined) throw new VerificationError('public_values', fault);
  return end.exitLo + 2 ** 16 * end.exitHi;
}

/**
 * Verifies the proof of a whole run: first the chain, then shard after shard.
 * @returns the exit code.
 * @throws {VerificationError} and nothing else, whatever `vk`, `shards` and `publicValues` are.
 */
export function verifyRun(
  key: MachineKey,
  vk: VerifyingKey,
  shards: readonly ShardProof[],
  publicValues: Uint8Array,
): number {
  const copies = copyList(shards).map(copyShard);
  const source = {
    count: copies.length,
    statement: (i: number) => copies[i]!.statement,
    proof: (i: number) => copies[i]!.proof,
  };
  return verifyShards(key, vk, source, publicValues).exitCode;
}

/**
 * Verifies the proof of a whole run, holding one shard at a time.
 * @returns the exit code, and the shapes that the shards have.
 * @throws {VerificationError} and nothing else but what `shards` throws.
 */
export function verifyShards(
  key: MachineKey,
  vk: VerifyingKey,
  shards: ShardSource,
  publicValues: Uint8Array,
): { readonly exitCode: number; readonly shapes: readonly Shape[] } {
  const { count } = shards;
  const exitCode = followChain(copyVerifyingKey(vk), count, (i) => shards.statement(i), publicValues);
  const shapes = new Set<Shape>();
  for (let i = 0; i < count; i++) shapes.add(verifyShard(key, vk, shards.statement(i), shards.proof(i)));
  return { exitCode, shapes: [...shapes] };
}

/**
 * Verifies one shard proof against a full statement.
 * @returns the shape of the proof.
 * @throws {VerificationError} and nothing else, whatever `vk`, `statement` and `proof` are.
 */
export function verifyShard(
  key: MachineKey,
  vk: VerifyingKey,
  statement: ShardStatement<number>,
  proof: Uint8Array,
): Shape {
  return verifyBytes(key, copyVerifyingKey(vk).preprocessed, statementWords(copyStatement(statement)), proof);
}

const isFelt = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0 && (x as number) < P;

/** A list's elements, holes included, however the list itself would be walked. */
function copyList(value: unknown): unknown[] {
  try {
    if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => (value as unknown[])[i]);
  } catch {
    // A list that throws when it is read is none.
  }
  throw new VerificationError('chain', 'the shards of a run are a list');
}

function copyShard(value: unknown): ShardProof {
  try {
    const { statement, proof } = value as ShardProof;
    return { statement: copyStatement(statement), proof };
  } catch (error) {
    throw error instanceof VerificationError ? error : new VerificationError('statement', 'not the proof of a shard');
  }
}

/** A statement whose fields have their lengths. @throws {VerificationError} `statement` for anything else. */
function copyStatement(value: unknown): ShardStatement<number> {
  const refuse = (): never => {
    throw new VerificationError('statement', 'not the statement of a shard');
  };
  let words: readonly unknown[];
  try {
    words = statementWords(value as ShardStatement<unknown>);
  } catch {
    return refuse();
  }
  return words.every(isFelt) ? statementOfWords(words) : refuse();
}

/** A copy of a verifying key. @throws {VerificationError} `program` for what is none. */
function copyVerifyingKey(value: unknown): VerifyingKey {
  try {
    const { preprocessed, entryPc, imageRoot } = value as VerifyingKey;
    const { logHeights, root } = preprocessed;
    const copy = {
      preprocessed: { logHeights: Array.from(logHeights), root: Array.from(root) },
      entryPc,
      imageRoot: Array.from(imageRoot),
    };
    checkVerifyingKey('vk', copy);
    return copy;
  } catch {
    throw new VerificationError('program', 'not the verifying key of a program');
  }
}

/**
 * The provable security of a run's proof, by the shapes that its shards name. A shape that the key does not have proves
 * nothing: 0 bits.
 * @param proofs - the shards', at least one; only their first words are read.
 */
export function runSecurity(key: MachineKey, vk: VerifyingKey, proofs: readonly Uint8Array[]): Security {
  const shapes = proofs.flatMap((proof) => shapeOf(key, proof) ?? []);
  if (shapes.length < proofs.length) return { bits: 0, terms: [] };
  return proofSecurity(key, shapes, vk.preprocessed.logHeights);
}
