/**
 * @module Where finished proofs of a job go, until the one that is asked for is made of them.
 */
import { checkBytes } from '@weft/primitives/arguments';

/** Proofs by name: `shard-0`, `shard-1`, ... and, in the order of the tree, `fold-0`, `fold-1`, ... */
export interface ProofStore {
  /** The proof that is stored under a name, if any. It is verified before it counts. */
  load(name: string): Promise<Uint8Array | undefined>;
  /** Stores a proof; when this returns it is as durable as the store can make it. */
  save(name: string, proof: Uint8Array): Promise<void>;
}

export const shardName = (index: number): string => `shard-${index}`;
export const foldName = (step: number): string => `fold-${step}`;

export function createMemoryStore(): ProofStore {
  const proofs = new Map<string, Uint8Array>();
  return {
    load: async (name) => proofs.get(name),
    save: async (name, proof) => void proofs.set(name, proof),
  };
}

/** @throws {TypeError} when the store gives something else than bytes or nothing. */
export async function loadFrom(store: ProofStore, name: string): Promise<Uint8Array | undefined> {
  const proof: unknown = await store.load(name);
  if (proof !== undefined) checkBytes(`what options.store.load('${name}') gives`, proof);
  return proof as Uint8Array | undefined;
}
