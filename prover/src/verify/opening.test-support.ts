/**
 * @module One opening by itself, as the verifier reads it.
 */
import { add, type Ext, mul, ONE, sub } from '@weft/primitives/field/ext';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import type { WhirParameters } from '../protocol/parameters.ts';
import { VerifierChannel } from '../transcript/channel.ts';
import { NativeBackend } from '../transcript/native.ts';
import { receiveSamples, verifyWhir } from './whir.ts';

/** eq(x, z). */
function eq(x: readonly Ext[], z: readonly Ext[]): Ext {
  return x.reduce((product, a, i) => {
    const both = mul(a, z[i]!);
    return mul(product, add(sub(sub(ONE, a), z[i]!), add(both, both)));
  }, ONE);
}

/** Reads cap, claimed value at `point` and opening, and nothing behind them. @throws {VerificationError} */
export function verifyOpening(
  parameters: WhirParameters,
  label: string,
  point: readonly Ext[],
  bytes: Uint8Array,
): void {
  const backend = new NativeBackend(suite, bytes, () => ({ offsets: [], emptyParts: 0 }));
  const verifier = new VerifierChannel(backend);
  const cap = verifier.receiveCap('cap', suite.digestLength, parameters.rounds[0]!.logCap);
  const sampled = receiveSamples(verifier, label, parameters.rounds[0]!);
  const [claim] = verifier.receiveExt('claim', 1);
  verifyWhir(verifier, parameters, label, cap, 0, claim!, sampled, (z) => eq(point, z));
  backend.assertEnd();
}
