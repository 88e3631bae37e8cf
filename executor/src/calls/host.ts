/**
 * @module What a guest meets outside of itself: hints, output, public values.
 */
import type { Refusal } from './trap.ts';

export interface Host {
  /** Whether unconstrained blocks run here; a replay skips them, as the proven run does. */
  readonly runsUnconstrained: boolean;
  /** What HINT_LEN returns. */
  hintLength(): number;
  /** Begins a HINT_READ of `length` bytes. @returns why it cannot, if so. */
  beginRead(length: number): Refusal | undefined;
  /** The word at byte `progress` of the item that is being read. */
  hintWord(progress: number): number;
  /** WRITE; `read` gives the bytes. @returns why it cannot, if so. */
  write(descriptor: number, read: () => Uint8Array, constrained: boolean): Refusal | undefined;
}
