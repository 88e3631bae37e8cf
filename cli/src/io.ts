/**
 * @module Files and messages of the command line.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { concatBytes, ResourceError, VerificationError, WeftError } from '@weft/primitives';
import { formatBytes, formatBytesUp } from './format.ts';

/** Wrong usage or unreadable input. */
export class UsageError extends WeftError {
  override readonly name: string = 'UsageError';
}

/** What is said of an error: a code, always in upper case, and one line. */
export function describeError(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof WeftError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'INTERNAL');
  const message = isMemoryLimit(error)
    ? describeMemoryLimit(error.details)
    : error instanceof Error
      ? error.message
      : String(error);
  return { code: code.toUpperCase(), message: message.replaceAll(/\s*\n\s*/g, ' ') };
}

interface MemoryNeeds {
  readonly bytes: number;
  readonly least: number;
  /** Where it is folding that needs more. */
  readonly core?: number;
}
type MemoryLimitError = ResourceError & { readonly details: MemoryNeeds };

const isMemoryLimit = (error: unknown): error is MemoryLimitError =>
  error instanceof ResourceError && error.code === 'MEMORY_LIMIT' && typeof error.details['least'] === 'number';

/** Sizes as people type them, rounded so that what is named is enough. */
function describeMemoryLimit({ bytes, least, core }: MemoryNeeds): string {
  const hint = core === undefined ? '' : `, and --mode core, a proof per shard, needs ${formatBytesUp(core)}`;
  return `a memory limit of ${formatBytes(bytes)} is too low: proving needs ${formatBytesUp(least)}${hint}`;
}

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
  EEXIST: 'something else is there',
  ENXIO: 'is a socket, or a device that is not there',
  EBADF: 'is not open for writing',
  ETXTBSY: 'is a program that is running',
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

/** The most that is read of anything: what Node reads of a file at once. */
const MAX_INPUT_BYTES = 2 ** 31;
const CHUNK_BYTES = 2 ** 20;
/** In place of the name of an output file. */
export const STANDARD_OUTPUT = '-';
/** Where the system shows standard input among its files. */
export const STANDARD_INPUT = '/dev/stdin';

/**
 * @param maxBytes - a file of more is refused unread, a device or pipe once it has given more.
 * @throws {UsageError} @throws {VerificationError} format, for more than `maxBytes`.
 */
export function readInput(path: string, maxBytes?: number): Uint8Array {
  const most = Math.min(maxBytes ?? MAX_INPUT_BYTES, MAX_INPUT_BYTES);
  const refuse = (size: string): never => {
    if (maxBytes === undefined || maxBytes > most) throw Object.assign(new Error(), { code: 'ERR_FS_FILE_TOO_LARGE' });
    const limit = formatBytes(maxBytes);
    throw new VerificationError('format', `${path} has ${size} bytes, more than the limit of ${limit} (--max-proof)`);
  };
  try {
    const stats = statSync(path);
    if (stats.size > most) refuse(`${stats.size}`);
    if (stats.isFile()) return new Uint8Array(readFileSync(path));
    const parts: Uint8Array[] = [];
    let total = 0;
    for (const part of chunksOf(path)) {
      total += part.length;
      if (total > most) refuse('too many');
      parts.push(part);
    }
    return concatBytes(...parts);
  } catch (error) {
    throw error instanceof WeftError ? error : fileError('read', path, error);
  }
}

/** What has no size, a device or a pipe, part by part. */
function* chunksOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const part = new Uint8Array(CHUNK_BYTES);
      const length = readSync(file, part);
      if (length === 0) return;
      yield part.slice(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Standard input to its end. @throws {UsageError} */
export async function readStandardInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    // Node takes a folder for an empty stream.
    if (fstatSync(0).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    for await (const part of process.stdin) {
      total += (part as Uint8Array).length;
      if (total > MAX_INPUT_BYTES) throw Object.assign(new Error(), { code: 'ERR_FS_FILE_TOO_LARGE' });
      parts.push(part as Uint8Array);
    }
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
