/**
 * @module Folding a run of RV32IM: what its shards are to a {@link Folder}.
 */
import type { MachineKey } from '@weft/prover/protocol/key';
import { machineKey, riscvKeyFor } from '@weft/rv32im/key';
import { type VerifyingKey, vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_RULE } from '@weft/rv32im/statement';
import { type ChainedProgram, Folder, type FolderOptions } from '../fold.ts';
import { riscvChain } from './chain.ts';
import { riscvKeySet, riscvWholeSet, rootOf } from './steps.ts';

/** A folder of runs whose shards are of this machine, or of these sets of it. */
export function riscvFolder(options: FolderOptions = {}, key: MachineKey = machineKey()): Folder {
  return new Folder(riscvChain(key), { set: riscvKeySet(), wholeSet: riscvWholeSet(), rootOf }, options);
}

/** What the shards of a program's runs are of. */
export function chainedProgram(vk: VerifyingKey): ChainedProgram {
  return {
    // All keys of the machine have its digest.
    digest: vkDigest(riscvKeyFor([]).key, vk),
    logHeight: vk.preprocessed.logHeights[0]!,
    root: vk.preprocessed.root,
    first: CHAIN_RULE.links.flatMap((link) => vk[link.key]),
  };
}
