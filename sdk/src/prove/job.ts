/**
 * @module What finished proofs of a job are kept by, on disk and in a page: which job they are of, and whether they are whole.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@weft/primitives';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/version';
import type { ProofStore } from './store.ts';

/** What a job's shards depend on. */
export interface JobIdentity {
  /** The verifying key's digest, hexadecimal. */
  readonly vk: string;
  readonly stdin: readonly Uint8Array[];
  /** log2 of the cells of a full shard. */
  readonly variables: number;
}

/** A job's identity, in its words for messages. */
export function describeJob({ vk, stdin, variables }: JobIdentity): Readonly<Record<string, string>> {
  const input = sha256.create();
  for (const item of stdin) {
    // Hashing each item by itself keeps ["ab"] and ["a", "b"] apart.
    input.update(sha256(item));
  }
  return {
    version: `${PROTOCOL_VERSION}`,
    program: vk,
    input: bytesToHex(input.digest()),
    shape: `2^${variables}`,
  };
}

/** A name that tells jobs apart: 64 hexadecimal digits. */
export function jobName(identity: JobIdentity): string {
  return bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(describeJob(identity)))));
}

/** A proof as it is kept: behind its checksum, 32 bytes. */
export const sealProof = (proof: Uint8Array): Uint8Array => concatBytes(sha256(proof), proof);

/** The proof that was kept; `undefined` when it is not whole. */
export function unsealProof(kept: Uint8Array | undefined): Uint8Array | undefined {
  if (kept === undefined || kept.length < 32) return undefined;
  const proof = kept.slice(32);
  return sha256(proof).every((b, i) => b === kept[i]) ? proof : undefined;
}

/** What is kept of a job. */
export interface JobContents {
  /** Proofs of shards that are whole. */
  readonly shards: number;
  /** Proofs about proofs that are. */
  readonly steps: number;
  /** Proofs that are not. */
  readonly damaged: number;
}

/** A job's proofs where they outlive a process or a page. It is one user's at a time. */
export interface JobStore extends ProofStore {
  /** Counts what is kept. */
  contents(): Promise<JobContents>;
  /** Lets others at it. What is proven stays. */
  close(): Promise<void>;
  /** Ends the job: removes what is kept of it. */
  finish(): Promise<void>;
}

/** A job of which proofs are kept. */
export interface KeptJob {
  /** The verifying key's digest, hexadecimal. */
  readonly vkHex: string;
  /** Proofs that are kept, whole or not, and their bytes. */
  readonly proofs: number;
  readonly bytes: number;
}
