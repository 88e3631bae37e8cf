/**
 * @module What a run costs, without proving it.
 */

import { ChunkPool } from '@weft/executor/observe/record';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import { segmentRun } from '@weft/executor/shard/segmentation';
import { costModel, DEFAULT_MEMORY, planMemoryLimit } from '@weft/rv32im/cost/cost';
import { type ShardStatistics, shardStatistics } from '@weft/rv32im/cost/statistics';
import { initialTree, setupProgram } from '@weft/rv32im/setup';
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
  const tree = initialTree(pk.key, pk.program);
  const pool = new ChunkPool();
  const model = costModel(pk.key, pk.table.logHeight);
  for await (const slice of segmentRun(pk.program, stdin, { model, limits: planMemoryLimit(pk.key, memory).limits })) {
    const { siblings } = tree.update(slice.checkpoint.leaves, slice.final);
    const record = replay(pk.program, slice.checkpoint, pool);
    yield { cycles: slice.cycles, ...shardStatistics(pk, shardTables(pk, record, siblings)) };
    pool.release(record);
  }
}
