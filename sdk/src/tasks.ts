/**
 * @module Tasks that worker threads run. Only workers load this module: it prepares the kernels at once.
 */
import { execute } from '@weft/executor/executor';
import { createProgram } from '@weft/executor/program';
import { ChunkPool } from '@weft/executor/record';
import { ResourceError } from '@weft/primitives';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { kernelsFor } from '@weft/primitives/kernel/kernels';
import { type WorkerAnswer, type WorkerMessage, workerTask } from '@weft/primitives/task/worker';
import { cellsPerEvent, statementWords } from '@weft/prover/machine/machine';
import { machineKey } from '@weft/prover/machine-key';
import { proveTables } from '@weft/prover/prove/prove';
import { setupProgram } from '@weft/prover/setup';
import { shardTables } from '@weft/prover/shard';
import { decodeTask, encodeTask, type ShardTaskInput } from './messages.ts';

// While the coordinator prepares the task: what every task needs.
kernelsFor(POSEIDON2_KOALABEAR).prepare();
machineKey();

/** Event memory of this worker, kept from task to task. */
const pool = new ChunkPool();

/** Runs a program with a record and proves the run as one shard. */
export const proveShard: (message: WorkerMessage) => Promise<WorkerAnswer> = workerTask(async (bytes, { progress }) => {
  const { elf, stdin, maxCycles } = decodeTask<ShardTaskInput>(bytes);
  progress('setup', 0);
  const pk = await setupProgram(createProgram(elf));
  progress('execute', 0.02);
  const limit = 2 ** pk.key.shapes.at(-1)!.variables;
  const budget = { cells: cellsPerEvent(pk.key.machine), limit };
  const { record } = await execute(
    pk.program,
    stdin.map((item) => new Uint8Array(item)),
    { record: true, maxCycles, budget, pool },
  );
  if (record === undefined) throw new ResourceError('RECORD', 'the run left no record');
  const { tables, statement } = shardTables(pk, record);
  const shard = await proveTables(pk.key, pk.commitment, tables, statementWords(statement), {
    progress: (stage, f) => stage === 'done' || progress(stage, 0.05 + 0.94 * f),
  });
  pool.release(record);
  return encodeTask({ shard, after: statement.after, committed: statement.committed !== 0 });
});
