/**
 * @module What the coordinator and its workers send each other: bytes, so that a task can travel. A task holds
 * all that a worker needs; its answer is the bare proof.
 */
import type { Checkpoint } from '@weft/executor/shard/checkpoint';
import { ResourceError } from '@weft/primitives';
import type { ChainedProgram, StatedProof, StepSpec } from '@weft/recursion/stated';
import { type Field, packFields, unpackFields } from './fields.ts';

export interface ShardTask {
  readonly elf: Uint8Array;
  /** Of precompiles that the run calls, by name. */
  readonly families: readonly string[];
  readonly checkpoint: Checkpoint;
  /** Digests beside the touched paths of the state tree. */
  readonly siblings: Uint32Array;
}

/** Words in the machine's byte order, which is the same wherever WebAssembly's is: little-endian. */
const toBytes = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
const toWords = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.slice().buffer);

/** @returns bytes in a buffer of their own, which can be transferred. */
export function encodeTask({ elf, families, checkpoint, siblings }: ShardTask): Uint8Array<ArrayBuffer> {
  const { pc, steps, leaves, words, hints } = checkpoint;
  return packFields([elf, families, pc, steps, ...[leaves, words, hints, siblings].map(toBytes)]);
}

/** @throws {ResourceError} TASK when the bytes are no task. */
export function decodeTask(bytes: Uint8Array): ShardTask {
  const [elf, families, pc, steps, ...parts] = fieldsOf(bytes, 8);
  if (!(elf instanceof Uint8Array) || !Number.isSafeInteger(pc) || !Number.isSafeInteger(steps)) return refuse();
  if (!isNames(families)) return refuse();
  const [leaves, words, hints, siblings] = parts.map((part) =>
    part instanceof Uint8Array && part.length % 4 === 0 ? toWords(part) : refuse(),
  ) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  return {
    elf,
    families,
    checkpoint: { pc: pc as number, steps: steps as number, leaves, words, hints },
    siblings,
  };
}

/** A step of folding, with all that proving it takes. */
export interface StepTask {
  readonly step: StepSpec;
  /** Of precompiles that the run calls, by name. */
  readonly families: readonly string[];
  readonly program: ChainedProgram;
  readonly children: readonly StatedProof[];
}

/** @returns bytes in a buffer of their own, which can be transferred. */
export function encodeStep({
  step: { kind, circuit },
  families,
  program,
  children,
}: StepTask): Uint8Array<ArrayBuffer> {
  const { digest, logHeight, root, first } = program;
  const proofs = children.map((child) => [child.circuit ?? '', child.words, child.proof]);
  return packFields([kind, circuit, families, digest, logHeight, root, first, proofs]);
}

const KINDS: ReadonlySet<unknown> = new Set<StepSpec['kind']>(['lift', 'join', 'single', 'whole', 'wrap']);
const isNames = (x: unknown): x is string[] => Array.isArray(x) && x.every((name) => typeof name === 'string');
const isWords = (x: unknown): x is number[] => Array.isArray(x) && x.every(Number.isSafeInteger);

/** @throws {ResourceError} TASK when the bytes are no step. */
export function decodeStep(bytes: Uint8Array): StepTask {
  const [kind, circuit, families, digest, logHeight, root, first, proofs] = fieldsOf(bytes, 8);
  if (!KINDS.has(kind) || typeof circuit !== 'string' || typeof logHeight !== 'number' || !Array.isArray(proofs))
    return refuse();
  if (!isNames(families) || !isWords(digest) || !isWords(root) || !isWords(first)) return refuse();
  const children = proofs.map((child: unknown): StatedProof => {
    const [of, words, proof] = Array.isArray(child) ? (child as unknown[]) : [];
    if (typeof of !== 'string' || !isWords(words) || !(proof instanceof Uint8Array)) return refuse();
    return { ...(of === '' ? {} : { circuit: of }), words, proof };
  });
  const step = { kind: kind as StepSpec['kind'], circuit };
  return { step, families, program: { digest, logHeight, root, first }, children };
}

function refuse(): never {
  throw new ResourceError('TASK', 'the worker was sent something else than a task');
}

function fieldsOf(bytes: Uint8Array, count: number): readonly Field[] {
  let fields: readonly Field[];
  try {
    fields = unpackFields(bytes);
  } catch {
    return refuse();
  }
  return fields.length === count ? fields : refuse();
}
