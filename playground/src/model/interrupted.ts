/**
 * @module A job that a reload or a crash interrupted: offered again, and gone on with.
 */
import { signal } from '@preact/signals';
import type { Kept } from '../engine/protocol.ts';
import type { Example } from './example.ts';
import { restoreItems } from './input.ts';
import { restoreProgram } from './program.ts';
import { startProof } from './proof.ts';
import { dropSession, lastSession, type Session } from './session.ts';
import { announce, engine, settings } from './settings.ts';

/** A job of an earlier visit that was interrupted, and what is proven of it. */
export const interrupted = signal<{ readonly session: Session; readonly kept: Kept } | undefined>(undefined);

/** Finds what an earlier visit left. */
export async function findInterrupted(): Promise<void> {
  const session = await lastSession();
  if (session === undefined) return;
  try {
    const kept = await engine.call('kept', { elf: session.elf });
    if (kept.proofs === 0) return await dropSession();
    interrupted.value = { session, kept };
    announce(`A proof of ${session.name} was interrupted and can go on`);
  } catch {
    await dropSession();
  }
}

/** Goes on with it. @param examples - of which it may be one. */
export async function resume(examples: readonly Example[]): Promise<void> {
  const found = interrupted.value;
  if (found === undefined) return;
  interrupted.value = undefined;
  const { name, elf, items, settings: chosen, example } = found.session;
  const known = examples.find((candidate) => candidate.name === example);
  await restoreProgram({ name, elf, ...(known === undefined ? {} : { example: known }) });
  restoreItems(items);
  settings.value = chosen;
  await startProof();
}

export async function discard(): Promise<void> {
  interrupted.value = undefined;
  await dropSession();
  await engine.call('forget', {});
}
