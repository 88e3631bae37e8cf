/**
 * @module Cutting a run into the shards that are proven: the executor finds where they end, the state tree what they say.
 */
import type { ExecutionResult } from '@weft/executor/executor';
import { CLOCK_STEP, FIRST_CLOCK } from '@weft/executor/program/layout';
import { registersOf } from '@weft/executor/shard/checkpoint';
import { CUT_OPTIONS, type CutShard, type SegmentOptions, segmentRun } from '@weft/executor/shard/segmentation';
import { checkObject, checkOptions } from '@weft/primitives/arguments';
import { costModel } from '../cost/cost.ts';
import { checkProvingKey, type ProvingKey } from '../setup.ts';
import { type ShardStatement, shardStatement } from '../statement.ts';

/** A shard with all that proving and checking it takes. */
export interface StatedShard extends CutShard {
  readonly statement: ShardStatement<number>;
  /** Digests beside the touched paths of the state tree, as `StateTree.update` gives them. */
  readonly siblings: Uint32Array;
}

/** How to cut; cost model and calls follow from the key. */
export type CutOptions = Omit<SegmentOptions, 'model' | 'calls'>;

/**
 * Runs a program and yields its shards in order. Cuts and statements follow from program, input and limits alone.
 * @returns what the run made public.
 * @throws {ExecutionError} {@link ResourceError} as the executor's `segmentRun` does.
 * @throws {TypeError} {@link RangeError} at once, for an argument or option that is none.
 * @throws the signal's reason when aborted.
 */
export function cutRun(
  pk: ProvingKey,
  stdin: readonly Uint8Array[],
  options: CutOptions,
): AsyncGenerator<StatedShard, ExecutionResult> {
  checkProvingKey('pk', pk);
  const checked = checkOptions('options', options, CUT_OPTIONS);
  checkObject('options', checked, 'an object', ['limits']);
  // Begins now, so that it copies and checks its arguments.
  const model = costModel(pk.key, pk.vk.preprocessed, pk.omitted);
  return statedShards(pk, segmentRun(pk.program, stdin, { ...checked, model, calls: pk.calls }));
}

async function* statedShards(
  { image }: ProvingKey,
  pass: AsyncGenerator<CutShard, ExecutionResult>,
): AsyncGenerator<StatedShard, ExecutionResult> {
  const tree = image.fork();
  // Not `yield*`: a consumer that leaves early must end the pass as well, and each shard gets its statement here.
  try {
    for (let next = await pass.next(); ; next = await pass.next()) {
      if (next.done === true) return next.value;
      const { checkpoint, final, endPc } = next.value;
      const { before, after, siblings } = tree.update(checkpoint.leaves, final);
      const registers = registersOf(final);
      const endClock = FIRST_CLOCK + CLOCK_STEP * checkpoint.steps;
      const statement = shardStatement({ before, after, startPc: checkpoint.pc, endPc, endClock, registers });
      yield { ...next.value, statement, siblings };
    }
  } finally {
    await pass.return(undefined as never);
  }
}
