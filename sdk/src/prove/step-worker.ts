/**
 * @module The task of folding. Apart from the others, so that threads load it when there is a step.
 */
import type { MachineKey } from '@weft/prover/protocol/key';
import type { Folder } from '@weft/recursion/fold';
import { riscvFolder } from '@weft/recursion/rv32im/fold';
import { riscvKeyFor } from '@weft/rv32im/key';
import { type WorkerMessage, workerTask } from '@weft/tasks/worker';
import { openCircuitCache } from '#platform';
import { decodeStep } from './messages.ts';
import { team } from './worker.ts';

/** The folder of the last step, and the key of the shards that its circuits are about. */
let folder: { readonly key: MachineKey; readonly of: Folder } | undefined;

/** A folder for runs that call these; other circuits are about the proofs of other keys. */
async function folderFor(families: readonly string[]): Promise<Folder> {
  const { key } = riscvKeyFor(families);
  if (folder?.key !== key) folder = { key, of: riscvFolder({ cache: await openCircuitCache() }, key) };
  return folder.of;
}

/** Proves a step of folding. Answers with the proof. */
export const proveStep: (message: WorkerMessage) => Promise<void> = workerTask(async (bytes, { progress }) => {
  const { step, families, program, children } = decodeStep(bytes);
  progress('setup', 0);
  return await (await folderFor(families)).prove(step, program, children, {
    progress: (stage, f) => stage === 'done' || progress(stage, 0.05 + 0.94 * f),
  });
}, team);
