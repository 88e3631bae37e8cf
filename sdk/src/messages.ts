/**
 * @module What the coordinator and its workers send each other: msgpack envelopes, so that a task can travel.
 */
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
