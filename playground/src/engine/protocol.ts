/**
 * @module What the page and its engine say to each other. The engine is a worker: whatever it does, the page stays responsive.
 */
import type { Estimate, Execution, Proof, ProofMode, ProveProgress, Verified } from '@weft/sdk';

/** What decides how a run is proven; what is left out is the library's to choose. */
export interface Resources {
  readonly mode: ProofMode;
  readonly workers?: number;
  /** Bytes of all workers together. */
  readonly memory?: number;
}

/** A program with its input items. */
export interface Job extends Resources {
  readonly elf: Uint8Array;
  readonly stdin: readonly Uint8Array[];
}

/** What a run gave. */
export interface Ran extends Execution {
  readonly estimate?: Estimate;
  /** Why there is no estimate. */
  readonly noEstimate?: string;
}

/** What the engine does, by name: what it takes and what it answers with. */
export interface Calls {
  /** The verifying key of a program, in hexadecimal. */
  readonly key: { readonly takes: { readonly elf: Uint8Array }; readonly gives: string };
  readonly run: { readonly takes: Job; readonly gives: Ran };
  readonly prove: { readonly takes: Job; readonly gives: Proof };
  /** What an interrupted proof of the program left in this browser. */
  readonly kept: { readonly takes: { readonly elf: Uint8Array }; readonly gives: Kept };
  /** Drops what interrupted proofs left. */
  readonly forget: { readonly takes: Record<string, never>; readonly gives: undefined };
  readonly verify: {
    readonly takes: {
      /** A key in hexadecimal, or the program that it is of. */
      readonly program: string | Uint8Array;
      readonly proof: Uint8Array;
      readonly expectExit?: number;
    };
    readonly gives: Verified;
  };
}

/** Proofs of shards and steps that were finished before. */
export interface Kept {
  readonly proofs: number;
  readonly bytes: number;
}
export type CallName = keyof Calls;

/** What the engine says while it works. */
export type EngineEvent =
  | { readonly type: 'cycles'; readonly cycles: number }
  | { readonly type: 'output'; readonly descriptor: 1 | 2; readonly bytes: Uint8Array }
  | { readonly type: 'estimate'; readonly estimate: Estimate }
  /** From here on a reload loses nothing that is proven. */
  | { readonly type: 'keeping' }
  | { readonly type: 'progress'; readonly progress: ProveProgress };

/** An error of the library, as it travels. */
export interface Failure {
  /** Its class. */
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Request =
  | { readonly id: number; readonly call: CallName; readonly takes: Calls[CallName]['takes'] }
  | { readonly id: number; readonly cancel: true };

export type Answer = { readonly id: number } & (
  | { readonly event: EngineEvent }
  | { readonly gives: Calls[CallName]['gives'] }
  | { readonly failure: Failure }
);
