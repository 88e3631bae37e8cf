/**
 * @module The key of the RV32IM machine, the same for all programs.
 */
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { createMachineKey, type MachineKey, type ProofUse } from '@weft/prover/protocol/key';
import { createRiscvMachine } from './machine.ts';
import { CHAIN_RULE } from './statement.ts';

/** log2 of the cells of each shape. 2^26 would save 2 % a cycle for twice the memory (ADR 8). */
export const SHAPE_SIZES: readonly number[] = [19, 20, 22, 24, 25];

/** One proof is a shard, and shards stand for a run by the rule of the chain. */
const USE: ProofUse = { role: 'shard', rule: CHAIN_RULE };

let riscvKey: MachineKey | undefined;

/** Made on first use. */
export function machineKey(): MachineKey {
  riscvKey ??= createMachineKey(POSEIDON2_KOALABEAR, createRiscvMachine(POSEIDON2_KOALABEAR), SHAPE_SIZES, USE);
  return riscvKey;
}
