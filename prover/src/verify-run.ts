/**
 * @module Verifying a run of one shard: the proof, and the rule by which its statement stands for a finished run.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { HALT_PC } from '@weft/executor/layout';
import { readU32, VerificationError } from '@weft/primitives';
import { type Digest, hashLeaf } from '@weft/primitives/hash/modes';
import { type ShardStatement, statementTuples, statementWords } from './machine/machine.ts';
import { packingRule } from './pcs/stacking.ts';
import { VerifierChannel } from './transcript/channel.ts';
import { NativeBackend } from './transcript/native.ts';
import { committedWidths, type MachineKey, type ProgramKey } from './verify/key.ts';
import { verifyProof } from './verify/verify.ts';

/** What a verifier has to know of a program. */
export interface VerifyingKey {
  readonly program: ProgramKey;
  readonly entryPc: number;
  /** Root of the state tree before the first instruction. */
  readonly imageRoot: Digest;
}

/** Eight elements that stand for the machine and the program. */
export function vkDigest(key: MachineKey, vk: VerifyingKey): Digest {
  return hashLeaf(key.suite, [...key.digest, vk.program.logHeight, ...vk.program.root, vk.entryPc, ...vk.imageRoot]);
}

/** What a run of the program left, as claimed with a proof. */
export interface RunClaim {
  readonly exitCode: number;
  readonly publicValues: Uint8Array;
  /** Whether the guest committed to its public values; without, there are none. */
  readonly committed: boolean;
  /** Root of the state tree at the end. */
  readonly after: Digest;
}

/**
 * The one statement under which a single shard proves `claim`: from the program's image and entry to HALT, with the
 * public values bound through the digest that the guest committed.
 * @throws {VerificationError} `public_values` when there are some without a commitment.
 */
export function statementOfRun(vk: VerifyingKey, claim: RunClaim): ShardStatement<number> {
  if (!claim.committed && claim.publicValues.length > 0) {
    throw new VerificationError(
      'public_values',
      `${claim.publicValues.length} bytes of public values without a commitment`,
    );
  }
  const digest = claim.committed ? sha256(claim.publicValues) : new Uint8Array(32);
  return {
    before: vk.imageRoot,
    after: claim.after,
    startPc: vk.entryPc,
    endPc: HALT_PC,
    exitLo: claim.exitCode & 0xffff,
    exitHi: claim.exitCode >>> 16,
    committed: claim.committed ? 0xff : 0,
    digest: Array.from({ length: 8 }, (_, i) => readU32(digest, 4 * i)).flatMap((w) => [w & 0xffff, w >>> 16]),
  };
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
  let packing = (_: readonly number[]): number[] => [];
  const backend = new NativeBackend(key.suite, proof, (codes) => packing(codes));
  const channel = new VerifierChannel(backend);
  const [index] = channel.receive('shape', 1);
  const shape = key.shapes[index!];
  if (shape === undefined) throw new VerificationError('shape', `shape ${index} of ${key.shapes.length}`);
  packing = packingRule(committedWidths(key.machine), shape.variables);
  const input = { words: statementWords(statement), tuples: statementTuples(statement, (x) => x) };
  verifyProof(channel, key, shape, vk.program, vk.program.root, input);
  backend.assertEnd();
}
