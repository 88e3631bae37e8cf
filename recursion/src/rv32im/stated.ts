/**
 * @module What the steps of folding a run of RV32IM say.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { MachineKey } from '@weft/prover/protocol/key';
import { riscvKeyFor } from '@weft/rv32im/key';
import { type VerifyingKey, vkDigest } from '@weft/rv32im/run/verify';
import { CHAIN_RULE } from '@weft/rv32im/statement';
import { type ChainedProgram, type StatedProof, type StepSpec, stepWords } from '../stated.ts';
import { riscvChain } from './chain.ts';
import { riscvKeySet } from './steps.ts';

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

/** The words of what an honest step says. @param key - of the machine of the shards, or of some of its sets. */
export function riscvStepWords(
  key: MachineKey,
  step: StepSpec,
  program: ChainedProgram,
  children: readonly Omit<StatedProof, 'proof'>[],
): Felt[] {
  return stepWords(riscvChain(key), riscvKeySet(), step, program, children);
}
