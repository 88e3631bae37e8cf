/**
 * @module What a run costs, without proving it.
 */

import { ChunkPool } from '@weft/executor/observe/record';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { DEFAULT_MEMORY, planMemoryLimit } from '@weft/rv32im/cost/cost';
import { setupProgram } from '@weft/rv32im/setup';
import { cutRun } from '@weft/rv32im/shard/cut';
import { type ShardStatistics, shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';

/** Statistics of one shard, with what it ran. */
export interface ShardReport extends ShardStatistics {
  readonly cycles: number;
}

/** Cuts a run as `prove` would with this memory limit, and counts cells and fractions of its shards, one by one. */
export async function* proofStatistics(
  elf: Uint8Array,
  stdin: readonly Uint8Array[],
  memory: number = DEFAULT_MEMORY,
): AsyncGenerator<ShardReport> {
  const pk = await setupProgram(createProgram(elf));
  const { limits } = planMemoryLimit(pk.key, memory);
  const pool = new ChunkPool();
  for await (const { checkpoint, cycles, siblings } of cutRun(pk, stdin, { limits })) {
    const record = replay(pk.program, checkpoint, pool, pk.calls);
    yield { cycles, ...(await shardStatistics(pk, shardTables(pk, record, siblings))) };
    pool.release(record);
  }
}
