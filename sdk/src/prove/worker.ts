/**
 * @module Tasks that worker threads run. Only workers load this module: it prepares the kernels at once.
 */

import { ChunkPool } from '@weft/executor/observe/record';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { joinTeam, kernelsFor } from '@weft/primitives/kernel/kernels';
import { adoptModules } from '@weft/primitives/wasm/assembler';
import type { MachineKey } from '@weft/prover/protocol/key';
import { proveTables } from '@weft/prover/prove/prove';
import type { Folder } from '@weft/recursion/fold';
import { riscvFolder } from '@weft/recursion/rv32im/fold';
import { riscvKeyFor } from '@weft/rv32im/key';
import { type ProvingKey, setupProgram, withMachine } from '@weft/rv32im/setup';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { type HelpMessage, type WorkerMessage, workerTask } from '@weft/tasks/worker';
import { givenModules, openCircuitCache } from '#platform';
import { decodeStep, decodeTask } from './messages.ts';

// While the coordinator prepares the task: what every task needs.
adoptModules(givenModules());
const { team } = kernelsFor(POSEIDON2_KOALABEAR).prepare();
riscvKeyFor([]);

/** Event memory of this worker, kept from task to task. */
const pool = new ChunkPool();
/** The program of the last task: most tasks of a job share it. */
let known: { readonly elf: Uint8Array; readonly pk: ProvingKey } | undefined;

async function keyOf(elf: Uint8Array, families: readonly string[]): Promise<ProvingKey> {
  const machine = riscvKeyFor(families);
  if (known === undefined || known.elf.length !== elf.length || known.elf.some((b, i) => b !== elf[i]))
    known = { elf, pk: await setupProgram(createProgram(elf), machine) };
  return withMachine(known.pk, machine);
}

/** Executes a shard from its checkpoint and proves it. Answers with the proof. */
export const proveShard: (message: WorkerMessage) => Promise<void> = workerTask(async (bytes, { progress }) => {
  const { elf, families, checkpoint, siblings } = decodeTask(bytes);
  progress('setup', 0);
  const pk = await keyOf(elf, families);
  progress('execute', 0.02);
  const record = replay(pk.program, checkpoint, pool, pk.calls);
  try {
    const { tables, statement } = shardTables(pk, record, siblings);
    return await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement), {
      progress: (stage, f) => stage === 'done' || progress(stage, 0.05 + 0.94 * f),
    });
  } finally {
    pool.release(record);
  }
}, team);

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

/** Works on another thread's proof until it is dismissed. */
export const help = ({ invitation, thread }: HelpMessage): void => joinTeam(POSEIDON2_KOALABEAR, invitation, thread);
