/**
 * @module Ready circuits that outlive a process. A cache is believed in nothing and needed for nothing: what it gives has to have the
 * pinned root, and what it fails at is done without it.
 */
import type { Digest } from '@weft/primitives/hash/modes';
import type { Circuit } from './circuits.ts';
import { decodeCircuit, encodeCircuit } from './encoding.ts';
import { recursionKey } from './key.ts';
import type { ProofProgram } from './programs/record.ts';
import { type CircuitProver, restoreCircuit, setupCircuit } from './prove.ts';

/** Where bytes are kept by name; both calls may reject. */
export interface CircuitCache {
  /** What was saved under a name, if it is there. */
  load(name: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes under a name, in place of what it had. */
  save(name: string, bytes: Uint8Array): Promise<void>;
}

/** A circuit with which proofs can be made. */
export interface ReadyCircuit {
  readonly program: ProofProgram;
  readonly prover: CircuitProver;
}

/** The name of a circuit in a cache: another version's circuit has another root. */
export function cacheName(root: Digest): string {
  return root.map((x) => x.toString(16).padStart(8, '0')).join('');
}

const isRoot = ({ preprocessed }: CircuitProver, root: Digest): boolean =>
  preprocessed.key.root.every((x, i) => x === root[i]);

/** The circuit as the cache has it; `undefined` when it has it not, or not with this root. */
async function cachedCircuit(circuit: Circuit, root: Digest, cache: CircuitCache): Promise<ReadyCircuit | undefined> {
  try {
    const bytes = await cache.load(cacheName(root));
    if (bytes === undefined) return undefined;
    const child = circuit.child();
    const { machine, key } = recursionKey(circuit.suite, circuit.words, circuit.form);
    const decoded = await decodeCircuit(bytes, machine, circuit.heights);
    if (decoded === undefined) return undefined;
    const prover = await restoreCircuit(key, decoded.lowered, decoded.digests);
    return isRoot(prover, root) ? { program: { circuit: decoded.lowered.program, child }, prover } : undefined;
  } catch {
    // A folder that cannot be read, digests of another number: whatever it is, the circuit can be made.
    return undefined;
  }
}

async function saveCircuit({ prover }: ReadyCircuit, root: Digest, cache: CircuitCache): Promise<void> {
  try {
    const digests = prover.preprocessed.committed!.commitment.digests();
    await cache.save(cacheName(root), await encodeCircuit({ lowered: prover.lowered, digests }));
  } catch {
    // A full disk is no reason not to prove.
  }
}

/**
 * Makes a circuit ready, or takes it from a cache; one that was made is saved.
 * @param root - that verifiers know it by.
 * @returns `undefined` when the circuit has another root.
 */
export async function readyCircuit(
  circuit: Circuit,
  root: Digest,
  cache: CircuitCache | undefined,
): Promise<ReadyCircuit | undefined> {
  const known = cache === undefined ? undefined : await cachedCircuit(circuit, root, cache);
  if (known !== undefined) return known;
  const program = circuit.record();
  const prover = await setupCircuit(program.circuit, program.child.key.suite, circuit.heights, circuit.form);
  if (!isRoot(prover, root)) return undefined;
  const ready = { program, prover };
  if (cache !== undefined) await saveCircuit(ready, root, cache);
  return ready;
}
