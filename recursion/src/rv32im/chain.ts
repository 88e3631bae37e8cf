/**
 * @module The RV32IM machine as a chain of proofs.
 */
import type { MachineKey } from '@weft/prover/protocol/key';
import { machineKey } from '@weft/rv32im/key';
import { PROGRAM_LOG_HEIGHTS } from '@weft/rv32im/program';
import { CHAIN_LAYOUT } from '@weft/rv32im/statement';
import type { ChainedMachine, LiftCount } from '../circuits.ts';

/** Most proofs that one lift takes, by their set of chips: as many as fit the tables of a lift: the more chips a set has, the fewer of its proofs. */
const MOST_LIFTED: ReadonlyMap<string, LiftCount> = new Map([
  ['core', 4],
  ['small', 4],
  ['sha256', 2],
  ['hashes', 2],
  ['secp256', 1],
  ['ed25519', 1],
  ['bn254', 1],
  ['bls12381', 1],
]);

/**
 * Shards of runs of RV32IM programs.
 * @param key - of the machine, or of some of its sets: then circuits are those that are about their proofs.
 */
export function riscvChain(key: MachineKey = machineKey()): ChainedMachine {
  return { key, layout: CHAIN_LAYOUT, programLogHeights: PROGRAM_LOG_HEIGHTS, mostLifted: MOST_LIFTED };
}
