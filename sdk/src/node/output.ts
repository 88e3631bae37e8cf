/**
 * @module Where a file goes. Links are followed, regular files replaced as a whole with their mode kept, and what is no regular
 * file (a device, a pipe) is written through. What would fail at the end is found out at the start.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, lstat, open, readlink, rename, stat, statfs, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ResourceError } from '@weft/primitives';

/** An output path, looked at. */
export interface OutputTarget {
  /** Links followed. */
  readonly path: string;
  readonly kind: 'file' | 'stream';
  /** Permission bits of the file that is replaced. */
  readonly mode: number | undefined;
  /** Folder for a journal of the work whose result goes there: beside a file, apart from a stream. */
  readonly journal: string;
}

const LONGEST_NAME = 255;
const MOST_LINKS = 40;

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code, errno: 0 });

/** What stands at a path, if anything. @throws the file system's errors but ENOENT. */
async function look(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function followLinks(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; (await look(at))?.isSymbolicLink() === true; links++) {
    if (links === MOST_LINKS) throw failure('ELOOP');
    at = resolve(dirname(at), await readlink(at));
  }
  return at;
}

/** A name for the journal of `path` that the file system takes, however long that of the file is. */
function journalOf(path: string): string {
  const name = basename(path);
  if (Buffer.byteLength(`${name}.journal`) <= LONGEST_NAME) return `${path}.journal`;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return join(dirname(path), `weft-${hash}.journal`);
}

/** A device or a pipe. */
async function streamAt(path: string): Promise<OutputTarget> {
  await access(path, constants.W_OK);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return { path, kind: 'stream', mode: undefined, journal: join(tmpdir(), `weft-${hash}.journal`) };
}

/**
 * Looks at an output path.
 * @throws the file system's errors: ENOENT for an empty path or a missing folder, EISDIR, EACCES, ENAMETOOLONG, ELOOP.
 */
export async function outputTarget(given: string): Promise<OutputTarget> {
  if (given === '') throw failure('ENOENT');
  // What the system opens counts: links below /proc, where those in /dev lead, name no path.
  const opened = await stat(given).catch(() => undefined);
  if (opened !== undefined && !opened.isFile() && !opened.isDirectory()) return await streamAt(resolve(given));
  const path = await followLinks(given);
  const there = await look(path);
  if (there?.isDirectory() === true) throw failure('EISDIR');
  if (there !== undefined) await access(path, constants.W_OK);
  // Made anew beside it, and renamed.
  await access(dirname(path), constants.W_OK);
  const mode = there === undefined ? undefined : Number(there.mode) & 0o7777;
  return { path, kind: 'file', mode, journal: journalOf(path) };
}

/** Whether two paths lead to one file, by whatever names. A device keeps nothing, so it is none. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return x !== undefined && y !== undefined && !x.isCharacterDevice() && x.dev === y.dev && x.ino === y.ino;
}

/** @throws {ResourceError} ENOSPC when a folder's file system has not as much room. */
export async function assertRoom(folder: string, bytes: number): Promise<void> {
  const system = await statfs(folder).catch(() => undefined);
  if (system === undefined) return;
  const free = system.bavail * system.bsize;
  // Some systems tell nothing.
  if (system.blocks > 0 && free < bytes)
    throw new ResourceError('ENOSPC', `${folder} has ${free} bytes of room, the proof and its journal need ${bytes}`, {
      free,
      bytes,
    });
}

/** Makes a folder's entries durable, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  let folder: Awaited<ReturnType<typeof open>> | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // Windows cannot synchronise folders; the file itself is safe.
  } finally {
    await folder?.close();
  }
}

/** Milliseconds between two attempts at a pipe that nobody reads yet, or that is full. */
const RETRY_MS = 20;

/** Repeats what a pipe is not ready for, so that waiting for its reader ends when the signal says so. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!['ENXIO', 'EAGAIN'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      signal?.throwIfAborted();
      await setTimeout(RETRY_MS);
    }
  }
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunks: Chunks): Promise<void> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
  }
}

/**
 * Writes what `chunks` gives to a temporary file, synchronises it and renames it to `path`.
 * @param folder - of the temporary file; on the same file system.
 * @param mode - permission bits, else those of a new file.
 */
export async function writeDurably(
  path: string,
  chunks: Chunks,
  folder: string = dirname(path),
  mode?: number,
): Promise<void> {
  // A name of its own: that of the file may leave no room for more characters.
  const temporary = join(folder, `${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    try {
      await writeAll(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Writes an output: a file durably, by way of the journal's folder; anything else as it is.
 * @param signal - ends the wait for the reader of a pipe.
 * @throws the file system's errors, the signal's reason.
 */
export async function writeOutput(target: OutputTarget, chunks: Chunks, signal?: AbortSignal): Promise<void> {
  if (target.kind === 'file') return await writeDurably(target.path, chunks, target.journal, target.mode);
  const flags = constants.O_WRONLY | constants.O_NONBLOCK;
  const file = await patiently(() => open(target.path, flags), signal);
  try {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; ) at += (await patiently(() => file.write(chunk, at), signal)).bytesWritten;
  } finally {
    await file.close();
  }
}
