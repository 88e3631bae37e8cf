/**
 * @module Tasks that worker threads run. Inputs and outputs are msgpack envelopes, so that a task can travel.
 */

import { execute } from '@weft/executor/executor';
import { createProgram } from '@weft/executor/program';
import { ChunkPool } from '@weft/executor/record';
import { ResourceError } from '@weft/primitives';
import { type WorkerAnswer, type WorkerMessage, workerTask } from '@weft/primitives/task/piscina-runner';
import { cellsPerEvent, statementWords } from '@weft/prover/machine/machine';
import { proveTables } from '@weft/prover/prove/prove';
import { setupProgram } from '@weft/prover/setup';
import { fillShard } from '@weft/prover/shard';
import { verifyShard } from '@weft/prover/verify-run';
import { pack, unpack } from 'msgpackr';

export interface ShardTaskInput {
  readonly elf: Uint8Array;
  readonly stdin: readonly Uint8Array[];
  readonly maxCycles: number;
}

export interface ShardTaskOutput {
  readonly shard: Uint8Array;
  /** Root of the state tree at the end. */
  readonly after: readonly number[];
  readonly committed: boolean;
}

export function encodeTask(value: ShardTaskInput | ShardTaskOutput): Uint8Array {
  return new Uint8Array(pack(value));
}

export function decodeTask<T extends ShardTaskInput | ShardTaskOutput>(bytes: Uint8Array): T {
  return unpack(bytes) as T;
}

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
  progress('fill', 0.05);
  const { traces, statement } = fillShard(pk, record);
  pool.release(record);
  const shard = await proveTables(pk.key, pk.commitment, traces, statementWords(statement), {
    progress: (stage, f) => stage === 'done' || progress(stage, 0.1 + 0.88 * f),
  });
  // A proof that its own verifier rejects never leaves the worker.
  progress('check', 0.98);
  verifyShard(pk.key, pk.vk, statement, shard);
  return encodeTask({ shard, after: statement.after, committed: statement.committed !== 0 });
});
