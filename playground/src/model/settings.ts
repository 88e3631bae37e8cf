/**
 * @module How things are proven, how the page looks, what is read out.
 */
import { signal } from '@preact/signals';
import type { ProofMode } from '@weft/sdk';
import { Engine } from '../engine/client.ts';
import type { Resources } from '../engine/protocol.ts';

export const engine: Engine = new Engine();

/** What is left at 0 is the library's to choose. */
export interface Settings {
  readonly mode: ProofMode;
  readonly workers: number;
  /** Bytes. */
  readonly memory: number;
}

export const settings = signal<Settings>({
  mode: 'core',
  workers: 0,
  memory: 0,
});

export function resources(): Resources {
  const { mode, workers, memory } = settings.value;
  return { mode, ...(workers === 0 ? {} : { workers }), ...(memory === 0 ? {} : { memory }) };
}

/** What a screen reader says next. */
export const announcement = signal('');

export function announce(text: string): void {
  announcement.value = text;
}
