/**
 * @module The exit codes: the one table that the command goes by, prints in its help, and that the page of commands repeats.
 */
import { ElfError, ExecutionError, VerificationError, WeftError } from '@weft/primitives';
import { JournalError } from '@weft/sdk/prove/journal-error';
import { UsageError } from './io.ts';

export const EXIT = {
  done: 0,
  rejected: 1,
  usage: 2,
  guest: 3,
  resource: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** In words. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.done, 'done, whatever code the guest halted with'],
  [EXIT.rejected, 'the proof does not verify'],
  [EXIT.usage, 'wrong usage or unreadable input'],
  [EXIT.guest, 'the guest trapped or exceeded a limit'],
  [EXIT.resource, 'out of a resource, such as memory or disk, or an internal error'],
  [EXIT.interrupted, 'interrupted by Ctrl-C'],
  [EXIT.terminated, 'ended by SIGTERM'],
];

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof VerificationError) return EXIT.rejected;
  if (error instanceof UsageError || error instanceof ElfError || error instanceof JournalError) return EXIT.usage;
  if (error instanceof ExecutionError) return EXIT.guest;
  if (error instanceof WeftError && error.code === 'INTERRUPTED')
    return error.details['signal'] === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  return EXIT.resource;
}
