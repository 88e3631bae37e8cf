/**
 * @module Verifying a proof that came from somewhere.
 */
import { signal } from '@preact/signals';
import type { Verified } from '@weft/sdk';
import { EngineError } from '../engine/client.ts';
import type { Failure } from '../engine/protocol.ts';
import { announce, engine } from './settings.ts';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type VerificationState =
  | { readonly status: 'idle' | 'verifying' }
  | { readonly status: 'accepted'; readonly verified: Verified; readonly ms: number }
  | { readonly status: 'rejected'; readonly failure: Failure };

/** The proof to be verified. */
export const candidate = signal<NamedBytes | undefined>(undefined);
/** What it must be of: a program, or a key in hexadecimal. */
export const claim = signal<{ readonly kind: 'program' | 'key'; readonly key: string; readonly file?: NamedBytes }>({
  kind: 'program',
  key: '',
});
/** The exit code that is asked for; any if it is empty. */
export const wantedExit = signal('0');
export const verification = signal<VerificationState>({ status: 'idle' });

/** Takes a proof, or what else was dropped; says nothing of it before it is verified. */
export function takeCandidate(next: NamedBytes): void {
  candidate.value = next;
  verification.value = { status: 'idle' };
  announce(`Proof ${next.name} is ready to be verified`);
}

/** @param program - a key in hexadecimal, or an ELF file. */
export async function startVerification(program: string | Uint8Array): Promise<void> {
  if (candidate.value === undefined) return;
  verification.value = { status: 'verifying' };
  const began = performance.now();
  const expectExit = wantedExit.value.trim() === '' ? {} : { expectExit: Number(wantedExit.value) };
  try {
    const takes = { program, proof: candidate.value.bytes, ...expectExit };
    const verified = await engine.call('verify', takes);
    verification.value = { status: 'accepted', verified, ms: performance.now() - began };
    announce('The proof is valid');
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    verification.value = { status: 'rejected', failure: error.failure };
  }
}
