/**
 * @module Errors. Every failure that a caller can meet has a class here, a stable `code`, and a one-line message
 * that names the place and the reason. Names are written out: minified code has other names for classes.
 */

/** Base of all Weft errors. `code` is stable and machine-readable; `details` holds the figures behind the message. */
export class WeftError extends Error {
  override readonly name: string = 'WeftError';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** The bytes are no ELF file that Weft runs. */
export class ElfError extends WeftError {
  override readonly name: string = 'ElfError';
}

/** The guest did something that ends the run: `details` holds `pc`, `cycle` and more of the executor's `TrapDetails`. */
export class ExecutionError extends WeftError {
  override readonly name: string = 'ExecutionError';
}

/** A limit of the machine or of the caller was reached (cycles, shard size, memory, disk). */
export class ResourceError extends WeftError {
  override readonly name: string = 'ResourceError';
}

/** The bytes do not hold the values that they should: `details` holds the `offset` at which that shows. */
export class DecodeError extends WeftError {
  override readonly name: string = 'DecodeError';
}

/** A chip definition or a trace breaks its own rules. Raised by key generation and the debuggers, never by `verify`. */
export class ConstraintError extends WeftError {
  override readonly name: string = 'ConstraintError';
}

/** The proof does not convince. `code` is one of {@link VerificationReason}. */
export class VerificationError extends WeftError {
  override readonly name: string = 'VerificationError';
  declare readonly code: VerificationReason;
  constructor(reason: VerificationReason, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(reason, message, details);
  }
}

/** Why a proof was rejected. Tests assert the reason, so that a forgery cannot fail by accident. */
export type VerificationReason =
  | 'format'
  | 'program'
  | 'chain'
  | 'shape'
  | 'height'
  | 'stacking'
  | 'statement'
  | 'bus_balance'
  | 'gkr'
  | 'zerocheck'
  | 'opening'
  | 'merkle'
  | 'proof_of_work'
  | 'public_values'
  | 'exit_code';
