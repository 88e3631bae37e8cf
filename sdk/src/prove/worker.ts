/**
 * @module Tasks that worker threads run, but for folding. Only workers load this module: it prepares the kernels at once.
 */

import { ChunkPool } from '@weft/executor/observe/record';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { joinTeam, kernelsFor } from '@weft/primitives/kernel/kernels';
import type { Team } from '@weft/primitives/kernel/team';
import { adoptModules } from '@weft/primitives/wasm/assembler';
import { proveTables } from '@weft/prover/prove/prove';
import { riscvKeyFor } from '@weft/rv32im/key';
import { type ProvingKey, setupProgram, withMachine } from '@weft/rv32im/setup';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { type HelpMessage, type WorkerMessage, workerTask } from '@weft/tasks/worker';
import { givenModules } from '#platform';
import { decodeTask } from './messages.ts';

// While the coordinator prepares the task: what every task needs.
adoptModules(givenModules());
/** Whom other threads join. */
export const team: Team = kernelsFor(POSEIDON2_KOALABEAR).prepare().team;
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

/** Works on another thread's proof until it is dismissed. */
export const help = ({ invitation, thread }: HelpMessage): void => joinTeam(POSEIDON2_KOALABEAR, invitation, thread);
