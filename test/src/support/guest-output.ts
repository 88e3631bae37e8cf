/**
 * @module What a guest does to the world: its exit code, its public values, what it prints.
 */
import { execute } from '@weft/executor';
import { createProgram } from '@weft/executor/program/program';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { bytesToHex } from '@weft/primitives';

export interface GuestOutput {
  readonly exitCode: number;
  /** Hexadecimal. */
  readonly publicValues: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws {ExecutionError} when the guest traps. */
export async function outputOf(name: GuestName, ...stdin: readonly Uint8Array[]): Promise<GuestOutput> {
  const written = { 1: '', 2: '' };
  const { exitCode, publicValues } = await execute(createProgram(readGuest(name)), stdin, {
    onOutput: (descriptor, bytes) => {
      written[descriptor] += new TextDecoder().decode(bytes);
    },
  });
  return { exitCode, publicValues: bytesToHex(publicValues), stdout: written[1], stderr: written[2] };
}
