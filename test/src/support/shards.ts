/**
 * @module Runs cut into shards, each recorded from its checkpoint, without proving anything.
 */
import type { ShardLimits } from '@weft/executor/observe/budget';
import { ChunkPool, type ExecutionRecord } from '@weft/executor/observe/record';
import { createProgram } from '@weft/executor/program/program';
import { replay } from '@weft/executor/shard/checkpoint';
import type { RiscvKey } from '@weft/rv32im/key';
import { type ProvingKey, setupProgram } from '@weft/rv32im/setup';
import { cutRun, type StatedShard } from '@weft/rv32im/shard/cut';
import type { ShardStatement } from '@weft/rv32im/statement';

export interface RecordedShard {
  readonly pk: ProvingKey;
  readonly slice: StatedShard;
  readonly record: ExecutionRecord;
  readonly siblings: Uint32Array;
  /** As the coordinator derives it. */
  readonly statement: ShardStatement<number>;
}

/** No run of a test is longer. */
export const ONE_SHARD: ShardLimits = { cells: 2 ** 28, fractions: 2 ** 28 };

/** Cuts a run and records its shards, one after another. A record holds until the next one is asked for. */
export async function* recordShards(
  pk: ProvingKey,
  stdin: readonly Uint8Array[],
  limits: ShardLimits,
  pool: ChunkPool = new ChunkPool(),
): AsyncGenerator<RecordedShard> {
  for await (const slice of cutRun(pk, stdin, { limits })) {
    const { siblings, statement } = slice;
    const record = replay(pk.program, slice.checkpoint, pool, pk.calls);
    yield { pk, slice, record, siblings, statement };
    pool.release(record);
  }
}

/** A whole run as one shard. @param machine - that of all families by default. */
export async function recordRun(
  elf: Uint8Array,
  stdin: readonly Uint8Array[] = [],
  pool: ChunkPool = new ChunkPool(),
  machine?: RiscvKey,
): Promise<RecordedShard> {
  const pk = await setupProgram(createProgram(elf), machine);
  for await (const shard of recordShards(pk, stdin, ONE_SHARD, pool)) {
    // Left here, so that the record is not given back.
    return shard;
  }
  throw new RangeError('a run has at least one shard');
}
