/**
 * @module What a guest meets outside of itself: hints, output, public values.
 */
import type { Refusal } from './trap.ts';

/** Bytes that the guest hands out. */
export interface GuestBytes {
  readonly length: number;
  /** Copies them out of guest memory. */
  readonly read: () => Uint8Array;
}

export interface Host {
  /** Whether unconstrained blocks run here; a replay skips them, as the proven run does. */
  readonly runsUnconstrained: boolean;
  /** What hooks did so far, as cycles that the run's limit counts: it only grows. */
  readonly hookCycles: number;
  /** What HINT_LEN returns. */
  hintLength(): number;
  /** Why a HINT_READ of `length` bytes cannot be now, if so; changes nothing. */
  readFault(length: number): Refusal | undefined;
  /** Begins a HINT_READ that has no fault. */
  beginRead(): void;
  /** The word at byte `progress` of the item that is being read. */
  hintWord(progress: number): number;
  /** WRITE. @returns why it cannot, if so. */
  write(descriptor: number, bytes: GuestBytes, constrained: boolean): Refusal | undefined;
}
