/**
 * @module Setup: the machine's key, and from a program its proving and verifying key.
 */
import { imageLeaves, type Program } from '@weft/executor/program';
import type { Digest } from '@weft/primitives/hash/modes';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { createRiscvMachine, programTable } from './machine/machine.ts';
import { commitProgram, type ProgramCommitment } from './prove/prove.ts';
import { StateTree } from './state-tree.ts';
import { createMachineKey, type MachineKey } from './verify/key.ts';
import { type VerifyingKey, vkDigest } from './verify-run.ts';

/** log2 of the cells of each shape. */
export const SHAPE_SIZES: readonly number[] = [19, 20, 22, 24, 25, 26];

let riscvKey: MachineKey | undefined;

/** The key of the RV32IM machine, the same for all programs. Made on first use. */
export function machineKey(): MachineKey {
  riscvKey ??= createMachineKey(POSEIDON2_KOALABEAR, createRiscvMachine(POSEIDON2_KOALABEAR), SHAPE_SIZES);
  return riscvKey;
}

export interface ProvingKey {
  readonly key: MachineKey;
  readonly program: Program;
  readonly vk: VerifyingKey;
  readonly vkDigest: Digest;
  readonly commitment: ProgramCommitment;
  readonly table: { readonly columns: Uint32Array[]; readonly logHeight: number; readonly rowOf: ReadonlyMap<number, number> };
  /** The state before the first instruction. */
  readonly tree: StateTree;
}

/** Derives the keys of a program. Deterministic. */
export function setupProgram(program: Program): ProvingKey {
  const key = machineKey();
  const table = programTable(program);
  const commitment = commitProgram(key, table.columns, table.logHeight);
  const tree = new StateTree(key.suite, imageLeaves(program.image));
  const vk = { program: commitment.key, entryPc: program.entry, imageRoot: tree.root };
  return { key, program, vk, vkDigest: vkDigest(key, vk), commitment, table, tree };
}

