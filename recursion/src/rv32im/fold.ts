/**
 * @module Folding a run of RV32IM: what its shards are to a {@link Folder}.
 */
import type { MachineKey } from '@weft/prover/protocol/key';
import { machineKey } from '@weft/rv32im/key';
import { Folder, type FolderOptions } from '../fold.ts';
import { riscvChain } from './chain.ts';
import { riscvKeySet, riscvWholeSet, rootOf } from './steps.ts';

/** A folder of runs whose shards are of this machine, or of these sets of it. */
export function riscvFolder(options: FolderOptions = {}, key: MachineKey = machineKey()): Folder {
  return new Folder(riscvChain(key), { set: riscvKeySet(), wholeSet: riscvWholeSet(), rootOf }, options);
}
