/**
 * @module The RV32IM machine as a chain of proofs.
 */
import { machineKey } from '@weft/rv32im/key';
import { PROGRAM_LOG_HEIGHTS } from '@weft/rv32im/program';
import { CHAIN_LAYOUT } from '@weft/rv32im/statement';
import type { ChainedMachine } from '../circuits.ts';

/** Shards of runs of RV32IM programs. */
export function riscvChain(): ChainedMachine {
  return { key: machineKey(), layout: CHAIN_LAYOUT, programLogHeights: PROGRAM_LOG_HEIGHTS };
}
