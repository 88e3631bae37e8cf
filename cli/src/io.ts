/**
 * @module Files and messages of the command line.
 */
import { readFileSync, statSync } from 'node:fs';
import { concatBytes, ResourceError, VerificationError, WeftError } from '@weft/primitives';
import { formatBytes, formatBytesUp } from './format.ts';

/** Wrong usage or unreadable input. */
export class UsageError extends WeftError {}

/** What is said of an error: a code, always in upper case, and one line. */
export function describeError(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof WeftError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'INTERNAL');
  const message = isMemoryLimit(error)
    ? `a memory limit of ${formatBytes(error.details.bytes)} is too low: proving needs ${formatBytesUp(error.details.least)}`
    : error instanceof Error
      ? error.message
      : String(error);
  return { code: code.toUpperCase(), message: message.replaceAll(/\s*\n\s*/g, ' ') };
}

type MemoryLimitError = ResourceError & { readonly details: { readonly bytes: number; readonly least: number } };

const isMemoryLimit = (error: unknown): error is MemoryLimitError =>
  error instanceof ResourceError && error.code === 'MEMORY_LIMIT' && typeof error.details['least'] === 'number';

/** One line: `error[CODE]: message`. */
export function errorLine(error: unknown): string {
  const { code, message } = describeError(error);
  return `error[${code}]: ${message}`;
}

/** The system has run out of something, or the disk is broken: nothing in the command line is wrong. */
const EXHAUSTED: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EIO',
  'ENOMEM',
  'EMFILE',
  'ENFILE',
  'EPIPE',
]);

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'read-only file system',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'larger than files may be here',
  EIO: 'the device failed',
  ENOMEM: 'out of memory',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
  ERR_FS_FILE_TOO_LARGE: 'larger than 2GB',
};

/**
 * What the file system says, as one of our errors.
 * @param what - 'read' or 'write'.
 */
export function fileError(what: string, path: string, error: unknown): WeftError {
  const code = (error as NodeJS.ErrnoException).code ?? 'IO';
  const message = `cannot ${what} ${path}: ${REASONS[code] ?? code}`;
  return EXHAUSTED.has(code) ? new ResourceError(code, message) : new UsageError(code, message);
}

/**
 * @param maxBytes - a file of more is refused unread.
 * @throws {UsageError} @throws {VerificationError} format, for a file that is too large.
 */
export function readInput(path: string, maxBytes: number = Number.POSITIVE_INFINITY): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > maxBytes)
      throw new VerificationError(
        'format',
        `${path} has ${size} bytes, more than the limit of ${formatBytes(maxBytes)} (--max-proof)`,
      );
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw error instanceof WeftError ? error : fileError('read', path, error);
  }
}

/** Standard input to its end. @throws {UsageError} */
export async function readStandardInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of process.stdin) parts.push(part as Uint8Array);
  } catch (error) {
    throw fileError('read', 'standard input', error);
  }
  return concatBytes(...parts);
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
