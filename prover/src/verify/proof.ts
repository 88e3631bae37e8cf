/**
 * @module The verifier of one proof over any machine, from the proof's bytes.
 */
import { copyIfBytes, VerificationError, type VerificationReason } from '@weft/primitives';
import { type Felt, P } from '@weft/primitives/field/base';
import { DEGREE, type Ext } from '@weft/primitives/field/ext';
import { MIN_LOG_HEIGHT } from '../air/chip.ts';
import { committedWidths } from '../air/machine.ts';
import { LANE_BITS } from '../protocol/gkr.ts';
import {
  checkMachineKey,
  type MachineKey,
  type PreprocessedKey,
  rowBitsOf,
  type Shape,
  shapeAt,
} from '../protocol/key.ts';
import { packingRule } from '../protocol/stacking.ts';
import { VerifierChannel } from '../transcript/channel.ts';
import { NativeBackend, type PackingRule } from '../transcript/native.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { receiveShape, verifyProof } from './verify.ts';

/** What tests put in place of the verifier's parts. */
export interface VerifierHooks {
  readonly Backend?: typeof NativeBackend;
  readonly wrap?: (backend: NativeBackend) => NativeBackend;
  readonly transcript?: (backend: NativeBackend) => Transcript<Felt, Ext>;
}

/**
 * Verifies a proof; its first word chooses the shape, and nothing may follow it. Proof, words and preprocessed key are copied
 * before anything is read of them, so that memory which others write to meanwhile is judged as it was once.
 * @param preprocessed - what setup derived from the program; never taken from a proof unless a digest has been compared.
 * @param words - the statement, laid out as the machine says: elements below p.
 * @returns the shape of the proof.
 * @throws {VerificationError} and nothing else, whatever `preprocessed`, `words` and `proof` are.
 * @throws {TypeError} unless `key` is a machine key.
 */
export function verifyBytes(
  key: MachineKey,
  preprocessed: PreprocessedKey,
  words: readonly Felt[],
  proof: Uint8Array,
  hooks: VerifierHooks = {},
): Shape {
  const { bytes, statement, program } = copyInput(key, preprocessed, words, proof);
  let packing: PackingRule = () => ({ offsets: [], emptyParts: 0 });
  const native = new (hooks.Backend ?? NativeBackend)(key.suite, bytes, (codes) => packing(codes));
  const backend = hooks.wrap?.(native) ?? native;
  const channel = new VerifierChannel(backend, hooks.transcript?.(backend));
  const index = receiveShape(channel, key);
  const shape = shapeAt(key, index);
  if (shape === undefined) throw new VerificationError('shape', `shape ${index}, which the key does not have`);
  packing = packingRule(committedWidths(shape.machine), shape.variables);
  verifyProof(channel, key, shape, program, program.root, statement);
  native.assertEnd();
  return shape;
}

/** What is judged, each part read once. */
export interface VerifierInput {
  readonly bytes: Uint8Array;
  readonly statement: Felt[];
  readonly program: PreprocessedKey;
}

/**
 * Copies what a verification is about.
 * @throws {VerificationError} `format`, `statement` or `program` for what is no proof, statement or preprocessed key.
 * @throws {TypeError} unless `key` is a machine key.
 */
export function copyInput(key: MachineKey, preprocessed: unknown, words: unknown, proof: unknown): VerifierInput {
  checkMachineKey('key', key);
  const bytes = copyIfBytes(proof);
  if (bytes === undefined) throw new VerificationError('format', 'a proof is a Uint8Array');
  const statement = copyFelts(() => words, key.machine.statement.words.length, 'statement', 'the statement');
  return { bytes, statement, program: copyPreprocessed(key, preprocessed) };
}

/**
 * Bytes that every proof of a key has at least: the messages whose number does not depend on heights. What is shorter
 * need not be looked at.
 */
export function leastProofBytes({ suite, shapes }: MachineKey): number {
  const least = (of: (shape: Shape) => number): number => Math.min(...shapes.map(of));
  const leastRowBits = (shape: Shape): number =>
    rowBitsOf(shape, { logHeights: shape.machine.preprocessedChips.map(() => MIN_LOG_HEIGHT) });
  const layers = least((shape) => leastRowBits(shape) + shape.machine.leafBits);
  // Four values for each layer, and two more for each variable of the layers below the top, but for one that is not sent where children
  // differ in the first: everywhere but in those of the first two row bits. The zerocheck's first message lacks one likewise.
  const gkr = 4 * layers + layers * (layers - 1) - (layers - 1 - LANE_BITS);
  const zerocheck = 3 * least(leastRowBits) - 1;
  const first = shapes.map((s) => s.witness.rounds[0]!);
  const cap = 2 ** Math.min(...first.map((round) => round.logCap));
  const samples = Math.min(...first.map((round) => round.outOfDomainSamples));
  return 4 * (1 + suite.digestLength * cap + DEGREE * (samples + gkr + zerocheck));
}

/** @throws {VerificationError} with `reason` unless `read` gives a list of `length` canonical elements. */
function copyFelts(read: () => unknown, length: number, reason: VerificationReason, what: string): Felt[] {
  const copy = copyNumbers(read);
  if (copy === undefined || copy.length !== length || copy.some((x) => x >= P))
    throw new VerificationError(reason, `${what} is no list of ${length} field elements`);
  return copy;
}

/** The list's elements if all of them are integers from 0 on. Each is read once; what throws when it is read is no list. */
function copyNumbers(read: () => unknown): number[] | undefined {
  let copy: unknown[];
  try {
    const values = read();
    if (!Array.isArray(values)) return undefined;
    copy = Array.from(values as unknown[]);
  } catch {
    return undefined;
  }
  return copy.every((x): x is number => Number.isSafeInteger(x) && (x as number) >= 0) ? copy : undefined;
}

function copyPreprocessed({ machine, suite }: MachineKey, preprocessed: unknown): PreprocessedKey {
  const tables = machine.preprocessedChips.map((k) => machine.chips[k]!);
  const given = preprocessed as PreprocessedKey;
  const logHeights = copyNumbers(() => given.logHeights);
  const fits = (h: number, i: number): boolean => h >= MIN_LOG_HEIGHT && h <= tables[i]!.maxLogHeight;
  if (logHeights === undefined || logHeights.length !== tables.length || !logHeights.every(fits))
    throw new VerificationError('program', 'the preprocessed key has other tables than the machine');
  const rootLength = tables.length === 0 ? 0 : suite.digestLength;
  return { logHeights, root: copyFelts(() => given.root, rootLength, 'program', 'the preprocessed root') };
}
