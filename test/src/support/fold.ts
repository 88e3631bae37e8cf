/**
 * @module Folding a finished run in this process, one step after another: what the coordinator's tasks are held against.
 */
import { shapeOf } from '@weft/prover/protocol/key';
import { foldedShape } from '@weft/recursion/circuits';
import type { Folder } from '@weft/recursion/fold';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { encodeWhole } from '@weft/recursion/rv32im/proof-file';
import { chainedProgram } from '@weft/recursion/rv32im/stated';
import type { WholeProof } from '@weft/recursion/rv32im/verify';
import type { StatedProof } from '@weft/recursion/stated';
import { planTree } from '@weft/recursion/tree';
import { planMemoryLimit } from '@weft/rv32im/cost/cost';
import { machineKey } from '@weft/rv32im/key';
import type { ShardProof, VerifyingKey } from '@weft/rv32im/run/verify';
import { statementWords } from '@weft/rv32im/statement';
import { execute, type Setup } from '@weft/sdk';
import { proveShards, type ShardJob } from '@weft/sdk/prove/coordinator';
import { LEAST_MEMORY } from './values.ts';

/**
 * Folds a chain of shards into one proof.
 * @param onStep - called before each step with the name of its circuit.
 */
export async function foldRun(
  folder: Folder,
  vk: VerifyingKey,
  shards: readonly ShardProof[],
  onStep: (circuit: string) => void = () => {},
): Promise<WholeProof> {
  const program = chainedProgram(vk);
  const proofs = shards.map(({ statement, proof }) => ({ words: statementWords(statement), proof }));
  const shapes = shards.map(({ proof }) => foldedShape(riscvChain(), shapeOf(machineKey(), proof)!));
  const done: StatedProof[] = [];
  for (const step of planTree(shapes, program.logHeight)) {
    onStep(step.circuit);
    const from = step.kind === 'lift' || step.kind === 'single' ? proofs : done;
    const children = step.children.map((i) => from[i]!);
    const words = folder.words(step, program, children);
    done.push({ circuit: step.circuit, words, proof: await folder.prove(step, program, children) });
  }
  const { circuit, proof } = done.at(-1)!;
  const { exitLo, exitHi, committed, digest } = shards.at(-1)!.statement;
  return { circuit: circuit!, exitLo, exitHi, committed, digest, proof };
}

/** A run proven and folded by tasks, in shards that are smaller than anybody would fold. */
export async function foldSmallShards(
  program: Setup,
  stdin: readonly Uint8Array[],
  job: Pick<ShardJob, 'runner' | 'store' | 'workers'> & Partial<ShardJob>,
): Promise<{ readonly file: Uint8Array; readonly shards: number; readonly circuit: string }> {
  const { provingKey: pk } = program;
  const plan = planMemoryLimit(pk.key, LEAST_MEMORY);
  const { statements, whole } = await proveShards({ pk, families: [], plan, stdin, mode: 'compressed', ...job });
  const { circuit, name } = whole!;
  const proof = (await job.store.load(name))!;
  const { publicValues } = await execute(program.elf, stdin);
  const { exitLo, exitHi, committed, digest } = statements.at(-1)!;
  const end = { circuit, exitLo, exitHi, committed, digest, proof };
  return { file: encodeWhole({ program: pk.vkDigest, publicValues, whole: end }), shards: statements.length, circuit };
}
