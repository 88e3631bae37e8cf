/**
 * @module Folding a run of RV32IM: from its shards to the one proof that `verify` takes.
 */
import { ConstraintError } from '@weft/primitives';
import { shapeOf } from '@weft/prover/protocol/key';
import { machineKey } from '@weft/rv32im/key';
import { type ShardProof, type VerifyingKey, vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_RULE, statementWords } from '@weft/rv32im/statement';
import { type ChainProof, Folder, type FolderOptions, type SpanProof } from '../fold.ts';
import { riscvChain } from './chain.ts';
import { type FoldedProof, riscvKeySet, rootOf } from './verify.ts';

/** A folder of runs. It keeps the circuits that it has used: some 60 MB each. */
export function riscvFolder(options: FolderOptions = {}): Folder {
  return new Folder(riscvChain(), { set: riscvKeySet(), rootOf }, options);
}

/** A shard as the chain has it. @throws {ConstraintError} CHAIN for a proof of a shape that is none. */
function chainProof({ statement, proof }: ShardProof): ChainProof {
  const shape = shapeOf(machineKey(), proof);
  if (shape === undefined) throw new ConstraintError('CHAIN', 'a shard of a shape that is none');
  return { variables: shape.variables, words: statementWords(statement), proof };
}

/**
 * Folds all shards of a finished run, in their order.
 * @param onStep - called before each step, with the name of its circuit, and how many of all steps are done.
 * @throws {VerificationError} when the shards do not hold, or do not follow each other.
 */
export async function foldRun(
  folder: Folder,
  vk: VerifyingKey,
  shards: readonly ShardProof[],
  onStep: (circuit: string, done: number, steps: number) => void = () => {},
): Promise<FoldedProof> {
  const program = {
    digest: vkDigest(machineKey(), vk),
    logHeight: vk.preprocessed.logHeights[0]!,
    root: vk.preprocessed.root,
    first: CHAIN_RULE.links.flatMap((link) => vk[link.key]),
  };
  const proof = await folder.fold(program, shards.map(chainProof), {}, ({ circuit }, i, n) => onStep(circuit, i, n));
  return foldedProof(shards.at(-1)!, proof);
}

function foldedProof({ statement }: ShardProof, { circuit, proof }: SpanProof): FoldedProof {
  const { after, exitLo, exitHi, committed, digest } = statement;
  return { circuit, after, exitLo, exitHi, committed, digest, proof };
}
