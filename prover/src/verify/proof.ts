/**
 * @module The verifier of one proof over any machine, from the proof's bytes.
 */
import { VerificationError } from '@weft/primitives';
import { checkArray, checkBytes, checkInteger, checkObject } from '@weft/primitives/arguments';
import { type Felt, P } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { checkBus } from '../air/chip.ts';
import { committedWidths } from '../air/machine.ts';
import { checkMachineKey, checkPreprocessedKey, type MachineKey, type PreprocessedKey } from '../protocol/key.ts';
import { packingRule } from '../protocol/stacking.ts';
import { VerifierChannel } from '../transcript/channel.ts';
import { NativeBackend, type PackingRule } from '../transcript/native.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { type PublicInput, verifyProof } from './verify.ts';

/** What tests put in place of the verifier's parts. */
export interface VerifierHooks {
  readonly Backend?: typeof NativeBackend;
  readonly wrap?: (backend: NativeBackend) => NativeBackend;
  readonly transcript?: (backend: NativeBackend) => Transcript<Felt, Ext>;
}

/** @throws {TypeError} {@link RangeError} unless `input` is a statement of canonical elements. */
function checkInput(input: PublicInput<Felt>): void {
  const felts = (name: string, list: unknown): void =>
    checkArray(name, list, (item, x) => checkInteger(item, x, 0, P - 1));
  checkObject('input', input, 'a statement', ['words', 'tuples']);
  felts('input.words', input.words);
  checkArray('input.tuples', input.tuples, (name, tuple) => {
    checkObject(name, tuple, 'a tuple', ['bus', 'sign', 'tuple']);
    const { bus, sign, tuple: elements } = tuple as PublicInput<Felt>['tuples'][0];
    checkBus(`${name}.bus`, bus);
    if (sign !== 1 && sign !== -1) throw new RangeError(`${name}.sign must be 1 or -1, got ${sign}`);
    felts(`${name}.tuple`, elements);
    if (elements.length !== bus.arity)
      throw new RangeError(`${name}.tuple must have ${bus.arity} elements, got ${elements.length}`);
  });
}

/**
 * Verifies a proof; its first word chooses the shape, and nothing may follow it.
 * @throws {VerificationError}
 * @throws {TypeError} {@link RangeError} for an argument that is none; never for what the bytes of a proof are.
 */
export function verifyBytes(
  key: MachineKey,
  preprocessed: PreprocessedKey,
  input: PublicInput<Felt>,
  proof: Uint8Array,
  hooks: VerifierHooks = {},
): void {
  checkMachineKey('key', key);
  checkPreprocessedKey('preprocessed', preprocessed);
  if (preprocessed.logHeights.length !== key.machine.preprocessedChips.length)
    throw new RangeError(`preprocessed must have ${key.machine.preprocessedChips.length} heights`);
  checkInput(input);
  checkBytes('proof', proof);
  let packing: PackingRule = () => [];
  const native = new (hooks.Backend ?? NativeBackend)(key.suite, proof, (codes) => packing(codes));
  const backend = hooks.wrap?.(native) ?? native;
  const channel = new VerifierChannel(backend, hooks.transcript?.(backend));
  const [index] = channel.receive('shape', 1);
  const shape = key.shapes[index!];
  if (shape === undefined) throw new VerificationError('shape', `shape ${index} of ${key.shapes.length}`);
  packing = packingRule(committedWidths(key.machine), shape.variables);
  verifyProof(channel, key, shape, preprocessed, preprocessed.root, input);
  native.assertEnd();
}
