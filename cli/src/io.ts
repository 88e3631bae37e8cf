/**
 * @module Files and messages of the command line.
 */
import { readFileSync } from 'node:fs';
import { ElfError, ExecutionError, ResourceError, VerificationError, WeftError } from '@weft/primitives';
import { JournalError } from '@weft/sdk/node/journal';

/** Wrong usage or unreadable input. */
export class UsageError extends WeftError {}

export const EXIT = { done: 0, rejected: 1, usage: 2, guest: 3, resource: 4 } as const;

/** The exit code that the documentation gives for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof VerificationError) return EXIT.rejected;
  if (error instanceof UsageError || error instanceof ElfError || error instanceof JournalError) return EXIT.usage;
  if (error instanceof ExecutionError) return EXIT.guest;
  return EXIT.resource;
}

/** One line: `error[CODE]: message`. */
export function errorLine(error: unknown): string {
  const code = error instanceof WeftError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'INTERNAL');
  const message = error instanceof Error ? error.message : String(error);
  return `error[${code}]: ${message.replaceAll(/\s*\n\s*/g, ' ')}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'read-only file system',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file larger than the limit for files',
  ENAMETOOLONG: 'name too long',
  ELOOP: 'too many symbolic links',
};

function fileError(what: string, path: string, error: unknown): WeftError {
  const code = (error as NodeJS.ErrnoException).code ?? 'IO';
  const message = `cannot ${what} ${path}: ${REASONS[code] ?? code}`;
  return ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(code)
    ? new ResourceError(code, message)
    : new UsageError(code, message);
}

/** @throws {UsageError} */
export function readInput(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/** Runs work that writes below `path`; what the file system says against it becomes one of our errors. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WeftError || !(error instanceof Error) || !('errno' in error)) throw error;
    throw fileError('write', path, error);
  }
}
