/**
 * @module What the coordinator and its workers send each other: msgpack envelopes, so that a task can travel. A task holds
 * all that a worker needs; its answer is the bare proof.
 */
import type { Checkpoint } from '@weft/executor/shard/checkpoint';
import { ResourceError } from '@weft/primitives';
import { pack, unpack } from 'msgpackr';

export interface ShardTask {
  readonly elf: Uint8Array;
  readonly checkpoint: Checkpoint;
  /** Digests beside the touched paths of the state tree. */
  readonly siblings: Uint32Array;
}

/** Words in the machine's byte order, which is the same wherever WebAssembly's is: little-endian. */
const toBytes = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
const toWords = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.slice().buffer);

/** @returns bytes in a buffer of their own, which can be transferred. */
export function encodeTask({ elf, checkpoint, siblings }: ShardTask): Uint8Array<ArrayBuffer> {
  const { pc, steps, leaves, words, hints } = checkpoint;
  return new Uint8Array(pack([elf, pc, steps, ...[leaves, words, hints, siblings].map(toBytes)]));
}

/** @throws {ResourceError} TASK when the bytes are no task. */
export function decodeTask(bytes: Uint8Array): ShardTask {
  const fail = (): never => {
    throw new ResourceError('TASK', 'the worker was sent something else than a task');
  };
  let fields: unknown;
  try {
    fields = unpack(bytes);
  } catch {
    return fail();
  }
  if (!Array.isArray(fields) || fields.length !== 7) return fail();
  const [elf, pc, steps, ...parts] = fields as [unknown, unknown, unknown, ...unknown[]];
  if (!(elf instanceof Uint8Array) || !Number.isSafeInteger(pc) || !Number.isSafeInteger(steps)) return fail();
  const [leaves, words, hints, siblings] = parts.map((part) =>
    part instanceof Uint8Array && part.length % 4 === 0 ? toWords(part) : fail(),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  return {
    elf: new Uint8Array(elf),
    checkpoint: { pc: pc as number, steps: steps as number, leaves, words, hints },
    siblings,
  };
}
