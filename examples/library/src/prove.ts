/**
 * @module Proving a run.
 */
import { readGuest } from '@weft/guest-examples';
import { prove, setup } from '@weft/sdk';

/** Proves a run that has to succeed, with progress and a time limit, and returns the proof and the key to check it with. */
export async function proveExample(): Promise<{ proof: Uint8Array; vk: Uint8Array; stages: readonly string[] }> {
  const stages: string[] = [];
  const program = await setup(readGuest('fibonacci'));
  const { proof } = await prove(program, [new TextEncoder().encode('10')], {
    // Any other code, a panic's say, would end the call before anything is proven.
    expectExit: 0,
    signal: AbortSignal.timeout(120_000),
    onProgress: ({ stage }) => stages.push(stage),
  });
  return { proof, vk: program.vk, stages };
}
