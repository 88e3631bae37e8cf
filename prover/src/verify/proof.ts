/**
 * @module The verifier of one proof over any machine, from the proof's bytes.
 */
import { VerificationError } from '@weft/primitives';
import type { Felt } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import { committedWidths } from '../air/machine.ts';
import type { MachineKey, PreprocessedKey } from '../protocol/key.ts';
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

/**
 * Verifies a proof; its first word chooses the shape, and nothing may follow it.
 * @throws {VerificationError}
 */
export function verifyBytes(
  key: MachineKey,
  preprocessed: PreprocessedKey,
  input: PublicInput<Felt>,
  proof: Uint8Array,
  hooks: VerifierHooks = {},
): void {
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
