/**
 * @module Setup: from a program, its proving and verifying key.
 */
import { imageLeaves, type Program } from '@weft/executor/program/program';
import type { Digest } from '@weft/primitives/hash/modes';
import type { MachineKey } from '@weft/prover/protocol/key';
import { commitProgram, type ProgramCommitment } from '@weft/prover/prove/prove';
import { machineKey } from './key.ts';
import { programTable } from './program.ts';
import { type VerifyingKey, vkDigest } from './run/verify.ts';
import { StateTree } from './state/tree.ts';

export interface ProvingKey {
  readonly key: MachineKey;
  readonly program: Program;
  readonly vk: VerifyingKey;
  readonly vkDigest: Digest;
  readonly commitment: ProgramCommitment;
  readonly table: {
    readonly columns: Uint32Array[];
    readonly logHeight: number;
    readonly rowOf: ReadonlyMap<number, number>;
  };
}

/** The state before the first instruction. */
export function initialTree(key: MachineKey, program: Program): StateTree {
  return new StateTree(key.suite, imageLeaves(program.image));
}

/** Derives the keys of a program. Deterministic. */
export async function setupProgram(program: Program): Promise<ProvingKey> {
  const key = machineKey();
  const table = programTable(program);
  const commitment = await commitProgram(key, table.columns, table.logHeight);
  const imageRoot = initialTree(key, program).root;
  const vk = { program: commitment.key, entryPc: program.entry, imageRoot };
  return { key, program, vk, vkDigest: vkDigest(key, vk), commitment, table };
}
